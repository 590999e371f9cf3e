"""Grafana's datasources: Prometheus, verified with the stack's CA, and Alertmanager."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

import pulumi

from components.kubernetes_object import KubernetesObject
from components.manifests import config_map
from components.object_metadata import object_metadata
from components.settings.values import TRACE_ID

PROMETHEUS_UID: Final = "prometheus"
ALERTMANAGER_UID: Final = "alertmanager"

SIDECAR_LABEL: Final[Mapping[str, str]] = {"grafana_datasource": "1"}
"""Label by which Grafana's sidecar finds datasources (chart key `grafana.sidecar.datasources.label`)."""

_SCRAPE_INTERVAL: Final = "30s"

_TRACE_LABEL: Final = "trace_id"
"""Label of exemplars that holds the id of a trace, in the Endpoint Picker's and by OpenTelemetry's convention."""


def file_content(path: str) -> str:
    """Returns the expression by which Grafana takes a value from a file of its pod."""
    return f"$__file{{{path}}}"


@dataclass(frozen=True, kw_only=True)
class PrometheusQueries:
    """How Prometheus wants to be asked, beyond its URL.

    Attributes:
        http_method: Method of queries; a long one doesn't fit into the URL of a `GET`.
        bearer_token: Token of each query, as `file_content`: a ConfigMap holds no token itself.
        parameters: Parameters of each query, e.g. `namespace=llm-d`.
        trace_url: Address of a trace, `{traceId}` in place of its id; `None`: exemplars lead nowhere.
    """

    http_method: Literal["GET", "POST"] = "POST"
    bearer_token: str | None = None
    parameters: str | None = None
    trace_url: str | None = None


DEFAULT_QUERIES: Final = PrometheusQueries()
"""A Prometheus of our own: long queries, no token."""


def provisioning(
    *,
    prometheus_url: str,
    alertmanager_url: str | None,
    ca_cert_pem: str | None,
    queries: PrometheusQueries = DEFAULT_QUERIES,
) -> dict[str, Any]:
    """Returns Grafana's provisioning document.

    Args:
        prometheus_url: URL of Prometheus.
        alertmanager_url: URL of Alertmanager; `None` leaves its datasource out.
        ca_cert_pem: CA that both are verified with; `None` where they serve plain HTTP.
        queries: How Prometheus wants to be asked.
    """
    datasources = [_prometheus(prometheus_url, queries)]
    if alertmanager_url is not None:
        datasources.append(
            {
                "name": "Alertmanager",
                "uid": ALERTMANAGER_UID,
                "type": "alertmanager",
                "access": "proxy",
                "isDefault": False,
                "url": alertmanager_url,
                "jsonData": {"implementation": "prometheus", "handleGrafanaManagedAlerts": False},
            }
        )
    trusted = [_trusting(datasource, ca_cert_pem) for datasource in datasources]
    return {"apiVersion": 1, "datasources": trusted}


def _prometheus(url: str, queries: PrometheusQueries) -> dict[str, Any]:
    json_data: dict[str, Any] = {
        "httpMethod": queries.http_method,
        "timeInterval": _SCRAPE_INTERVAL,
    }
    datasource: dict[str, Any] = {
        "name": "Prometheus",
        "uid": PROMETHEUS_UID,
        "type": "prometheus",
        "access": "proxy",
        "isDefault": True,
        "url": url,
        "jsonData": json_data,
    }
    if queries.parameters is not None:
        json_data["customQueryParameters"] = queries.parameters
    if queries.trace_url is not None:
        json_data["exemplarTraceIdDestinations"] = [_trace(queries.trace_url)]
    if queries.bearer_token is not None:
        json_data["httpHeaderName1"] = "Authorization"
        datasource["secureJsonData"] = {"httpHeaderValue1": f"Bearer {queries.bearer_token}"}
    return datasource


def _trace(url: str) -> dict[str, str]:
    """Where an exemplar leads to. Grafana expands `$` in what is provisioned, so each is doubled."""
    address = url.replace("$", "$$").replace(TRACE_ID, "$${__value.raw}")
    return {"name": _TRACE_LABEL, "url": address, "urlDisplayLabel": "Open the trace"}


def _trusting(datasource: dict[str, Any], ca_cert_pem: str | None) -> dict[str, Any]:
    if ca_cert_pem is None:
        return datasource
    return {
        **datasource,
        "jsonData": {**datasource["jsonData"], "tlsAuthWithCACert": True},
        # Grafana's name for it; a CA certificate is public, so a ConfigMap may hold it.
        "secureJsonData": {**datasource.get("secureJsonData", {}), "tlsCACert": ca_cert_pem},
    }


@dataclass(frozen=True, kw_only=True)
class GrafanaDatasourceArgs:
    """Arguments of `GrafanaDatasource`.

    Attributes:
        namespace: Grafana's namespace; its sidecar looks nowhere else.
        config_map_name: Name of the ConfigMap.
        labels: Labels besides the sidecar's own.
        prometheus_url: URL of Prometheus.
        alertmanager_url: URL of Alertmanager, or `None` where it isn't run.
        ca_cert_pem: CA that both are verified with, or `None` where they serve plain HTTP.
        queries: How Prometheus wants to be asked.
    """

    namespace: pulumi.Input[str]
    config_map_name: str
    labels: Mapping[str, str]
    prometheus_url: str
    alertmanager_url: str | None
    ca_cert_pem: pulumi.Input[str] | None
    queries: PrometheusQueries = DEFAULT_QUERIES


class GrafanaDatasource(pulumi.ComponentResource):
    """A ConfigMap that Grafana's sidecar provisions; updated in place."""

    def __init__(
        self, name: str, args: GrafanaDatasourceArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("llmd-monitoring:index:GrafanaDatasource", name, None, opts)
        document = pulumi.Output.from_input(args.ca_cert_pem).apply(
            lambda ca_cert_pem: json.dumps(
                provisioning(
                    prometheus_url=args.prometheus_url,
                    alertmanager_url=args.alertmanager_url,
                    ca_cert_pem=ca_cert_pem,
                    queries=args.queries,
                ),
                indent=2,
            )
        )
        KubernetesObject(
            f"{name}-config-map",
            config_map(
                object_metadata(
                    name=args.config_map_name,
                    namespace=args.namespace,
                    labels={**args.labels, **SIDECAR_LABEL},
                ),
                # JSON is YAML; its file name must be unique among all datasource ConfigMaps.
                {f"{args.config_map_name}.yaml": document},
            ),
            pulumi.ResourceOptions(parent=self),
        )
        self.register_outputs({"uid": PROMETHEUS_UID})
