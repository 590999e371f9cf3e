from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.api_server import ApiServer, api_server, write_kubeconfig
from tests.embedded_chart.conftest import helm

__all__ = ["helm", "project_folder"]

CLUSTER_MONITORING = "/api/v1/namespaces/openshift-monitoring/configmaps/cluster-monitoring-config"
OPERATOR_CONFIG = "/apis/monitoring.googleapis.com/v1/namespaces/gmp-public/operatorconfigs/config"
ADMINISTRATORS = "# The platform team's.\nprometheusK8s:\n  retention: 15d\n"


@pytest.fixture(scope="session")
def session_server() -> Iterator[ApiServer]:
    with api_server() as serving:
        yield serving


@pytest.fixture
def cluster(session_server: ApiServer) -> ApiServer:
    """What the program reads of the cluster before it plans anything."""
    session_server.objects = {
        CLUSTER_MONITORING: {"data": {"config.yaml": ADMINISTRATORS}},
        OPERATOR_CONFIG: {"kind": "OperatorConfig"},
    }
    session_server.forbidden = set()
    session_server.asked = []
    return session_server


@pytest.fixture(autouse=True)
def project_folder(cluster: ApiServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs the program in a folder where the embedded cluster's kubeconfig is, as in a project that is up.

    Stacks that name no kubeconfig are on another cluster, that of the environment.
    """
    kubeconfig = tmp_path / ".cluster" / "kubeconfig"
    kubeconfig.parent.mkdir()
    kubeconfig.write_text(yaml.safe_dump({"contexts": [{"name": "llmd-local"}]}))
    write_kubeconfig(tmp_path / "kubeconfig", cluster.url, "production")
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "kubeconfig"))
    monkeypatch.chdir(tmp_path)
