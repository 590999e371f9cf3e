"""Reaching a gateway in a cluster: a real kubectl, a real API server and kwok's kubelet, to a server on loopback."""

import asyncio
import os
import re
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.load.command_line import WAIT, command, reported, run
from tests.load.kubelet import NODE, Kubelet, node
from tests.load.sending import free_port
from tests.polling import eventually
from tools import paths
from tools.cluster.embedded import EmbeddedCluster
from tools.errors import UserError
from tools.load.target.gateway import GATEWAY_LABEL, Entrance, entrance
from tools.load.target.kubectl import kubectl
from tools.load.target.port_forward import AGAIN_SECONDS

CONTEXT = "llmd-local"

# Their kinds are told apart by the server, whole requests all of them.
SCENARIO = """\
description: a test
durationSeconds: 3
arrivals: {constant: {rate: 40}}
requests: [{outputTokens: {constant: 4}}]
malformed: {share: 0.25, kinds: {malformed_json: 1, unknown_model: 1}}
"""


@dataclass(frozen=True, kw_only=True)
class Namespace:
    """A namespace, and what is made there."""

    client: httpx.Client
    name: str

    def service(self, name: str, *, gateway: str = "", ports: dict[str, int] | None = None) -> None:
        """Makes a Service of the pods that carry its name."""
        named = ports or {"status-port": 15021, "http": 80}
        labels = {GATEWAY_LABEL: gateway} if gateway else {}
        self._make(
            "services",
            {
                "metadata": {"name": name, "labels": labels},
                "spec": {
                    "selector": {"app": name},
                    "ports": [
                        {"name": key, "port": port, "targetPort": 8000 + port % 1000}
                        for key, port in named.items()
                    ],
                },
            },
        )

    def pod(self, service: str, **spec: Any) -> None:  # noqa: ANN401
        """Makes a pod of a Service."""
        eventually(
            lambda: self.client.get(self._path("serviceaccounts/default")).is_success,
            "the default service account",
        )
        containers = [{"name": "main", "image": "example.org/nothing:1"}]
        self._make(
            "pods",
            {
                "metadata": {"name": f"{service}-0", "labels": {"app": service}},
                "spec": {"containers": containers, **spec},
            },
        )

    def ready_pod(self, service: str) -> None:
        """Makes a pod of a Service that a port-forward reaches."""
        self.pod(service, nodeName=NODE)
        eventually(lambda: self.is_ready(f"{service}-0"), "the pod")

    def unready(self, service: str) -> None:
        """Lets a pod fail its readiness probe."""
        status = {"conditions": [{"type": "Ready", "status": "False"}]}
        self.client.patch(
            self._path(f"pods/{service}-0/status"),
            json={"status": status},
            headers={"Content-Type": "application/merge-patch+json"},
        ).raise_for_status()

    def is_ready(self, name: str) -> bool:
        status = self.client.get(self._path(f"pods/{name}")).json().get("status", {})
        return any(
            (one["type"], one["status"]) == ("Ready", "True")
            for one in status.get("conditions", ())
        )

    def _make(self, resource: str, manifest: dict[str, Any]) -> None:
        self.client.post(self._path(resource), json=manifest).raise_for_status()

    def _path(self, rest: str) -> str:
        return f"/api/v1/namespaces/{self.name}/{rest}"


@pytest.fixture(scope="module")
def client(embedded_cluster: EmbeddedCluster) -> Iterator[httpx.Client]:
    with embedded_cluster.connect() as connected:
        yield connected


@pytest.fixture(autouse=True)
def users_kubectl(embedded_cluster: EmbeddedCluster, monkeypatch: pytest.MonkeyPatch) -> None:
    """A user's shell: kubectl on PATH, and a kubeconfig."""
    monkeypatch.setenv("PATH", f"{paths.BIN_DIR}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("KUBECONFIG", str(embedded_cluster.kubeconfig))


@pytest.fixture
def namespace(client: httpx.Client, request: pytest.FixtureRequest) -> Iterator[Namespace]:
    name = re.sub(r"[^a-z0-9]+", "-", request.node.name.removeprefix("test_"))[:50].strip("-")
    client.post("/api/v1/namespaces", json={"metadata": {"name": name}}).raise_for_status()
    yield Namespace(client=client, name=name)
    client.delete(f"/api/v1/namespaces/{name}").raise_for_status()


@pytest.fixture(scope="module")
def reachable_node(
    embedded_cluster: EmbeddedCluster,
    client: httpx.Client,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Kubelet]:
    kubelet = Kubelet(
        cluster=embedded_cluster,
        port=free_port(),
        config=tmp_path_factory.mktemp("kubelet") / "kubelet.yaml",
    )
    with node(client, kubelet.port):
        yield kubelet


@pytest.fixture
def kubelet(reachable_node: Kubelet, server: str) -> Iterator[Kubelet]:
    """Leads from every pod of its node to the emulated server."""
    reachable_node.leads_to(server)
    reachable_node.start()
    yield reachable_node
    reachable_node.kill()


@pytest.fixture
def gateway(namespace: Namespace) -> Namespace:
    """A namespace with a gateway `gw` whose pod is ready."""
    namespace.service("gw-istio", gateway="gw")
    namespace.ready_pod("gw-istio")
    return namespace


@pytest.fixture
def steady(tmp_path: Path) -> str:
    """The file of a scenario of 40 short requests a second."""
    file = tmp_path / "scenario.yaml"
    file.write_text(SCENARIO)
    return str(file)


def found(namespace: Namespace, gateway: str | None = None) -> Entrance:
    return asyncio.run(entrance(kubectl(namespace.name, None), gateway))


def received(server: str) -> Counter[str]:
    """What the server got, by what was wrong with it."""
    return Counter(httpx.get(f"{server}/stats").json()["received"])


def sent(report: dict[str, Any]) -> Counter[str]:
    """What a report says was sent, in the server's words."""
    counted = Counter[str]()
    for line in report["results"]:
        counted["ok" if line["kind"] == "chat" else line["kind"]] += line["count"]
    return counted


class TestGateway:
    def test_is_the_only_one_of_the_namespace(self, namespace: Namespace) -> None:
        namespace.service("epp")
        namespace.service("gw-istio", gateway="gw")
        assert found(namespace) == Entrance(
            service="gw-istio", port=80, scheme="http", selector="app=gw-istio"
        )

    def test_is_found_by_the_gateways_name(self, namespace: Namespace) -> None:
        namespace.service("a-istio", gateway="a")
        namespace.service("b-istio", gateway="b")
        assert found(namespace, "b").service == "b-istio"

    def test_may_be_any_service(self, namespace: Namespace) -> None:
        namespace.service("vllm", ports={"vllm": 8000})
        assert found(namespace, "vllm").port == 8000

    def test_prefers_a_plain_port_and_takes_https_where_there_is_no_other(
        self, namespace: Namespace
    ) -> None:
        namespace.service("both", ports={"https": 443, "http": 80})
        namespace.service("tls", ports={"a": 443})
        both, tls = found(namespace, "both"), found(namespace, "tls")
        assert (both.port, both.scheme) == (80, "http")
        assert (tls.port, tls.scheme) == (443, "https")


@pytest.mark.usefixtures("kubelet")
class TestLoad:
    def test_reaches_the_server_and_everything_sent_arrives(
        self, gateway: Namespace, server: str, steady: str, tmp_path: Path
    ) -> None:
        file = tmp_path / "report.json"
        options = ("--context", CONTEXT, "-s", steady, "--json", str(file))
        done = run("--namespace", gateway.name, "--gateway", "gw", *options)
        assert done.returncode == 0, done.stderr
        report = reported(file)
        assert sent(report) == received(server)
        assert set(sent(report)) == {"ok", "malformed_json", "unknown_model"}
        assert report["requests"] == 120
        assert report["failed"] == 0
        assert report["notes"] == []

    def test_takes_hundreds_of_connections_at_once(
        self, gateway: Namespace, server: str, tmp_path: Path
    ) -> None:
        """They all go through a single one of kubectl's."""
        scenario, file = tmp_path / "scenario.yaml", tmp_path / "report.json"
        scenario.write_text(
            "description: a test\ndurationSeconds: 4\narrivals: {closed: {concurrency: 400}}\n"
            "requests: [{outputTokens: {constant: 10}}]\n"
        )
        done = run("-n", gateway.name, "-s", str(scenario), "--json", str(file))
        assert done.returncode == 0, done.stderr
        report = reported(file)
        assert report["failed"] == 0
        assert report["ok"] == received(server)["ok"] >= 400

    def test_leaves_no_port_forward_when_it_is_interrupted(
        self, gateway: Namespace, server: str, steady: str, tmp_path: Path
    ) -> None:
        file = tmp_path / "report.json"
        options = ("-s", steady, "--duration", "60", "--json", str(file))
        with subprocess.Popen(command("-n", gateway.name, *options), cwd=paths.REPO) as process:
            eventually(lambda: received(server)["ok"] > 20, "requests")
            process.send_signal(signal.SIGINT)
            assert process.wait(WAIT) == 130
        report = reported(file)
        assert report["ok"] >= 10
        with pytest.raises(httpx.ConnectError):
            httpx.get(report["target"], trust_env=False)


class TestLoss:
    """The node's machine fails in the middle of a run."""

    def test_that_passes_is_told_and_the_run_goes_on(
        self, gateway: Namespace, kubelet: Kubelet, server: str, steady: str, tmp_path: Path
    ) -> None:
        file = tmp_path / "report.json"
        options = ("-s", steady, "--duration", "12", "--json", str(file))
        with subprocess.Popen(
            command("-n", gateway.name, *options),
            cwd=paths.REPO,
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            eventually(lambda: received(server)["ok"] > 20, "requests")
            kubelet.kill()
            time.sleep(1)
            before = received(server)["ok"]
            kubelet.start()
            assert process.stdout is not None
            told = process.stdout.read()
            assert process.wait(WAIT) == 0, told
        assert "The port-forward was lost, it is opened again: lost connection to pod" in told
        report = reported(file)
        assert not report["interrupted"]
        assert received(server)["ok"] > before + 100
        assert {line["result"] for line in report["results"]} > {"ok", "refused"}
        (note,) = (note for note in report["notes"] if "port-forward" in note)
        assert note.startswith("The port-forward was lost once")

    def test_that_stays_ends_the_run_with_its_report(
        self, gateway: Namespace, kubelet: Kubelet, server: str, steady: str, tmp_path: Path
    ) -> None:
        file = tmp_path / "report.json"
        options = ("-s", steady, "--duration", "600", "--json", str(file))
        with subprocess.Popen(
            command("-n", gateway.name, *options),
            cwd=paths.REPO,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            eventually(lambda: received(server)["ok"] > 20, "requests")
            kubelet.kill()
            out, error = process.communicate(timeout=AGAIN_SECONDS + WAIT)
        assert process.returncode == 1
        assert re.match(
            rf"Error: the port-forward to Service gw-istio in namespace {gateway.name} was lost "
            r"\(lost connection to pod.*\) and couldn't be opened again within 30 s: "
            r".*connection refused",
            error,
        )
        assert "Traceback" not in error
        assert "The run was ended early: the port-forward" in out
        report = reported(file)
        assert report["interrupted"]
        assert report["targetLost"] in error
        assert AGAIN_SECONDS < report["sendingSeconds"] < AGAIN_SECONDS + 30
        assert report["ok"] >= 10


class TestMistakes:
    """Nothing was sent then."""

    def refused(self, namespace: Namespace, *options: str) -> str:
        done = run("--namespace", namespace.name, *options)
        assert done.returncode == 1
        assert "Traceback" not in done.stderr
        assert "smoke to" not in done.stdout
        return done.stderr

    def test_a_namespace_without_a_gateway(self, namespace: Namespace) -> None:
        told = self.refused(namespace)
        assert f"namespace {namespace.name} has no Service of a Gateway" in told
        assert "Name a Gateway or a Service with --gateway." in told

    def test_several_gateways(self, namespace: Namespace) -> None:
        namespace.service("a", gateway="a")
        namespace.service("b", gateway="b")
        assert "has these Services of Gateways: a, b" in self.refused(namespace)

    def test_a_name_that_nothing_has(self, namespace: Namespace) -> None:
        namespace.service("x")
        namespace.service("y")
        told = self.refused(namespace, "--gateway", "z")
        assert "neither a Gateway nor a Service 'z'; it has these Services: x, y" in told

    def test_a_service_without_pods(self, namespace: Namespace) -> None:
        namespace.service("gw")
        told = self.refused(namespace, "--gateway", "gw")
        assert (
            f"Error: the port-forward to Service gw in namespace {namespace.name} can't be opened: "
            "the Service has no ready pod: nothing has its labels"
        ) in told

    def test_a_service_whose_pod_waits_for_a_node(self, namespace: Namespace) -> None:
        namespace.service("gw")
        namespace.pod("gw", nodeSelector={"accelerator": "none-like-this"})
        told = self.refused(namespace, "--gateway", "gw")
        assert "has no ready pod: gw-0 is Pending" in told
        assert f"kubectl --namespace {namespace.name} describe pods --selector app=gw" in told

    def test_a_service_whose_pod_is_not_ready(self, namespace: Namespace) -> None:
        namespace.service("gw")
        namespace.pod("gw")
        eventually(lambda: namespace.is_ready("gw-0"), "the pod")
        namespace.unready("gw")
        told = self.refused(namespace, "--gateway", "gw")
        assert "has no ready pod: gw-0 is Running, but not ready" in told

    def test_a_node_that_does_not_answer(self, gateway: Namespace, reachable_node: Kubelet) -> None:
        told = self.refused(gateway)
        assert "Error: the port-forward to Service gw-istio in namespace" in told
        assert f"127.0.0.1:{reachable_node.port}: connect: connection refused" in told

    def test_a_server_that_does_not_listen(
        self, gateway: Namespace, reachable_node: Kubelet
    ) -> None:
        reachable_node.leads_to(f"http://127.0.0.1:{free_port()}")
        reachable_node.start()
        try:
            told = self.refused(gateway)
        finally:
            reachable_node.kill()
        assert re.search(
            r"/v1/models doesn't answer: .*; kubectl says: lost connection to pod: .*"
            r"connect: connection refused",
            told,
        )

    def test_a_context_that_the_kubeconfig_does_not_have(self, namespace: Namespace) -> None:
        assert 'context "nope" does not exist' in self.refused(namespace, "--context", "nope")

    def test_no_kubectl(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PATH", str(tmp_path))
        with pytest.raises(UserError, match="needs kubectl"):
            kubectl("llm", None)
