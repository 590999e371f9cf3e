"""The objects that Grafana's pod reads: its datasources, and its first login where the stack file gives one."""

from dataclasses import dataclass

import pulumi

from components.grafana_admin import GrafanaAdmin, GrafanaAdminArgs
from components.grafana_datasource import (
    DEFAULT_QUERIES,
    GrafanaDatasource,
    GrafanaDatasourceArgs,
    PrometheusQueries,
)
from components.labels import common_labels
from components.names import Names
from components.settings import GrafanaSettings


@dataclass(frozen=True, kw_only=True)
class MetricsSource:
    """Where Grafana's metrics and alerts come from.

    Attributes:
        prometheus_url: URL of the Prometheus API.
        alertmanager_url: URL of Alertmanager, or `None` where Grafana shows none.
        ca_cert_pem: CA that both are verified with, or `None` for plain HTTP.
        queries: How Prometheus wants to be asked.
    """

    prometheus_url: str
    alertmanager_url: str | None = None
    ca_cert_pem: pulumi.Input[str] | None = None
    queries: PrometheusQueries = DEFAULT_QUERIES


def install_grafana_objects(
    grafana: GrafanaSettings,
    names: Names,
    namespace: pulumi.Input[str],
    source: MetricsSource,
    opts: pulumi.ResourceOptions,
) -> tuple[pulumi.Resource, ...]:
    """Makes what has to be there before Grafana starts; nothing where it isn't run."""
    if not grafana.enabled:
        return ()
    labels = common_labels(names.release, "grafana")
    datasource = GrafanaDatasource(
        "grafana-datasource",
        GrafanaDatasourceArgs(
            namespace=namespace,
            config_map_name=names.grafana_datasources,
            labels=labels,
            prometheus_url=source.prometheus_url,
            alertmanager_url=source.alertmanager_url,
            ca_cert_pem=source.ca_cert_pem,
            queries=source.queries,
        ),
        opts,
    )
    if grafana.admin_password is None:
        return (datasource,)
    admin = GrafanaAdmin(
        "grafana-admin",
        GrafanaAdminArgs(
            namespace=namespace,
            secret_name=names.grafana_admin_secret,
            labels=labels,
            password=pulumi.Output.secret(grafana.admin_password.get_secret_value()),
        ),
        opts,
    )
    return (datasource, admin)
