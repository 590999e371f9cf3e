"""The stack's outputs: an interface that scripts, llm-d's charts and autoscalers read."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi

from components.grafana_admin import PASSWORD_KEY, USER_KEY
from components.grafana_datasource import PROMETHEUS_UID
from components.names import Names
from components.settings import GrafanaSettings


@dataclass(frozen=True, kw_only=True)
class MonitoringOutputs:
    """What every platform exports. Pulumi leaves out an output, or a key of one, that is `None`.

    Attributes:
        prometheus_url: URL of the Prometheus API inside the cluster.
        ca_config_map: Where the CA certificate is (`namespace`, `name`, `key`); `None` without TLS.
        grafana: URL, Service and the Secret that holds the login; `None` where Grafana isn't run.
        helm_values: Values for llm-d's charts, by namespace and folder of their file.
        autoscaler: What an autoscaler needs to query Prometheus.
        autoscalers: The autoscalers that the stack file names, by chart: namespace, Helm values, KEDA's trigger; `None`
            where it names none.
        managed_dashboards: Links to what the cluster's provider shows by itself; `None` where it shows nothing.
    """

    prometheus_url: str
    ca_config_map: Mapping[str, str] | None
    grafana: Mapping[str, Any] | None
    helm_values: Mapping[str, Mapping[str, Any]]
    autoscaler: Mapping[str, pulumi.Input[Any]]
    autoscalers: Mapping[str, Any] | None = None
    managed_dashboards: Mapping[str, str] | None = None

    def export(self) -> None:
        """Makes them outputs of the stack, under their documented names."""
        pulumi.export("prometheusUrl", self.prometheus_url)
        pulumi.export("caConfigMap", self.ca_config_map)
        pulumi.export("grafana", self.grafana)
        pulumi.export("helmValues", self.helm_values)
        pulumi.export("autoscaler", self.autoscaler)
        pulumi.export("autoscalers", self.autoscalers)
        pulumi.export("managedDashboards", self.managed_dashboards)


def ca_config_map(names: Names) -> Mapping[str, str] | None:
    """Returns where the CA certificate is; `None` where plain HTTP is served."""
    if names.scheme == "http":
        return None
    return {"namespace": names.namespace, "name": names.web_ca_config_map, "key": "ca.crt"}


def grafana_output(grafana: GrafanaSettings, names: Names) -> Mapping[str, Any] | None:
    """Returns how to reach Grafana; the login is named, never shown."""
    if not grafana.enabled:
        return None
    if grafana.admin_secret is not None:
        admin = grafana.admin_secret.model_dump(by_alias=True)
    else:
        # The chart's own Secret has the same keys.
        secret = names.grafana if grafana.admin_password is None else names.grafana_admin_secret
        admin = {"name": secret, "userKey": USER_KEY, "passwordKey": PASSWORD_KEY}
    return {
        "url": names.grafana_url,
        "namespace": names.namespace,
        "service": names.grafana,
        "adminSecret": admin,
        "datasourceUid": PROMETHEUS_UID,
    }


def autoscaler_output(
    *,
    prometheus_url: str,
    ca_config_map: Mapping[str, str] | None,
    ca_cert_pem: pulumi.Input[str] | None,
) -> Mapping[str, pulumi.Input[Any]]:
    """Returns URL and CA for a client that queries Prometheus; the CA certificate is public."""
    return {
        "prometheusUrl": prometheus_url,
        "caConfigMap": ca_config_map,
        "caCertificate": ca_cert_pem,
    }
