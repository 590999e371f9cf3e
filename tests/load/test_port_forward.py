"""Reaching a gateway in a cluster."""

import asyncio
import json
import os
import shutil
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.load import stub_kubectl
from tools.cluster.embedded import EmbeddedCluster
from tools.errors import UserError
from tools.load.emulator.server import Emulator
from tools.load.target.gateway import GATEWAY_LABEL, Entrance, entrance
from tools.load.target.kubectl import kubectl
from tools.load.target.port_forward import port_forward

Plays = Callable[..., None]


def service(name: str, *, gateway: str = "", ports: dict[str, int] | None = None) -> dict[str, Any]:
    named = ports or {"status-port": 15021, "http": 80}
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name, "labels": {GATEWAY_LABEL: gateway} if gateway else {}},
        "spec": {"ports": [{"name": key, "port": port} for key, port in named.items()]},
    }


@pytest.fixture
def plays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Plays:
    """Puts the stub on PATH, with Services and a target."""

    def play(*services: dict[str, Any], target: str = "") -> None:
        program = tmp_path / "kubectl"
        program.write_text(f"#!{sys.executable}\n{Path(stub_kubectl.__file__).read_text()}")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        content = tmp_path / "content.json"
        content.write_text(json.dumps({"services": services, "target": target}))
        monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
        monkeypatch.setenv("STUB_KUBECTL", str(content))

    return play


def found(gateway: str | None = None) -> Entrance:
    return asyncio.run(entrance(kubectl("llm", None), gateway))


class TestGateway:
    def test_is_the_only_one_of_the_namespace(self, plays: Plays) -> None:
        plays(service("epp"), service("gw-istio", gateway="gw"))
        assert found() == Entrance(service="gw-istio", port=80, scheme="http")

    def test_is_found_by_the_gateways_name(self, plays: Plays) -> None:
        plays(service("a-istio", gateway="a"), service("b-istio", gateway="b"))
        assert found("b").service == "b-istio"

    def test_may_be_any_service(self, plays: Plays) -> None:
        plays(service("vllm", ports={"vllm": 8000}))
        assert found("vllm") == Entrance(service="vllm", port=8000, scheme="http")

    def test_prefers_a_plain_port_and_takes_https_where_there_is_no_other(
        self, plays: Plays
    ) -> None:
        plays(service("both", ports={"https": 443, "http": 80}), service("tls", ports={"a": 443}))
        assert found("both") == Entrance(service="both", port=80, scheme="http")
        assert found("tls") == Entrance(service="tls", port=443, scheme="https")

    @pytest.mark.parametrize(
        ("services", "gateway", "told"),
        [
            ((), None, "namespace llm has no Service of a Gateway"),
            (
                (service("a", gateway="a"), service("b", gateway="b")),
                None,
                "has these Services of Gateways: a, b",
            ),
            (
                (service("x"), service("y")),
                "z",
                "neither a Gateway nor a Service 'z'; it has these Services: x, y",
            ),
        ],
    )
    def test_that_is_not_clear_is_one_clear_error(
        self, plays: Plays, services: tuple[dict[str, Any], ...], gateway: str | None, told: str
    ) -> None:
        plays(*services)
        with pytest.raises(UserError, match=told):
            found(gateway)


class TestPortForward:
    def test_reaches_the_server_and_is_closed_at_the_end(self, plays: Plays) -> None:
        async def ask() -> tuple[int, str]:
            async with Emulator().serving() as url:
                plays(target=url)
                to = Entrance(service="gw", port=80, scheme="http")
                async with (
                    port_forward(kubectl("llm", None), to) as base,
                    httpx.AsyncClient(trust_env=False) as client,
                ):
                    answer = await client.get(f"{base}/v1/models")
                return answer.status_code, base

        status, base = asyncio.run(ask())
        assert status == 200
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"{base}/v1/models", trust_env=False)

    def test_that_can_not_be_opened_says_what_kubectl_says(self, plays: Plays) -> None:
        plays()

        async def ask() -> None:
            to = Entrance(service="gw", port=80, scheme="http")
            async with port_forward(kubectl("llm", None), to):
                pass

        with pytest.raises(UserError, match="Service gw can't be opened: error: unable to forward"):
            asyncio.run(ask())

    def test_without_kubectl_is_one_clear_error(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PATH", str(tmp_path))
        with pytest.raises(UserError, match="needs kubectl"):
            kubectl("llm", None)


@pytest.mark.skipif(shutil.which("kubectl") is None, reason="there is no kubectl on PATH")
class TestRealCluster:
    """With a real kubectl and a real API server, whose pods don't run."""

    @pytest.fixture(autouse=True)
    def cluster(self, embedded_cluster: EmbeddedCluster, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("KUBECONFIG", str(embedded_cluster.kubeconfig))

    def test_gateway_is_found_by_its_label(self, embedded_cluster: EmbeddedCluster) -> None:
        made = service("gw-istio", gateway="gw")
        with embedded_cluster.connect() as client:
            collection = f"{embedded_cluster.status().server}/api/v1/namespaces/default/services"
            created = client.post(collection, json=made)
            assert created.is_success, created.text
            try:
                run = asyncio.run(entrance(kubectl("default", "llmd-local"), "gw"))
            finally:
                client.delete(f"{collection}/gw-istio")
        assert run == Entrance(service="gw-istio", port=80, scheme="http")

    def test_service_without_pod_says_what_kubectl_says(self) -> None:
        async def ask() -> None:
            to = Entrance(service="nowhere", port=80, scheme="http")
            async with port_forward(kubectl("default", None), to):
                pass

        with pytest.raises(UserError, match=r'services "nowhere" not found'):
            asyncio.run(ask())

    def test_unknown_context_says_what_kubectl_says(self) -> None:
        with pytest.raises(UserError, match=r'context "nope" does not exist'):
            asyncio.run(entrance(kubectl("default", "nope"), None))
