"""Other users of the machine get nothing from the cluster."""

import os
import ssl
import stat

import httpx
import psutil
import pytest

from tests.embedded.api import Api
from tools.cluster import processes
from tools.cluster.credentials import SCHEDULER, Credentials
from tools.cluster.embedded import EmbeddedCluster
from tools.cluster.ports import Ports, remembered


@pytest.fixture
def ports(embedded_cluster: EmbeddedCluster) -> Ports:
    return Ports(**remembered(embedded_cluster.directory / "ports.json"))


def verifying(embedded_cluster: EmbeddedCluster) -> ssl.SSLContext:
    credentials = Credentials(folder=embedded_cluster.directory / "credentials")
    return ssl.create_default_context(cafile=credentials.authority)


def test_nothing_listens_beyond_loopback(embedded_cluster: EmbeddedCluster, ports: Ports) -> None:
    listening = {
        (running.part, connection.laddr.ip, connection.laddr.port)
        for running in processes.find(embedded_cluster.directory)
        for connection in running.process.net_connections(kind="inet")
        if connection.status == psutil.CONN_LISTEN
    }
    assert listening == {
        ("etcd", "127.0.0.1", ports.etcd),
        ("etcd", "127.0.0.1", ports.etcd_peer),
        ("kube-apiserver", "127.0.0.1", ports.kube_apiserver),
        ("kube-controller-manager", "127.0.0.1", ports.kube_controller_manager),
        ("kube-scheduler", "127.0.0.1", ports.kube_scheduler),
        ("kwok", "127.0.0.1", ports.kwok),
    }


def test_every_file_is_for_its_owner_only(embedded_cluster: EmbeddedCluster) -> None:
    directory = embedded_cluster.directory
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    for path in directory.rglob("*"):
        mode = stat.S_IMODE(path.stat().st_mode)
        assert not mode & 0o077, f"{path} has mode {mode:o}"
    assert stat.S_IMODE(embedded_cluster.kubeconfig.stat().st_mode) == 0o600


def test_api_server_refuses_callers_without_credentials(
    embedded_cluster: EmbeddedCluster, ports: Ports
) -> None:
    with httpx.Client(verify=verifying(embedded_cluster), trust_env=False) as anonymous:
        answer = anonymous.get(f"https://127.0.0.1:{ports.kube_apiserver}/api/v1/secrets")
    assert answer.status_code == httpx.codes.UNAUTHORIZED


def test_etcd_refuses_clients_without_a_certificate(
    embedded_cluster: EmbeddedCluster, ports: Ports
) -> None:
    with (
        httpx.Client(verify=verifying(embedded_cluster), trust_env=False) as anonymous,
        pytest.raises(httpx.TransportError),
    ):
        anonymous.get(f"https://127.0.0.1:{ports.etcd}/version")


@pytest.mark.parametrize("part", ["kube_controller_manager", "kube_scheduler"])
def test_controllers_show_their_health_only(
    embedded_cluster: EmbeddedCluster, ports: Ports, part: str
) -> None:
    address = f"https://127.0.0.1:{getattr(ports, part)}"
    with httpx.Client(verify=verifying(embedded_cluster), trust_env=False) as anonymous:
        assert anonymous.get(f"{address}/healthz").status_code == httpx.codes.OK
        assert anonymous.get(f"{address}/metrics").is_client_error


def test_kwok_shows_no_logs_and_runs_no_commands(
    embedded_cluster: EmbeddedCluster, ports: Ports
) -> None:
    address = f"https://127.0.0.1:{ports.kwok}"
    with httpx.Client(verify=verifying(embedded_cluster), trust_env=False) as anonymous:
        assert anonymous.get(f"{address}/healthz").status_code == httpx.codes.OK
        for path in ("containerLogs/default/pod/main", "exec/default/pod/main", "debug/pprof/"):
            assert anonymous.get(f"{address}/{path}").is_error


def test_rights_come_from_rbac(embedded_cluster: EmbeddedCluster, ports: Ports) -> None:
    context = verifying(embedded_cluster)
    credentials = Credentials(folder=embedded_cluster.directory / "credentials")
    context.load_cert_chain(credentials.pair(SCHEDULER))
    with httpx.Client(verify=context, trust_env=False) as scheduler:
        address = f"https://127.0.0.1:{ports.kube_apiserver}/api/v1"
        assert scheduler.get(f"{address}/nodes").status_code == httpx.codes.OK
        assert scheduler.get(f"{address}/secrets").status_code == httpx.codes.FORBIDDEN


def test_the_kubeconfig_is_the_administrators(api: Api) -> None:
    review = api.authorization.create_self_subject_access_review(
        {"spec": {"resourceAttributes": {"group": "*", "resource": "*", "verb": "*"}}}
    )
    assert review.status.allowed


def test_parts_see_nothing_of_the_callers_environment_but_how_to_collect_garbage(
    embedded_cluster: EmbeddedCluster,
) -> None:
    parts = processes.find(embedded_cluster.directory)
    assert {part.process.environ().get("GOGC") for part in parts} == {os.environ.get("GOGC")}
    for running in parts:
        assert set(running.process.environ()) <= {
            "PATH",
            "HOME",
            processes.CLUSTER_MARK,
            processes.PART_MARK,
            processes.FINGERPRINT_MARK,
            "GOGC",
        }
