"""A misspelt value is found; what kube-prometheus-stack knows is accepted."""

import re
from typing import Any

import pytest

from tests.embedded_chart.rendering import Helm, RenderError
from tests.embedded_chart.test_switches import values


@pytest.mark.parametrize(
    "path",
    [
        "prometheuz",
        "crds.enable",
        "commonLabel",
        "defaultRules.creat",
        "prometheus.enable",
        "prometheus.prometheusSpec.retentionsize",
        "prometheus.prometheusSpec.storage",
        "prometheus.prometheusSpec.probeSelectorNilUsesHelmValue",
        "prometheus.serviceMonitor.tls",
        "prometheus.service.ports",
        "alertmanager.alertmanagerSpec.tls",
        "prometheusOperator.extraargs",
        "prometheusOperator.admissionWebhooks.enable",
        "prometheusOperator.tls.enable",
        "kubeEtcd.enable",
        "grafana.sidecars",
        "grafana.admin.existingsecret",
        "grafana.sidecar.datasources.defaultDataSourceEnabled",
        "grafana.persistence.storageClass",
    ],
)
def test_a_misspelt_key_is_refused_by_name(helm: Helm, path: str) -> None:
    with pytest.raises(RenderError, match=re.escape(path.rpartition(".")[2])):
        helm.template(values(path, value=True))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("prometheus.prometheusSpec.replicas", "2"),
        ("prometheus.prometheusSpec.retention", 10),
        ("prometheus.prometheusSpec.remoteWrite", {}),
        ("prometheus.prometheusSpec.externalLabels", []),
        ("prometheus.serviceMonitor.scheme", "HTTP/2"),
        ("prometheusOperator.extraArgs", "--debug"),
        ("prometheusOperator.admissionWebhooks.failurePolicy", "Warn"),
        ("grafana.enabled", "yes"),
        ("grafana.extraConfigmapMounts", {}),
    ],
)
def test_a_value_of_the_wrong_type_is_refused(helm: Helm, path: str, value: object) -> None:
    with pytest.raises(RenderError, match="values don't meet the specifications of the schema"):
        helm.template(values(path, value=value))


@pytest.mark.parametrize(
    "extra",
    [
        {"thanosRuler": {"enabled": False}, "windowsMonitoring": {"enabled": False}},
        {"prometheus": {"ingress": {"enabled": False}, "networkPolicy": {"enabled": False}}},
        {"grafana": {"defaultDashboardsEnabled": False, "testFramework": {"enabled": False}}},
        {"prometheus": {"prometheusSpec": {"securityContext": None, "scrapeTimeout": "5s"}}},
    ],
)
def test_what_the_real_chart_knows_is_accepted(helm: Helm, extra: dict[str, Any]) -> None:
    assert helm.template(extra).only("Prometheus")


def test_helm_finds_nothing_to_complain_about(helm: Helm) -> None:
    report = helm.run("lint", str(helm.chart), "--strict")
    assert "0 chart(s) failed" in report
