"""Names: others compute them without asking the chart."""

import pytest

from tests.embedded_chart.rendering import NAMESPACE, Helm


@pytest.mark.parametrize(
    ("release", "full_name"),
    [
        ("llmd", "llmd-kube-prometheus-stack"),
        ("llm-d", "llm-d-kube-prometheus-stac"),
        ("monitoring-of-the-llm-d", "monitoring-of-the-llm-d-ku"),
        ("monitoring-of-all-llm-d-s", "monitoring-of-all-llm-d-s"),
        ("my-kube-prometheus-stack", "my-kube-prometheus-stack"),
    ],
)
def test_the_full_name_is_release_and_chart_cut_to_26_characters(
    helm: Helm, release: str, full_name: str
) -> None:
    objects = helm.template(release=release).identities()
    assert {
        ("Prometheus", f"{full_name}-prometheus"),
        ("Service", f"{full_name}-prometheus"),
        ("ServiceAccount", f"{full_name}-prometheus"),
        ("ServiceMonitor", f"{full_name}-prometheus"),
        ("Alertmanager", f"{full_name}-alertmanager"),
        ("Service", f"{full_name}-alertmanager"),
        ("Secret", f"alertmanager-{full_name}-alertmanager"),
        ("Deployment", f"{full_name}-operator"),
        ("Job", f"{full_name}-admission-create"),
        ("Job", f"{full_name}-admission-patch"),
        ("MutatingWebhookConfiguration", f"{full_name}-admission"),
        ("ValidatingWebhookConfiguration", f"{full_name}-admission"),
        ("ConfigMap", f"{full_name}-grafana-datasource"),
    } <= objects


@pytest.mark.parametrize("release", ["llmd", "llm-d", "monitoring-of-the-llm-d"])
def test_the_sub_charts_are_named_after_the_release(helm: Helm, release: str) -> None:
    assert {
        ("Deployment", f"{release}-grafana"),
        ("Service", f"{release}-grafana"),
        ("Secret", f"{release}-grafana"),
        ("ConfigMap", f"{release}-grafana"),
        ("Deployment", f"{release}-kube-state-metrics"),
        ("Service", f"{release}-kube-state-metrics"),
        ("DaemonSet", f"{release}-prometheus-node-exporter"),
        ("Service", f"{release}-prometheus-node-exporter"),
    } <= helm.template(release=release).identities()


def test_names_and_namespace_can_be_overridden(helm: Helm) -> None:
    rendered = helm.template({"fullnameOverride": "watch", "namespaceOverride": "elsewhere"})
    assert rendered.only("Prometheus")["metadata"]["name"] == "watch-prometheus"
    assert rendered.only("Prometheus")["metadata"]["namespace"] == "elsewhere"
    assert rendered.get("Deployment", "watch-operator")["metadata"]["namespace"] == "elsewhere"
    grafana = rendered.get("Deployment", "llmd-grafana")
    assert grafana["metadata"]["namespace"] == NAMESPACE, "the sub-charts stay"


def test_the_custom_resources_can_go_without_a_suffix(helm: Helm) -> None:
    rendered = helm.template({"cleanPrometheusOperatorObjectNames": True})
    assert rendered.only("Prometheus")["metadata"]["name"] == "llmd-kube-prometheus-stack"
    assert rendered.only("Alertmanager")["metadata"]["name"] == "llmd-kube-prometheus-stack"
    assert "llmd-kube-prometheus-stack-prometheus" in rendered.names("Service")


def test_the_services_keep_their_ports(helm: Helm) -> None:
    rendered = helm.template()

    def ports(name: str) -> dict[str, int]:
        return {
            port["name"]: port["port"] for port in rendered.get("Service", name)["spec"]["ports"]
        }

    assert ports("llmd-kube-prometheus-stack-prometheus") == {
        "http-web": 9090,
        "reloader-web": 8080,
    }
    assert ports("llmd-kube-prometheus-stack-alertmanager") == {
        "http-web": 9093,
        "reloader-web": 8080,
    }
    assert ports("llmd-kube-prometheus-stack-operator") == {"https": 443}
    assert ports("llmd-grafana") == {"http-web": 80}
    assert ports("llmd-kube-state-metrics") == {"http": 8080}
    assert ports("llmd-prometheus-node-exporter") == {"http-metrics": 9100}


def test_the_services_select_the_pods_that_the_operator_makes(helm: Helm) -> None:
    rendered = helm.template()
    prometheus = rendered.get("Service", "llmd-kube-prometheus-stack-prometheus")
    alertmanager = rendered.get("Service", "llmd-kube-prometheus-stack-alertmanager")
    assert prometheus["spec"]["selector"] == {
        "app.kubernetes.io/name": "prometheus",
        "operator.prometheus.io/name": rendered.only("Prometheus")["metadata"]["name"],
    }
    assert alertmanager["spec"]["selector"] == {
        "app.kubernetes.io/name": "alertmanager",
        "alertmanager": rendered.only("Alertmanager")["metadata"]["name"],
    }


def test_every_service_of_a_workload_selects_its_pods(helm: Helm) -> None:
    rendered = helm.template()
    for workload in (
        "llmd-kube-prometheus-stack-operator",
        "llmd-grafana",
        "llmd-kube-state-metrics",
    ):
        labels = rendered.get("Deployment", workload)["spec"]["template"]["metadata"]["labels"]
        selector = rendered.get("Service", workload)["spec"]["selector"]
        assert selector.items() <= labels.items(), workload


def test_every_service_monitor_selects_the_service_of_its_name(helm: Helm) -> None:
    rendered = helm.template({"kubeDns": {"enabled": True}})
    elsewhere = {"apiserver", "kubelet"}
    for name in rendered.names("ServiceMonitor"):
        if name.rpartition("-")[2] in elsewhere:
            continue
        spec = rendered.get("ServiceMonitor", name)["spec"]
        service = rendered.get("Service", name)
        assert spec["selector"]["matchLabels"].items() <= service["metadata"]["labels"].items(), (
            name
        )
        ports = {port["name"] for port in service["spec"]["ports"]}
        assert {endpoint["port"] for endpoint in spec["endpoints"]} <= ports, name
        namespaces = spec.get("namespaceSelector", {}).get("matchNames", [NAMESPACE])
        assert namespaces == [service["metadata"]["namespace"]], name


def test_common_labels_reach_every_object_of_the_stack(helm: Helm) -> None:
    rendered = helm.template({"commonLabels": {"team": "serving"}})
    for manifest in rendered:
        labels = manifest["metadata"]["labels"]
        ours = labels.get("chart", "").startswith("kube-prometheus-stack-")
        assert not ours or labels["team"] == "serving", manifest["metadata"]["name"]


def test_the_version_tells_that_it_is_the_stand_in(helm: Helm) -> None:
    labels = helm.template().only("Prometheus")["metadata"]["labels"]
    assert labels["chart"] == "kube-prometheus-stack-88.5.3-embedded"
    assert labels["release"] == "llmd"
