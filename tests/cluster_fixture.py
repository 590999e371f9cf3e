"""One embedded cluster for all tests of a run.

A suite takes the fixture by importing it in its `conftest.py`:

    from tests.cluster_fixture import embedded_cluster

    __all__ = ["embedded_cluster"]

The cluster lives in pytest's temporary folder, never in `.cluster/`. With pytest-xdist all workers
share it: whoever comes first starts it, whoever leaves last stops it. If pytest is killed, the
cluster's watchdog stops it. Tests must not stop or damage this cluster; those that do so make one
of their own.
"""

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock

from tools.cluster.embedded import EmbeddedCluster

_START_SECONDS = 180.0


@pytest.fixture(scope="session")
def embedded_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedCluster]:
    """A running cluster; see its `kubeconfig` and `directory`."""
    base, pytest_pid = _shared_by_workers(tmp_path_factory.getbasetemp())
    cluster = EmbeddedCluster(base / "cluster", owner_pid=pytest_pid)
    users = base / "cluster-users"
    users.mkdir(exist_ok=True)
    ticket = users / uuid.uuid4().hex
    lock = FileLock(base / "cluster-users.lock", timeout=_START_SECONDS)
    with lock:
        ticket.touch()
        cluster.start()
    try:
        yield cluster
    finally:
        with lock:
            ticket.unlink()
            if not any(users.iterdir()):
                cluster.stop()


def _shared_by_workers(base: Path) -> tuple[Path, int]:
    """The folder that all workers of this run see, and the process that outlives all of them."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        return base.parent, os.getppid()
    return base, os.getpid()
