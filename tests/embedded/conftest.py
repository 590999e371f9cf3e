from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cluster_fixture import embedded_cluster
from tests.embedded.api import Api, connect
from tests.polling import eventually
from tools.cluster.embedded import EmbeddedCluster

__all__ = ["embedded_cluster"]


@pytest.fixture
def api(embedded_cluster: EmbeddedCluster) -> Iterator[Api]:
    """The shared cluster's API."""
    with connect(embedded_cluster.kubeconfig) as connected:
        yield Api.of(connected)


@pytest.fixture
def namespace(api: Api, request: pytest.FixtureRequest) -> Iterator[str]:
    """A namespace of the test's own, ready for pods."""
    name = request.node.name.replace("_", "-").removeprefix("test-")[:60].strip("-")
    api.core.create_namespace({"metadata": {"name": name}})
    eventually(
        lambda: api.core.list_namespaced_service_account(name).items, "the default service account"
    )
    yield name
    api.core.delete_namespace(name)


@pytest.fixture(scope="module")
def own_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedCluster]:
    """A cluster that the tests of one module may damage; each of them starts it as it needs."""
    cluster = EmbeddedCluster(tmp_path_factory.mktemp("own") / "cluster")
    yield cluster
    cluster.stop()


@pytest.fixture
def directory(tmp_path: Path) -> Iterator[Path]:
    """The directory of a cluster that does not exist yet, and is stopped after the test."""
    path = tmp_path / "cluster"
    yield path
    EmbeddedCluster(path).stop()
