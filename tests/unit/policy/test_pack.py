"""The policy pack for Pulumi: the same checks, on what its SDK hands over."""

import subprocess
from collections.abc import Iterator, Mapping
from typing import Any

import grpc  # type: ignore[import-untyped]
import pytest
import yaml
from google.protobuf.empty_pb2 import Empty  # type: ignore[import-untyped]
from google.protobuf.struct_pb2 import Struct  # type: ignore[import-untyped]
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc

from policy.checks import CA, POLICIES, RELEASE
from policy.observed import broken
from tests.unit.policy.test_checks import BREAKING, KEEPING
from tools.paths import REPO
from tools.preview.resource import Hidden, Resource

PACK = REPO / "policy"
MANIFEST = yaml.safe_load((PACK / "PulumiPolicy.yaml").read_text(encoding="utf-8"))
PYTHON = (PACK / MANIFEST["runtime"]["options"]["virtualenv"] / "bin" / "python").absolute()
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""The engine's mark of a text that is known only after the update."""


class UnknownValueError(Exception):
    """As the SDK's own."""


class Proxy(dict[str, Any]):
    """As the SDK's: what isn't known yet can't be read."""

    def __getitem__(self, key: str) -> Any:  # noqa: ANN401 - any JSON
        value = super().__getitem__(key)
        if value == UNKNOWN:
            raise UnknownValueError
        return Proxy(value) if isinstance(value, dict) else value


def handed_over(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """Returns inputs as the SDK hands them over, secrets in clear."""
    if isinstance(value, Hidden):
        return "canary-in-clear"
    if isinstance(value, dict):
        return {key: handed_over(item) for key, item in value.items() if item is not None}
    return [handed_over(item) for item in value] if isinstance(value, list) else value


def problems(resource: Resource) -> dict[str, list[str]]:
    inputs = Proxy(handed_over(dict(resource.inputs)))
    found = {
        name: list(broken(name, resource.token, "one", inputs, protect=resource.protect))
        for name in POLICIES
    }
    return {name: told for name, told in found.items() if told}


class TestPack:
    @pytest.mark.parametrize(("policy", "resource"), BREAKING.values(), ids=BREAKING)
    def test_tells_what_is_broken_and_no_secret(self, policy: str, resource: Resource) -> None:
        found = problems(resource)
        assert set(found) == {policy}
        assert "canary" not in str(found)

    @pytest.mark.parametrize("resource", KEEPING, ids=lambda one: one.title)
    def test_is_content_with_a_good_stack(self, resource: Resource) -> None:
        assert problems(resource) == {}

    def test_lets_pass_what_is_not_known_yet(self) -> None:
        values = {"prometheus": UNKNOWN, "grafana": {"service": {"type": "LoadBalancer"}}}
        inputs = Proxy({"chart": UNKNOWN, "version": "1.2.3", "values": values})
        (told,) = broken("private-services", RELEASE, "llmd", inputs, protect=False)
        assert "grafana" in told


@pytest.fixture(scope="module")
def service() -> Iterator[analyzer_pb2_grpc.AnalyzerStub]:
    """The pack, started as the engine does, which then reads its port."""
    if not PYTHON.exists():
        pytest.skip("the pack's environment isn't there: docs/policy.md says how to make it")
    with subprocess.Popen(
        [PYTHON, PACK, "127.0.0.1:1", PACK],
        cwd=PACK,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            port = process.stdout.readline().strip()
            assert port, "the pack ended at once"
            with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
                yield analyzer_pb2_grpc.AnalyzerStub(channel)
        finally:
            process.kill()


def analyzed(
    service: analyzer_pb2_grpc.AnalyzerStub, stack: str, token: str, inputs: Mapping[str, Any]
) -> Mapping[str, int]:
    """Returns the levels of the policies that are broken."""
    properties = Struct()
    properties.update(inputs)
    urn = f"urn:pulumi:{stack}::llmd-monitoring::{token}::one"
    request = analyzer_pb2.AnalyzeRequest(type=token, properties=properties, urn=urn, name="one")
    found = service.Analyze(request).diagnostics
    assert "canary" not in str(found)
    return {one.policyName: one.enforcementLevel for one in found}


class TestService:
    def test_has_every_policy(self, service: analyzer_pb2_grpc.AnalyzerStub) -> None:
        found = {policy.name for policy in service.GetAnalyzerInfo(Empty()).policies}
        assert found == {*POLICIES, *(f"{name}-advice" for name in POLICIES)}

    def test_stops_production_and_advises_elsewhere(
        self, service: analyzer_pb2_grpc.AnalyzerStub
    ) -> None:
        authority = {"isCaCertificate": True}
        for stack in ("prod", "gke-prod"):
            found = analyzed(service, stack, CA, authority)
            assert found == {"protected-ca": analyzer_pb2.MANDATORY}
        found = analyzed(service, "dev", CA, authority)
        assert found == {"protected-ca-advice": analyzer_pb2.ADVISORY}

    def test_reads_values_that_are_not_known_yet(
        self, service: analyzer_pb2_grpc.AnalyzerStub
    ) -> None:
        values = {"grafana": {"adminPassword": "canary-in-clear"}, "prometheus": UNKNOWN}
        inputs = {"chart": "oci://r.example/c", "version": UNKNOWN, "values": values}
        assert "no-password-in-values" in analyzed(service, "prod", RELEASE, inputs)
