"""The policy pack's own process, asked as the engine asks it."""

import subprocess
from collections.abc import Iterator, Mapping
from typing import Any

import grpc  # type: ignore[import-untyped]
import pytest
from google.protobuf.empty_pb2 import Empty  # type: ignore[import-untyped]
from google.protobuf.struct_pb2 import Struct  # type: ignore[import-untyped]
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc

from policy.checks import CA, POLICIES, RELEASE
from tests.policy.pack import PACK, PYTHON
from tests.unit.policy.test_pack import UNKNOWN


@pytest.fixture(scope="module")
def service() -> Iterator[analyzer_pb2_grpc.AnalyzerStub]:
    """The pack, started as the engine does, which then reads its port."""
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
