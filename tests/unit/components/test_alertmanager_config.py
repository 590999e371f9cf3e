"""Whom Alertmanager tells, as an object of the Prometheus operator."""

import json
from typing import Any

from components.alertmanager_config import config_spec
from components.settings import Settings

_KEY = {"name": "alerting", "key": "it"}


def _spec(**alertmanager: object) -> dict[str, Any]:
    return config_spec(Settings.model_validate({"alertmanager": alertmanager}).alertmanager)


def _receiver(spec: dict[str, Any], name: str) -> dict[str, Any]:
    (found,) = (receiver for receiver in spec["receivers"] if receiver["name"] == name)
    return found  # type: ignore[no-any-return]


class TestWithoutReceivers:
    def test_everything_goes_nowhere(self) -> None:
        spec = _spec()
        assert spec["route"]["receiver"] == "nowhere"
        assert spec["route"]["routes"] == []
        assert spec["receivers"] == [{"name": "nowhere"}]


class TestReceivers:
    def test_without_routes_get_critical_alerts_and_warnings(self) -> None:
        spec = _spec(receivers=[{"name": "us", "webhook": _KEY}])
        (route,) = spec["route"]["routes"]
        assert route["receiver"] == "us"
        assert route["matchers"] == [
            {"name": "severity", "matchType": "=~", "value": "critical|warning"}
        ]

    def test_are_told_in_each_way_by_reference(self) -> None:
        spec = _spec(
            receivers=[
                {
                    "name": "us",
                    "webhook": _KEY,
                    "slack": {"apiUrl": _KEY, "channel": "#c"},
                    "pagerduty": _KEY,
                    "email": {
                        "to": "a@b.c",
                        "sender": "d@e.f",
                        "smarthost": "h:25",
                        "username": "u",
                        "password": _KEY,
                    },
                }
            ]
        )
        made = _receiver(spec, "us")
        assert made["webhookConfigs"][0]["urlSecret"] == _KEY
        assert made["slackConfigs"][0]["apiURL"] == _KEY
        assert made["pagerdutyConfigs"][0]["routingKey"] == _KEY
        assert made["emailConfigs"][0]["authPassword"] == _KEY
        assert all(way[0]["sendResolved"] for key, way in made.items() if key != "name")

    def test_of_mail_without_a_login_have_none(self) -> None:
        mail = {"to": "a@b.c", "sender": "d@e.f", "smarthost": "h:25"}
        made = _receiver(_spec(receivers=[{"name": "us", "email": mail}]), "us")
        assert {"authUsername", "authPassword"}.isdisjoint(made["emailConfigs"][0])


class TestRoutes:
    def test_choose_by_severity_namespace_and_model(self) -> None:
        spec = _spec(
            receivers=[{"name": "us", "webhook": _KEY}],
            routes=[
                {
                    "receiver": "us",
                    "severities": ["critical"],
                    "namespaces": ["a", "b"],
                    "models": ["org/Llama-3.1"],
                }
            ],
        )
        (route,) = spec["route"]["routes"]
        assert {matcher["name"]: matcher["value"] for matcher in route["matchers"]} == {
            "severity": "critical",
            "namespace": "a|b",
            "model": "org/Llama-3\\.1",
        }

    def test_do_not_keep_an_alert_from_the_next_one(self) -> None:
        spec = _spec(
            receivers=[{"name": "a", "webhook": _KEY}, {"name": "b", "webhook": _KEY}],
        )
        assert [route["continue"] for route in spec["route"]["routes"]] == [True, True]


class TestInhibition:
    def test_quietens_a_slow_burn_while_it_burns_fast(self) -> None:
        assert ["namespace", "model", "slo"] in [rule["equal"] for rule in _spec()["inhibitRules"]]

    def test_never_quietens_a_critical_alert(self) -> None:
        for rule in _spec()["inhibitRules"]:
            assert "critical" not in json.dumps(rule["targetMatch"])
