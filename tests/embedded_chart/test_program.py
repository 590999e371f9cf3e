"""The program's own values: the chart takes them and makes what the program's names say."""

from typing import Literal

import pytest

from components.chart_values import chart_values
from components.names import Names
from components.settings import Settings
from tests.embedded_chart.rendering import NAMESPACE, Helm, Manifest, Rendered
from tests.embedded_chart.structural_schema import problems

EVERY_SETTING = {
    "prometheus": {
        "retentionSize": "40GB",
        "storage": {"size": "50Gi", "storageClass": "fast"},
        "replicas": 2,
        "shards": 2,
        "externalLabels": {"cluster": "a"},
        "remoteWrite": [
            {
                "url": "https://metrics.example/write",
                "bearerToken": {"name": "metrics", "key": "token"},
                "ca": {"name": "metrics-ca"},
            }
        ],
    },
    "alertmanager": {"replicas": 3, "storage": {"size": "1Gi"}},
    "grafana": {"persistence": {"size": "1Gi"}, "adminSecret": {"name": "own"}},
    "operator": {"admissionWebhooks": False},
    "exporters": {"node": False, "kubeState": False, "controlPlane": True},
}


def names(release: str, scheme: Literal["http", "https"] = "https") -> Names:
    return Names(
        namespace=NAMESPACE, release=release, cluster_domain="cluster.local", scheme=scheme
    )


def render(helm: Helm, settings: Settings, names: Names) -> Rendered:
    return helm.template(chart_values(settings, names), release=names.release)


@pytest.mark.parametrize("release", ["llmd", "llm-d", "monitoring-of-the-llm-d", "my-grafana"])
def test_the_program_and_the_chart_agree_on_names(helm: Helm, release: str) -> None:
    expected = names(release)
    assert {
        ("Prometheus", expected.prometheus),
        ("Service", expected.prometheus),
        ("Alertmanager", expected.alertmanager),
        ("Service", expected.alertmanager),
        ("Deployment", expected.grafana),
        ("Service", expected.grafana),
    } <= render(helm, Settings(), expected).identities()


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("settings", [{}, EVERY_SETTING], ids=["defaults", "everything"])
def test_what_the_values_make_fits_the_crds(
    helm: Helm,
    crds: dict[str, Manifest],
    settings: dict[str, object],
    scheme: Literal["http", "https"],
) -> None:
    rendered = render(helm, Settings.model_validate(settings), names("llmd", scheme))
    found = {
        one["metadata"]["name"]: problems(crds[one["kind"]], one)
        for one in rendered
        if one["kind"] in crds
    }
    assert {name: issues for name, issues in found.items() if issues} == {}


def test_prometheus_verifies_itself_with_the_programs_ca(helm: Helm) -> None:
    own = names("llmd")
    monitor = render(helm, Settings(), own).get("ServiceMonitor", own.prometheus)
    for endpoint in monitor["spec"]["endpoints"]:
        assert endpoint["scheme"] == "https"
        assert endpoint["tlsConfig"]["ca"]["configMap"]["name"] == own.web_ca_config_map
        assert endpoint["tlsConfig"]["serverName"] in own.served_hosts
