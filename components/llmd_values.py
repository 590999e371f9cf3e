"""Values for llm-d's own charts, by deployment and chart, as pure functions of the settings.

They turn the charts' monitors on where the charts make them, and off where this stack does: a target that is scraped
twice doubles every sum. Where an EPP asks for a token is said in both cases, since it is the chart that tells it.

Charts that can't do it by any value: inferencepool 1.0.0 and older make no monitor of the Prometheus operator's, 1.0.1
and 1.0.2 give theirs no label, and on GKE make it as well; llm-d-router-gateway from 0.10 on makes Google's only behind
GKE's gateway; llm-d-modelservice 0.2 takes no labels.

Sources: llm-d-modelservice 0.2 to 0.4, inferencepool 1.0 to 1.5, llm-d-router-gateway and -standalone 0.9 and 0.10,
`values.yaml` and templates.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from components.monitors.model_servers import METRICS_PATH, dropped_series, role_relabelings
from components.monitors.names import Role, epp_token
from components.settings.models import (
    EppSettings,
    ModelServerSettings,
    ModelSettings,
    values_folder,
)

Values = dict[str, Any]

_OFF: Final = {"enabled": False}


@dataclass(frozen=True, kw_only=True)
class Scraper:
    """Who scrapes what the charts make.

    Attributes:
        kind: The Prometheus operator's Prometheus (OpenShift's too), or Google Managed Prometheus.
        autopilot: On GKE, whether the cluster is an Autopilot one.
        labels: Labels that a monitor must have for it to be taken.
    """

    kind: Literal["prometheus-operator", "managed-prometheus"] = "prometheus-operator"
    autopilot: bool = False
    labels: Mapping[str, str] = field(default_factory=dict)


def llmd_values(
    models: Iterable[ModelSettings], scraper: Scraper
) -> Mapping[str, Mapping[str, Values]]:
    """Returns the values by namespace and folder of their file, e.g. `llm-d` and `gaie-inference-scheduling`."""
    return {model.namespace: _deployment_values(model, scraper) for model in models}


def _deployment_values(model: ModelSettings, scraper: Scraper) -> Mapping[str, Values]:
    epp_values = _gaie_values if model.generation == "gaie" else _router_values
    values = {
        values_folder(model.generation, epp.release): epp_values(epp, model, scraper)
        for epp in model.epp
    }
    if model.deployment == "modelservice":
        values[f"ms-{model.namespace}"] = _modelservice_values(model, scraper)
    return values


def _modelservice_values(model: ModelSettings, scraper: Scraper) -> Values:
    """The chart makes the Prometheus operator's monitors only; elsewhere they are this stack's."""
    roles: dict[Role, ModelServerSettings] = {"decode": model.decode, "prefill": model.prefill}
    by_chart = model.monitors == "charts" and scraper.kind == "prometheus-operator"
    return {
        role: {
            "monitoring": {
                "podmonitor": _pod_monitor(role, servers, model, scraper)
                if by_chart and servers.enabled
                else _OFF
            }
        }
        for role, servers in roles.items()
    }


def _pod_monitor(
    role: Role, servers: ModelServerSettings, model: ModelSettings, scraper: Scraper
) -> Values:
    (port,) = model.ports(servers)
    values: Values = {
        "enabled": True,
        "portName": port,
        "path": METRICS_PATH,
        "interval": servers.interval,
        "relabelings": role_relabelings(role),
    }
    if dropped := dropped_series(model):
        values["metricRelabelings"] = dropped
    if labels := {**model.labels, **scraper.labels}:
        values["labels"] = labels
    return values


def _gaie_values(epp: EppSettings, model: ModelSettings, scraper: Scraper) -> Values:
    """The keys changed within this generation; a chart passes over those that it doesn't know."""
    monitoring = _epp_monitoring(epp, model, scraper)
    if model.monitors == "stack":
        return {"inferenceExtension": {"monitoring": monitoring}}
    values: Values = {"inferenceExtension": {"monitoring": monitoring}}
    if scraper.kind == "managed-prometheus":
        # Until 1.2; from then on the provider alone decides.
        monitoring["gke"] = {"enabled": True}
        values["provider"] = {"name": "gke", "gke": {"autopilot": scraper.autopilot}}
    else:
        # Until 1.0.
        monitoring["secret"] = {"name": _secret_name(epp)}
    return values


def _router_values(epp: EppSettings, model: ModelSettings, scraper: Scraper) -> Values:
    monitoring = _epp_monitoring(epp, model, scraper)
    if model.monitors == "charts":
        # Unset, the chart would take Google's wherever the gateway is GKE's.
        monitoring["provider"] = (
            {"name": "prometheusoperator"}
            if scraper.kind == "prometheus-operator"
            else {"name": "gmp", "gmp": {"autopilot": scraper.autopilot}}
        )
    return {"router": {"monitoring": monitoring}}


def _epp_monitoring(epp: EppSettings, model: ModelSettings, scraper: Scraper) -> Values:
    auth: Values = {"enabled": epp.authentication}
    if model.monitors == "stack":
        return {"prometheus": {"enabled": False, "auth": auth}}
    if epp.authentication and scraper.kind == "prometheus-operator":
        # The charts' default is one name for all releases of a namespace; Google's has the release in it, and no value.
        auth["secretName"] = _secret_name(epp)
    prometheus: Values = {"enabled": True, "auth": auth}
    if labels := {**model.labels, **scraper.labels}:
        prometheus["extraLabels"] = labels
    return {"interval": epp.interval, "prometheus": prometheus}


def _secret_name(epp: EppSettings) -> str:
    return epp.token_secret or epp_token(epp.release)
