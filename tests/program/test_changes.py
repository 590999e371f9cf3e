"""What a change of the settings does to what is there already: the program run twice."""

import json
from functools import cache
from typing import Any

import pytest

from components.settings.dashboards import DASHBOARD_NAMES
from components.settings.rules import ALERT_AREAS, RECORDING_AREAS
from tests.program.recording import PROJECT, Run, run_program

CA = {"ca-key", "ca-certificate"}
RELEASE = {"kube-prometheus-stack-release"}
SECRET_KEYS = (f"{PROJECT}:grafana",)


def run(document: dict[str, Any]) -> Run:
    return _run(json.dumps(document))


@cache
def _run(document: str) -> Run:
    configuration = {f"{PROJECT}:{key}": value for key, value in json.loads(document).items()}
    return run_program(configuration, secret_keys=SECRET_KEYS)


ALERTS = {f"rules-llmd-alerts-{area}" for area in ALERT_AREAS}
"""Their links lead to Grafana's address."""


def changed(before: Run, after: Run) -> set[str]:
    """Names of the resources that are in both runs, with other inputs."""
    old = {resource.name: resource for resource in before.resources}
    return {r.name for r in after.resources if r.name in old and r.inputs != old[r.name].inputs}


def names(of: Run) -> set[str]:
    return {resource.name for resource in of.resources}


CHANGES: dict[str, tuple[dict[str, Any], dict[str, Any], set[str]]] = {
    "retention": (
        {},
        {"prometheus": {"retention": "3d"}},
        # A budget is summed up over what is kept.
        {*RELEASE, "rules-llmd-recording-slo"},
    ),
    "replicas": ({}, {"prometheus": {"replicas": 2}}, RELEASE),
    "storage": ({}, {"prometheus": {"storage": {"size": "1Gi"}}}, RELEASE),
    "chart version": ({}, {"chart": {"version": "89.0.0"}}, RELEASE),
    "chart origin": ({}, {"chart": {"repository": "https://charts.example.com"}}, RELEASE),
    "webhooks": ({}, {"operator": {"admissionWebhooks": False}}, RELEASE),
    "control plane": ({}, {"exporters": {"controlPlane": True}}, RELEASE),
    "node exporter": ({}, {"exporters": {"node": False}}, {*RELEASE, "monitoring-namespace"}),
    "Grafana's volume": ({}, {"grafana": {"persistence": {"size": "1Gi"}}}, RELEASE),
    "folder": (
        {},
        {"dashboards": {"folder": "other"}},
        {f"grafana-dashboards-{name}" for name in DASHBOARD_NAMES},
    ),
    "renewal": (
        {},
        {"tls": {"earlyRenewalHours": 24}},
        {"server-certificate", "rules-llmd-alerts-stack"},
    ),
    "objectives": (
        {},
        {"slo": {"default": {"availability": 0.99}}},
        {"rules-llmd-recording-slo"},
    ),
    "queues": ({}, {"rules": {"waitingPerPod": 5}}, {"rules-llmd-alerts-saturation"}),
    "lifetime": ({}, {"tls": {"validityHours": 8760}}, {"server-certificate"}),
    "DNS names": ({}, {"tls": {"extraDnsNames": ["a.example.com"]}}, {"server-request"}),
    "addresses": ({}, {"tls": {"extraIpAddresses": ["10.0.0.1"]}}, {"server-request"}),
    "protection": ({}, {"tls": {"protectCa": False}}, set()),
    "context": ({}, {"kubernetes": {"context": "other"}}, {"cluster"}),
    "password": (
        {"grafana": {"adminPassword": "one"}},
        {"grafana": {"adminPassword": "two"}},
        {"grafana-admin-secret"},
    ),
    "Alertmanager off": (
        {},
        {"alertmanager": {"enabled": False}},
        {*RELEASE, "grafana-datasource-config-map"},
    ),
    "cluster domain": (
        {},
        {"kubernetes": {"clusterDomain": "cluster.test"}},
        {*RELEASE, *ALERTS, "server-request", "grafana-datasource-config-map"},
    ),
}


@pytest.mark.parametrize(("before", "after", "expected"), CHANGES.values(), ids=CHANGES)
def test_a_change_reaches_what_it_is_about_and_nothing_else(
    before: dict[str, Any], after: dict[str, Any], expected: set[str]
) -> None:
    first, second = run(before), run(after)
    assert changed(first, second) == expected
    assert names(first) == names(second)


@pytest.mark.parametrize(("before", "after", "_"), CHANGES.values(), ids=CHANGES)
def test_no_change_replaces_what_clients_hold_on_to(
    before: dict[str, Any], after: dict[str, Any], _: set[str]
) -> None:
    """The engine replaces an object whose name or namespace changes, and a certificate whose inputs do."""
    first, second = run(before), run(after)
    assert changed(first, second).isdisjoint({*CA, "server-key"})
    for kind in (":Secret", ":ConfigMap", ":NamespacePatch"):
        for resource in first.of_type(kind):
            again = second.one(kind, resource.name)
            for key in ("name", "namespace"):
                assert again.inputs["metadata"].get(key) == resource.inputs["metadata"].get(key)
    for key in ("name", "namespace"):
        assert second.one(":Release").inputs[key] == first.one(":Release").inputs[key]


@pytest.mark.parametrize(
    ("after", "gone", "new"),
    [
        (
            {"dashboards": {"include": ["slo"]}},
            {f"grafana-dashboards-{name}" for name in DASHBOARD_NAMES if name != "slo"},
            set(),
        ),
        (
            {"dashboards": {"include": []}},
            {
                "grafana-dashboards",
                *(f"grafana-dashboards-{name}" for name in DASHBOARD_NAMES),
            },
            set(),
        ),
        (
            {"grafana": {"enabled": False}},
            {"grafana-datasource", "grafana-datasource-config-map"},
            set(),
        ),
        (
            {"grafana": {"adminPassword": "x"}},
            set(),
            {"grafana-admin", "grafana-admin-secret"},
        ),
        (
            {"rules": {"alerts": ["slo", "stack"], "recording": ["slo"]}},
            {
                *(
                    f"rules-llmd-alerts-{area}"
                    for area in ALERT_AREAS
                    if area not in {"slo", "stack"}
                ),
                *(f"rules-llmd-recording-{area}" for area in RECORDING_AREAS if area != "slo"),
            },
            set(),
        ),
        (
            {
                "alertmanager": {
                    "receivers": [{"name": "us", "webhook": {"name": "s", "key": "url"}}]
                }
            },
            set(),
            {"alerting", "alerting-config"},
        ),
        (
            {"tls": {"enabled": False}},
            {
                *CA,
                *("ca", "server", "server-key", "server-request", "server-certificate"),
                *("web-tls", "web-tls-secret", "web-tls-ca", "rules-llmd-recording-certificate"),
            },
            set(),
        ),
    ],
    ids=[
        "fewer dashboards",
        "no dashboards",
        "Grafana off",
        "a password",
        "some rules",
        "a receiver",
        "TLS off",
    ],
)
def test_a_part_comes_and_goes_whole(after: dict[str, Any], gone: set[str], new: set[str]) -> None:
    first, second = run({}), run(after)
    assert names(first) - names(second) == gone
    assert names(second) - names(first) == new


def test_a_second_run_registers_the_same() -> None:
    first, second = run_program({}), run_program({})
    assert changed(first, second) == set()
    assert sorted(first.resources, key=str) == sorted(second.resources, key=str)
    assert first.outputs == second.outputs


def test_only_its_lifetime_and_the_identity_of_the_installation_make_another_ca() -> None:
    for after in (
        {"namespace": "other"},
        {"release": "other"},
        {"tls": {"caValidityHours": 100000}},
    ):
        assert changed(run({}), run(after)) & CA == {"ca-certificate"}
