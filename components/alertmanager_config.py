"""Whom Alertmanager tells, as the configuration object of the Prometheus operator.

Secrets stay in Secrets: the operator reads them by reference. The object is Alertmanager's only configuration
(`alertmanagerConfiguration`), so that its routes hold for alerts of every namespace.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pulumi

from components.kubernetes_object import KubernetesObject
from components.object_metadata import object_metadata
from components.settings.alertmanager import (
    AlertmanagerSettings,
    ReceiverSettings,
    RouteSettings,
)
from components.settings.references import SecretKeyReference

CONFIG_NAME: Final = "llmd-alerting"
_NOWHERE: Final = "nowhere"
_TITLE: Final = (
    "[{{ .Status | toUpper }}] {{ .CommonLabels.alertname }} "
    "{{ .CommonLabels.namespace }} {{ .CommonLabels.model }}"
)
_TEXT: Final = (
    "{{ range .Alerts }}{{ .Annotations.summary }}: {{ .Annotations.description }}\n"
    "{{ .Annotations.dashboard_url }} {{ .Annotations.runbook_url }}\n{{ end }}"
)


@dataclass(frozen=True, kw_only=True)
class AlertmanagerConfigArgs:
    """Arguments of `AlertmanagerConfig`.

    Attributes:
        namespace: Namespace of Alertmanager.
        labels: Labels of the object.
        alertmanager: Receivers and routes.
        requires: What has to be there before: the definition of the kind.
    """

    namespace: pulumi.Input[str]
    labels: Mapping[str, str]
    alertmanager: AlertmanagerSettings
    requires: Sequence[pulumi.Resource] = ()


class AlertmanagerConfig(pulumi.ComponentResource):
    """Receivers and routes under a fixed name."""

    def __init__(
        self, name: str, args: AlertmanagerConfigArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("llmd-monitoring:index:AlertmanagerConfig", name, None, opts)
        KubernetesObject(
            f"{name}-config",
            {
                "apiVersion": "monitoring.coreos.com/v1alpha1",
                "kind": "AlertmanagerConfig",
                "metadata": object_metadata(
                    name=CONFIG_NAME, namespace=args.namespace, labels=args.labels
                ),
                "spec": config_spec(args.alertmanager),
            },
            pulumi.ResourceOptions(parent=self, depends_on=list(args.requires)),
        )
        self.register_outputs({"name": CONFIG_NAME})


def config_spec(alertmanager: AlertmanagerSettings) -> dict[str, Any]:
    """Returns the `spec` of the object.

    What no route takes goes nowhere: it is shown in Alertmanager only.
    """
    routes = alertmanager.routes or tuple(
        RouteSettings(receiver=receiver.name) for receiver in alertmanager.receivers
    )
    return {
        "route": {
            "receiver": _NOWHERE,
            "groupBy": ["alertname", "namespace", "model"],
            "groupWait": "30s",
            "groupInterval": "5m",
            "repeatInterval": "4h",
            "routes": [_route(route) for route in routes],
        },
        "receivers": [{"name": _NOWHERE}, *map(_receiver, alertmanager.receivers)],
        "inhibitRules": [
            _inhibits([], ["namespace", "alertname"]),
            # A budget that burns fast also burns slowly: one alert is enough.
            _inhibits(
                [{"name": "slo", "value": ".+", "matchType": "=~"}], ["namespace", "model", "slo"]
            ),
        ],
    }


def _route(route: RouteSettings) -> dict[str, Any]:
    chosen = {"severity": route.severities, "namespace": route.namespaces, "model": route.models}
    return {
        "receiver": route.receiver,
        "continue": True,
        "matchers": [
            {"name": label, "matchType": "=~", "value": "|".join(map(_literal, values))}
            for label, values in chosen.items()
            if values
        ],
    }


def _literal(text: str) -> str:
    """A regular expression of RE2 that matches the text alone."""
    return "".join(f"\\{letter}" if letter in r"\.+*?()|[]{}^$" else letter for letter in text)


def _receiver(receiver: ReceiverSettings) -> dict[str, Any]:
    made: dict[str, Any] = {"name": receiver.name}
    if receiver.webhook is not None:
        made["webhookConfigs"] = [{"urlSecret": _key(receiver.webhook), "sendResolved": True}]
    if receiver.slack is not None:
        made["slackConfigs"] = [
            {
                "apiURL": _key(receiver.slack.api_url),
                "channel": receiver.slack.channel,
                "sendResolved": True,
                "title": _TITLE,
                "text": _TEXT,
            }
        ]
    if receiver.pagerduty is not None:
        made["pagerdutyConfigs"] = [{"routingKey": _key(receiver.pagerduty), "sendResolved": True}]
    if (email := receiver.email) is not None:
        mail: dict[str, Any] = {
            "to": email.to,
            "from": email.sender,
            "smarthost": email.smarthost,
            "sendResolved": True,
        }
        if email.username is not None:
            mail["authUsername"] = email.username
        if email.password is not None:
            mail["authPassword"] = _key(email.password)
        made["emailConfigs"] = [mail]
    return made


def _key(reference: SecretKeyReference) -> dict[str, str]:
    return {"name": reference.name, "key": reference.key}


def _inhibits(both: list[dict[str, str]], equal: list[str]) -> dict[str, Any]:
    return {
        "sourceMatch": [{"name": "severity", "value": "critical", "matchType": "="}, *both],
        "targetMatch": [{"name": "severity", "value": "warning|info", "matchType": "=~"}, *both],
        "equal": equal,
    }
