"""An embedded cluster for the tests of a run, one for each worker.

A suite takes the fixture by importing it in its `conftest.py`:

    from tests.cluster_fixture import embedded_cluster

    __all__ = ["embedded_cluster"]

The cluster lives in pytest's temporary folder, never in `.cluster/`. With pytest-xdist each worker has
one of its own, so that suites that install the same things don't meet. If pytest is killed, the
cluster's watchdog stops it. Tests must not stop or damage this cluster; those that do so make one
of their own.
"""

import os
from collections.abc import Iterator

import pytest

from tools.cluster.embedded import EmbeddedCluster


@pytest.fixture(scope="session")
def embedded_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedCluster]:
    """A running cluster; see its `kubeconfig` and `directory`."""
    cluster = EmbeddedCluster(tmp_path_factory.getbasetemp() / "cluster", owner_pid=os.getpid())
    cluster.start()
    try:
        yield cluster
    finally:
        cluster.stop()
