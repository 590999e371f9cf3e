"""Every `.enabled` takes its objects away and leaves the others."""

from typing import Any

import pytest

from tests.embedded_chart.rendering import Helm

FULL = "llmd-kube-prometheus-stack"


def values(path: str, value: object) -> dict[str, Any]:
    *parents, leaf = path.split(".")
    made: dict[str, Any] = {leaf: value}
    for parent in reversed(parents):
        made = {parent: made}
    return made


OFF = {
    "prometheus.enabled": {
        ("Prometheus", f"{FULL}-prometheus"),
        ("Service", f"{FULL}-prometheus"),
        ("ServiceAccount", f"{FULL}-prometheus"),
        ("ClusterRole", f"{FULL}-prometheus"),
        ("ClusterRoleBinding", f"{FULL}-prometheus"),
        ("ServiceMonitor", f"{FULL}-prometheus"),
    },
    "alertmanager.enabled": {
        ("Alertmanager", f"{FULL}-alertmanager"),
        ("Service", f"{FULL}-alertmanager"),
        ("ServiceAccount", f"{FULL}-alertmanager"),
        ("Secret", f"alertmanager-{FULL}-alertmanager"),
        ("ServiceMonitor", f"{FULL}-alertmanager"),
    },
    "prometheusOperator.enabled": {
        ("Deployment", f"{FULL}-operator"),
        ("Service", f"{FULL}-operator"),
        ("ServiceAccount", f"{FULL}-operator"),
        ("ClusterRole", f"{FULL}-operator"),
        ("ClusterRoleBinding", f"{FULL}-operator"),
        ("ServiceMonitor", f"{FULL}-operator"),
        ("Job", f"{FULL}-admission-create"),
        ("Job", f"{FULL}-admission-patch"),
        ("ServiceAccount", f"{FULL}-admission"),
        ("Role", f"{FULL}-admission"),
        ("RoleBinding", f"{FULL}-admission"),
        ("ClusterRole", f"{FULL}-admission"),
        ("ClusterRoleBinding", f"{FULL}-admission"),
        ("MutatingWebhookConfiguration", f"{FULL}-admission"),
        ("ValidatingWebhookConfiguration", f"{FULL}-admission"),
    },
    "grafana.enabled": {
        ("Deployment", "llmd-grafana"),
        ("Service", "llmd-grafana"),
        ("ServiceAccount", "llmd-grafana"),
        ("Secret", "llmd-grafana"),
        ("ConfigMap", "llmd-grafana"),
        ("ConfigMap", "llmd-grafana-config-dashboards"),
        ("ConfigMap", f"{FULL}-grafana-datasource"),
        ("ClusterRole", "llmd-grafana-clusterrole"),
        ("ClusterRoleBinding", "llmd-grafana-clusterrolebinding"),
        ("ServiceMonitor", "llmd-grafana"),
    },
    "kubeStateMetrics.enabled": {
        ("Deployment", "llmd-kube-state-metrics"),
        ("Service", "llmd-kube-state-metrics"),
        ("ServiceAccount", "llmd-kube-state-metrics"),
        ("ClusterRole", "llmd-kube-state-metrics"),
        ("ClusterRoleBinding", "llmd-kube-state-metrics"),
        ("ServiceMonitor", "llmd-kube-state-metrics"),
    },
    "nodeExporter.enabled": {
        ("DaemonSet", "llmd-prometheus-node-exporter"),
        ("Service", "llmd-prometheus-node-exporter"),
        ("ServiceAccount", "llmd-prometheus-node-exporter"),
        ("ServiceMonitor", "llmd-prometheus-node-exporter"),
    },
    "kubelet.enabled": {("ServiceMonitor", f"{FULL}-kubelet")},
    "kubeApiServer.enabled": {("ServiceMonitor", f"{FULL}-apiserver")},
    "defaultRules.create": {
        ("PrometheusRule", f"{FULL}-general.rules"),
        ("PrometheusRule", f"{FULL}-prometheus"),
    },
    "prometheus.serviceMonitor.selfMonitor": {("ServiceMonitor", f"{FULL}-prometheus")},
    "grafana.serviceMonitor.enabled": {("ServiceMonitor", "llmd-grafana")},
}
SCRAPED_THROUGH_A_SERVICE = {
    "kubeControllerManager": "kube-controller-manager",
    "kubeScheduler": "kube-scheduler",
    "kubeEtcd": "kube-etcd",
    "kubeProxy": "kube-proxy",
    "coreDns": "coredns",
}
OFF.update(
    {
        f"{key}.enabled": {("Service", f"{FULL}-{name}"), ("ServiceMonitor", f"{FULL}-{name}")}
        for key, name in SCRAPED_THROUGH_A_SERVICE.items()
    }
)


@pytest.mark.parametrize("path", sorted(OFF))
def test_a_switch_takes_exactly_its_objects_away(helm: Helm, path: str) -> None:
    everything = helm.template().identities()
    left = helm.template(values(path, value=False)).identities()
    assert everything - left == OFF[path]
    assert left < everything


def test_kube_dns_is_scraped_on_demand(helm: Helm) -> None:
    added = (
        helm.template(values("kubeDns.enabled", value=True)).identities()
        - helm.template().identities()
    )
    assert added == {("Service", f"{FULL}-kube-dns"), ("ServiceMonitor", f"{FULL}-kube-dns")}


def test_the_services_of_the_control_plane_lie_in_kube_system(helm: Helm) -> None:
    rendered = helm.template()
    for name in SCRAPED_THROUGH_A_SERVICE.values():
        service = rendered.get("Service", f"{FULL}-{name}")
        assert service["metadata"]["namespace"] == "kube-system"
        assert service["spec"]["clusterIP"] == "None"


def test_a_group_of_default_rules_can_be_left_out(helm: Helm) -> None:
    rendered = helm.template({"defaultRules": {"rules": {"general": False, "etcd": False}}})
    assert rendered.names("PrometheusRule") == {f"{FULL}-prometheus"}


def test_the_default_rules_alert_always_and_on_lost_targets(helm: Helm) -> None:
    groups = helm.template().get("PrometheusRule", f"{FULL}-general.rules")["spec"]["groups"]
    assert [rule["alert"] for group in groups for rule in group["rules"]] == [
        "Watchdog",
        "TargetDown",
    ]


def test_a_default_alert_can_be_left_out(helm: Helm) -> None:
    rendered = helm.template({"defaultRules": {"disabled": {"Watchdog": True}}})
    groups = rendered.get("PrometheusRule", f"{FULL}-general.rules")["spec"]["groups"]
    assert [rule["alert"] for group in groups for rule in group["rules"]] == ["TargetDown"]
