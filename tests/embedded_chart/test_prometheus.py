"""The Prometheus resource carries what the values say, and its monitors follow its scheme."""

from typing import Any

import pytest

from tests.embedded_chart.rendering import Helm, RenderError

NAME = "llmd-kube-prometheus-stack-prometheus"
WEB = {
    "tlsConfig": {
        "keySecret": {"name": "prometheus-web-tls", "key": "tls.key"},
        "cert": {"secret": {"name": "prometheus-web-tls", "key": "tls.crt"}},
    }
}
CLIENT = {
    "serverName": f"{NAME}.llm-d-monitoring.svc",
    "ca": {"configMap": {"name": "prometheus-web-tls-ca", "key": "ca.crt"}},
}
KINDS = ("serviceMonitor", "podMonitor", "probe", "rule", "scrapeConfig")

PASSED_ON: dict[str, Any] = {
    "retention": "15d",
    "retentionSize": "40GB",
    "resources": {"requests": {"memory": "2Gi"}},
    "replicas": 2,
    "shards": 3,
    "externalLabels": {"cluster": "a"},
    "remoteWrite": [
        {
            "url": "https://metrics.example/write",
            "authorization": {"credentials": {"name": "metrics", "key": "token"}},
        }
    ],
    "web": WEB,
    "externalUrl": "https://prometheus.example",
    "maximumStartupDurationSeconds": 900,
    "enableFeatures": ["exemplar-storage"],
    "walCompression": False,
    "scrapeInterval": "15s",
    "evaluationInterval": "20s",
    "portName": "https-web",
    "securityContext": {"runAsNonRoot": True, "runAsUser": 7, "runAsGroup": 7, "fsGroup": 7}
    | {"seccompProfile": {"type": "RuntimeDefault"}},
    "version": "v3.13.0",
    "logLevel": "debug",
}


def spec(helm: Helm, **values: object) -> dict[str, Any]:
    rendered = helm.template({"prometheus": {"prometheusSpec": values}})
    return dict(rendered.only("Prometheus")["spec"])


def test_every_value_reaches_the_field_of_its_name(helm: Helm) -> None:
    made = spec(helm, **PASSED_ON)
    assert {field: made[field] for field in PASSED_ON} == PASSED_ON


def test_the_storage_spec_becomes_storage(helm: Helm) -> None:
    storage = {"volumeClaimTemplate": {"spec": {"resources": {"requests": {"storage": "9Gi"}}}}}
    assert spec(helm, storageSpec=storage)["storage"] == storage
    assert "storage" not in spec(helm)


def test_additional_config_adds_fields(helm: Helm) -> None:
    made = spec(helm, additionalConfig={"serviceName": "{{ .Release.Name }}-own"})
    assert made["serviceName"] == "llmd-own"


def test_the_image_can_be_chosen(helm: Helm) -> None:
    made = spec(helm, image={"registry": "mirror.example", "tag": "v3.13.0"})
    assert made["image"] == "mirror.example/prometheus/prometheus:v3.13.0"
    assert made["version"] == "v3.13.0"


def test_additional_scrape_configs_lie_in_a_secret(helm: Helm) -> None:
    rendered = helm.template(
        {"prometheus": {"prometheusSpec": {"additionalScrapeConfigs": [{"job_name": "own"}]}}}
    )
    reference = rendered.only("Prometheus")["spec"]["additionalScrapeConfigs"]
    assert reference["key"] in rendered.get("Secret", reference["name"])["data"]


def test_monitors_must_carry_the_release_by_default(helm: Helm) -> None:
    made = spec(helm)
    for kind in KINDS:
        assert made[f"{kind}Selector"] == {"matchLabels": {"release": "llmd"}}
        assert made[f"{kind}NamespaceSelector"] == {}


def test_open_selectors_find_every_monitor(helm: Helm) -> None:
    made = spec(helm, **{f"{kind}SelectorNilUsesHelmValues": False for kind in KINDS})
    for kind in KINDS:
        assert made[f"{kind}Selector"] == {}


@pytest.mark.parametrize("kind", KINDS)
def test_a_selector_of_ones_own_wins(helm: Helm, kind: str) -> None:
    own = {"matchLabels": {"team": "serving"}}
    made = spec(helm, **{f"{kind}Selector": own, f"{kind}NamespaceSelector": own})
    assert made[f"{kind}Selector"] == own
    assert made[f"{kind}NamespaceSelector"] == own


def test_without_tls_everything_is_http(helm: Helm) -> None:
    rendered = helm.template()
    made = rendered.only("Prometheus")["spec"]
    assert made["externalUrl"] == f"http://{NAME}.llm-d-monitoring:9090"
    assert "web" not in made
    for endpoint in rendered.get("ServiceMonitor", NAME)["spec"]["endpoints"]:
        assert {"scheme", "tlsConfig"}.isdisjoint(endpoint)


def test_with_tls_prometheus_and_its_reloader_are_scraped_over_https(helm: Helm) -> None:
    rendered = helm.template(
        {
            "prometheus": {
                "prometheusSpec": {"web": WEB},
                "serviceMonitor": {"scheme": "https", "tlsConfig": CLIENT, "interval": "10s"},
            }
        }
    )
    assert rendered.only("Prometheus")["spec"]["web"] == WEB
    endpoints = rendered.get("ServiceMonitor", NAME)["spec"]["endpoints"]
    assert [endpoint["port"] for endpoint in endpoints] == ["http-web", "reloader-web"]
    for endpoint in endpoints:
        assert endpoint["scheme"] == "https"
        assert endpoint["tlsConfig"] == CLIENT
        assert endpoint["interval"] == "10s"


def test_alerts_go_to_the_alertmanager_over_its_scheme(helm: Helm) -> None:
    plain = helm.template().only("Prometheus")["spec"]["alerting"]["alertmanagers"]
    assert [one["name"] for one in plain] == ["llmd-kube-prometheus-stack-alertmanager"]
    assert "scheme" not in plain[0]
    values = {"alertmanager": {"alertmanagerSpec": {"scheme": "https", "tlsConfig": CLIENT}}}
    (secured,) = helm.template(values).only("Prometheus")["spec"]["alerting"]["alertmanagers"]
    assert secured["scheme"] == "https"
    assert secured["tlsConfig"] == CLIENT


def test_there_is_nobody_to_alert_without_an_alertmanager(helm: Helm) -> None:
    rendered = helm.template({"alertmanager": {"enabled": False}})
    assert "alerting" not in rendered.only("Prometheus")["spec"]


def test_the_service_follows_its_values(helm: Helm) -> None:
    service = {"port": 9999, "type": "NodePort", "nodePort": 30001, "annotations": {"a": "b"}}
    made = helm.template({"prometheus": {"service": service}}).get("Service", NAME)
    assert made["metadata"]["annotations"] == {"a": "b"}
    assert made["spec"]["type"] == "NodePort"
    assert made["spec"]["ports"][0]["port"] == 9999
    assert made["spec"]["ports"][0]["nodePort"] == 30001


def test_the_agent_mode_is_refused_with_the_key(helm: Helm) -> None:
    with pytest.raises(RenderError, match=r"prometheus\.agentMode"):
        helm.template({"prometheus": {"agentMode": True}})
