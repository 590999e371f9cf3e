"""The Alertmanager resource and its configuration."""

import base64

import yaml

from tests.embedded_chart.rendering import Helm
from tests.embedded_chart.test_prometheus import CLIENT, WEB

NAME = "llmd-kube-prometheus-stack-alertmanager"


def test_every_value_reaches_the_field_of_its_name(helm: Helm) -> None:
    spec = {
        "externalUrl": "https://alerts.example",
        "resources": {"requests": {"memory": "64Mi"}},
        "storage": {"emptyDir": {"sizeLimit": "1Gi"}},
        "web": WEB,
        "replicas": 3,
        "retention": "240h",
    }
    made = helm.template({"alertmanager": {"alertmanagerSpec": spec}}).only("Alertmanager")["spec"]
    assert {field: made[field] for field in spec} == spec


def test_its_monitor_follows_its_scheme(helm: Helm) -> None:
    monitor = {"scheme": "https", "tlsConfig": CLIENT}
    rendered = helm.template({"alertmanager": {"serviceMonitor": monitor}})
    for endpoint in rendered.get("ServiceMonitor", NAME)["spec"]["endpoints"]:
        assert endpoint["scheme"] == "https"
        assert endpoint["tlsConfig"] == CLIENT


def test_the_default_configuration_sends_the_watchdog_nowhere(helm: Helm) -> None:
    secret = helm.template().get("Secret", f"alertmanager-{NAME}")
    config = yaml.safe_load(base64.b64decode(secret["data"]["alertmanager.yaml"]))
    receivers = {receiver["name"] for receiver in config["receivers"]}
    assert config["route"]["receiver"] in receivers
    assert [route["matchers"] for route in config["route"]["routes"]] == [
        ['alertname = "Watchdog"']
    ]


def test_the_secret_can_be_ones_own(helm: Helm) -> None:
    spec = {"useExistingSecret": True, "configSecret": "own"}
    rendered = helm.template({"alertmanager": {"alertmanagerSpec": spec}})
    assert f"alertmanager-{NAME}" not in rendered.names("Secret")
    assert rendered.only("Alertmanager")["spec"]["configSecret"] == "own"
