"""Each policy, with a stack that keeps it and one that breaks it."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

import pytest

from policy.checks import CA, POLICIES, RELEASE, findings, is_production
from tests.unit.preview.examples import resource
from tools.paths import REPO
from tools.preview.masking import Masking
from tools.preview.recording.configuration import read_project
from tools.preview.rendering.recorder import Recorded, Run, record_runs
from tools.preview.resource import Hidden, Resource

GOOD: dict[str, Any] = {
    "chart": "oci://r.example/kube-prometheus-stack",
    "version": "88.5.3",
    "values": {
        "prometheus": {
            "prometheusSpec": {
                "web": {"tlsConfig": {"minVersion": "TLS12"}},
                "retention": "30d",
                "storageSpec": {"volumeClaimTemplate": {"spec": {}}},
                "resources": {"limits": {"memory": "8Gi"}},
            }
        }
    },
}
SPEC = ("values", "prometheus", "prometheusSpec")


def release(path: tuple[str, ...] = (), value: object = None) -> Resource:
    """The good release, with one of its inputs changed."""
    inputs = deepcopy(GOOD)
    below = inputs
    for key in path[:-1]:
        below = below.setdefault(key, {})
    if path:
        below[path[-1]] = value
    return resource("Release", "ns/llmd", token=RELEASE, inputs=inputs)


def monitor(selector: Mapping[str, Any]) -> Resource:
    return resource("PodMonitor", inputs={"spec": {"selector": selector}})


def service(kind: str) -> Resource:
    return resource("Service", inputs={"spec": {"type": kind}})


def authority(*, protect: bool) -> Resource:
    return resource(
        "SelfSignedCert", "ca", token=CA, inputs={"isCaCertificate": True}, protect=protect
    )


KEEPING = (
    release(),
    monitor({"matchLabels": {"a": "b"}}),
    service("ClusterIP"),
    authority(protect=True),
)

BREAKING: dict[str, tuple[str, Resource]] = {
    "plain HTTP": ("verified-tls", release((*SPEC, "web"), {})),
    "a client that doesn't verify": (
        "verified-tls",
        release(
            ("values", "prometheus", "serviceMonitor"), {"tlsConfig": {"insecureSkipVerify": True}}
        ),
    ),
    "a datasource that doesn't verify": (
        "verified-tls",
        resource(inputs={"data": {"a.json": '{"jsonData": {"tlsSkipVerify": true}}'}}),
    ),
    "a password": (
        "no-password-in-values",
        release(("values", "grafana", "adminPassword"), Hidden(digest="d")),
    ),
    "no version": ("pinned-chart", release(("version",), None)),
    "a range of versions": ("pinned-chart", release(("version",), ">=88")),
    "no volume": ("kept-history", release((*SPEC, "storageSpec"), None)),
    "no retention": ("kept-history", release((*SPEC, "retention"), "")),
    "no limit": ("limited-memory", release((*SPEC, "resources"), {"requests": {"memory": "1Gi"}})),
    "a CA without protection": ("protected-ca", authority(protect=False)),
    "a monitor of everything": ("selective-monitors", monitor({})),
    "a public Service": ("private-services", service("LoadBalancer")),
    "a public Grafana": (
        "private-services",
        release(("values", "grafana", "service", "type"), "NodePort"),
    ),
    "a Prometheus with an Ingress": (
        "private-services",
        release(("values", "prometheus", "ingress", "enabled"), True),
    ),
    "a Grafana without login": (
        "private-services",
        release(("values", "grafana", "grafana.ini", "auth.anonymous", "enabled"), True),
    ),
}


class TestPolicies:
    def test_are_kept_by_a_good_stack(self) -> None:
        assert findings("prod", KEEPING) == ()

    @pytest.mark.parametrize(("policy", "broken"), BREAKING.values(), ids=BREAKING)
    def test_are_broken_by_their_contrary_alone(self, policy: str, broken: Resource) -> None:
        (finding,) = findings("prod", [broken])
        assert finding.policy == policy
        assert finding.resource == broken.title

    def test_are_all_tried(self) -> None:
        assert {policy for policy, _ in BREAKING.values()} == set(POLICIES)

    def test_leave_a_chart_without_prometheus_alone(self) -> None:
        assert findings("prod", [release(("values", "prometheus"), {"enabled": False})]) == ()

    def test_are_mandatory_in_production_only(self) -> None:
        broken = release((*SPEC, "retention"), "")
        assert [finding.mandatory for finding in findings("prod", [broken])] == [True]
        assert [finding.mandatory for finding in findings("dev", [broken])] == [False]
        assert is_production("gke-prod")
        assert not is_production("production-like")


@pytest.fixture(scope="module")
def recorded() -> Mapping[str, Recorded]:
    run = Run(tree=REPO, stacks=read_project(REPO).stacks())
    (recorded,) = record_runs(REPO, (run,), Masking(key=b"key"))
    return recorded


class TestStacks:
    def test_of_production_break_nothing(self, recorded: Mapping[str, Recorded]) -> None:
        production = {stack: found for stack, found in recorded.items() if is_production(stack)}
        assert "prod" in production
        for stack, found in production.items():
            assert found.error is None
            assert [str(finding) for finding in findings(stack, found.resources)] == []

    def test_that_are_small_are_told_what_they_lack(self, recorded: Mapping[str, Recorded]) -> None:
        found = findings("dev", recorded["dev"].resources)
        assert {"kept-history", "protected-ca"} <= {finding.policy for finding in found}
        assert not any(finding.mandatory for finding in found)
