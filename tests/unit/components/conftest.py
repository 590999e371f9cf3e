"""A small API server on loopback, and a reader that is connected to it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from components.preflight.live_cluster import LiveCluster, connected
from components.settings import KubernetesSettings
from tests.api_server import ApiServer, api_server, write_kubeconfig


@pytest.fixture
def server() -> Iterator[ApiServer]:
    with api_server() as serving:
        yield serving


@pytest.fixture
def cluster(server: ApiServer, tmp_path: Path) -> Iterator[LiveCluster]:
    write_kubeconfig(tmp_path / "config", server.url, "one")
    with connected(KubernetesSettings(kubeconfig=str(tmp_path / "config"))) as connection:
        yield connection
