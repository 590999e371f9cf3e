"""The Helm values of kube-prometheus-stack, as pure functions of the settings.

Keys follow the chart's values.yaml (88.5.3) and its Grafana sub-chart (12.11). Only what differs from the
chart's defaults is set. Secrets and certificates go in by reference: Helm keeps values in clear in the
release's own Secret.
"""

from typing import Any, Final, Literal

from components.alertmanager_config import CONFIG_NAME
from components.names import Names
from components.settings.alertmanager import AlertmanagerSettings
from components.settings.exporters import ExporterSettings
from components.settings.grafana import GrafanaSettings
from components.settings.operator import OperatorSettings
from components.settings.prometheus import PrometheusSettings, RemoteWriteSettings
from components.settings.resources import StorageSettings
from components.settings.stack import Settings

Values = dict[str, Any]

DASHBOARD_FOLDER_ANNOTATION: Final = "grafana_folder"

# A token Secret is filled a moment after its monitor is made. By default the operator neither watches the
# Secrets of other namespaces nor those of type service-account-token, and would skip that monitor for good.
_WATCH_REFERENCED_SECRETS: Final = "--watch-referenced-objects-in-all-namespaces=true"
_WATCHED_SECRET_TYPES: Final = "type!=kubernetes.io/dockercfg,type!=helm.sh/release.v1"  # noqa: S105

SELECTED_KINDS: Final = ("serviceMonitor", "podMonitor", "probe", "rule", "scrapeConfig")
"""What Prometheus selects by label and namespace; each is the first half of two keys of the chart."""

_CONTROL_PLANE: Final = ("kubeControllerManager", "kubeEtcd", "kubeProxy", "kubeScheduler")
_NODE_RULES: Final = ("node", "nodeExporterAlerting", "nodeExporterRecording")
_CONTROL_PLANE_RULES: Final = (
    "etcd",
    "kubeControllerManager",
    "kubeProxy",
    "kubeSchedulerAlerting",
    "kubeSchedulerRecording",
)


def chart_values(settings: Settings, names: Names) -> Values:
    """Returns the values of the whole chart."""
    return {
        "alertmanager": alertmanager_values(settings.alertmanager, names),
        "grafana": grafana_values(settings.grafana, names),
        "prometheus": prometheus_values(settings.prometheus, names),
        **operator_values(settings.operator),
        **exporter_values(settings.exporters),
    }


def prometheus_values(prometheus: PrometheusSettings, names: Names) -> Values:
    """Returns the chart's `prometheus` group."""
    spec: Values = {
        "retention": prometheus.retention,
        "replicas": prometheus.replicas,
        "shards": prometheus.shards,
        "resources": prometheus.resources.model_dump(exclude_none=True),
        "externalUrl": names.prometheus_url,
        "maximumStartupDurationSeconds": prometheus.startup_seconds,
        **open_selectors(),
    }
    if prometheus.retention_size is not None:
        spec["retentionSize"] = prometheus.retention_size
    if prometheus.storage is not None:
        spec["storageSpec"] = {"volumeClaimTemplate": {"spec": _claim(prometheus.storage)}}
    if prometheus.trace_url is not None:
        spec["enableFeatures"] = ["exemplar-storage"]
    if prometheus.external_labels:
        spec["externalLabels"] = dict(prometheus.external_labels)
    if prometheus.remote_write:
        spec["remoteWrite"] = [_remote_write(store) for store in prometheus.remote_write]
    values: Values = {"prometheusSpec": spec}
    if names.scheme == "https":
        spec["web"] = {"tlsConfig": _serving_certificate(names, "prometheus")}
        values["serviceMonitor"] = _verified_scrape(names, names.prometheus_host)
    return values


def open_selectors() -> Values:
    """Returns the selectors with which Prometheus takes monitors and rules of any namespace and any label."""
    return {
        key: value
        for kind in SELECTED_KINDS
        for key, value in (
            (f"{kind}SelectorNilUsesHelmValues", False),
            (f"{kind}Selector", {}),
            (f"{kind}NamespaceSelector", {}),
        )
    }


def alertmanager_values(alertmanager: AlertmanagerSettings, names: Names) -> Values:
    """Returns the chart's `alertmanager` group; Alertmanager serves the scheme that Prometheus serves."""
    if not alertmanager.enabled:
        return {"enabled": False}
    spec: Values = {"replicas": alertmanager.replicas, "externalUrl": names.alertmanager_url}
    if alertmanager.storage is not None:
        spec["storage"] = {"volumeClaimTemplate": {"spec": _claim(alertmanager.storage)}}
    values: Values = {"enabled": True, "alertmanagerSpec": spec}
    if alertmanager.receivers:
        spec["alertmanagerConfiguration"] = {"name": CONFIG_NAME}
    if names.scheme == "https":
        verified = _verified_scrape(names, names.alertmanager_host)
        spec["web"] = {"tlsConfig": _serving_certificate(names, "alertmanager")}
        # How Prometheus sends alerts: the chart copies both into Prometheus' own `alerting`.
        spec.update(verified)
        values["serviceMonitor"] = verified
    return values


def grafana_values(grafana: GrafanaSettings, names: Names) -> Values:
    """Returns the chart's `grafana` group.

    The chart's own datasource can't carry a CA, so it is off: `components.grafana_datasource` provisions ours.
    """
    if not grafana.enabled:
        return {"enabled": False}
    values: Values = {
        "enabled": True,
        "sidecar": {
            "datasources": {"enabled": True, "defaultDatasourceEnabled": False},
            "dashboards": {
                "enabled": True,
                "searchNamespace": "ALL",
                "folderAnnotation": DASHBOARD_FOLDER_ANNOTATION,
                "provider": {"foldersFromFilesStructure": True},
            },
            # Two ConfigMaps may hold a file of the same name; without this the last one wins.
            "enableUniqueFilenames": True,
        },
    }
    if grafana.admin_secret is not None:
        values["admin"] = {
            "existingSecret": grafana.admin_secret.name,
            "userKey": grafana.admin_secret.user_key,
            "passwordKey": grafana.admin_secret.password_key,
        }
    elif grafana.admin_password is not None:
        values["admin"] = {"existingSecret": names.grafana_admin_secret}
    if grafana.persistence is not None:
        values["persistence"] = {"enabled": True, "size": grafana.persistence.size}
        # The volume is on one node at a time: a new pod would wait for the old one, which waits for the new one.
        values["deploymentStrategy"] = {"type": "Recreate"}
        if grafana.persistence.storage_class is not None:
            values["persistence"]["storageClassName"] = grafana.persistence.storage_class
    return values


def operator_values(operator: OperatorSettings) -> Values:
    """Returns the chart's groups `prometheusOperator` and `crds`.

    The operator mounts the Secret that a hook Job of its webhooks makes, and never starts without it. So
    webhooks off also means TLS of the operator's own server off. With webhooks on, a rule can still be
    applied while the operator is down: the failure policy is `Ignore`.

    Helm makes missing CRDs and never upgrades them; a newer operator's fields would silently be dropped. The
    chart's own hook Job applies those of its version on the server, also over whoever applied them before.
    """
    if operator.install == "existing":
        return {
            "crds": {"enabled": False},
            "prometheusOperator": {"enabled": False, "admissionWebhooks": {"enabled": False}},
        }
    values: Values = {
        "extraArgs": [_WATCH_REFERENCED_SECRETS],
        "secretFieldSelector": _WATCHED_SECRET_TYPES,
    }
    if operator.admission_webhooks:
        values["admissionWebhooks"] = {"enabled": True, "failurePolicy": "Ignore"}
    else:
        values["admissionWebhooks"] = {"enabled": False}
        values["tls"] = {"enabled": False}
    if not operator.upgrade_crds:
        return {"prometheusOperator": values}
    return {
        "crds": {"upgradeJob": {"enabled": True, "forceConflicts": True}},
        "prometheusOperator": values,
    }


def exporter_values(exporters: ExporterSettings) -> Values:
    """Returns the switches of what watches the cluster itself, and of the rules that need it."""
    control_plane: Values = {part: {"enabled": exporters.control_plane} for part in _CONTROL_PLANE}
    rules = {
        **dict.fromkeys(_CONTROL_PLANE_RULES, exporters.control_plane),
        **dict.fromkeys(_NODE_RULES, exporters.node),
        "kubeStateMetrics": exporters.kube_state,
    }
    return {
        **control_plane,
        "defaultRules": {"rules": rules},
        "kubeStateMetrics": {"enabled": exporters.kube_state},
        "nodeExporter": {"enabled": exporters.node},
    }


def _serving_certificate(names: Names, server: Literal["prometheus", "alertmanager"]) -> Values:
    """Key and certificate from one volume.

    The operator gives `keySecret` and `cert` a volume each, though both show the same Secret. A kubelet brings one
    after the other up to date, and whoever connects in between gets no connection: the key isn't the certificate's.
    So the certificate is read from where the operator (since 0.77, pkg/webconfig) puts the key's Secret.
    """
    secret = names.web_tls_secret
    return {
        "keySecret": {"name": secret, "key": "tls.key"},
        "certFile": f"/etc/{server}/web_config/secret/{secret}-key/tls.crt",
        "minVersion": "TLS12",
    }


def _verified_scrape(names: Names, server_name: str) -> Values:
    """Targets are pod addresses, which no certificate names: the server name is given for verification."""
    return {
        "scheme": "https",
        "tlsConfig": {
            "serverName": server_name,
            "ca": {"configMap": {"name": names.web_ca_config_map, "key": "ca.crt"}},
        },
    }


def _remote_write(store: RemoteWriteSettings) -> Values:
    values: Values = {"url": store.url}
    if store.name is not None:
        values["name"] = store.name
    if store.basic_auth is not None:
        values["basicAuth"] = store.basic_auth.model_dump(by_alias=True)
    if store.bearer_token is not None:
        values["authorization"] = {"credentials": store.bearer_token.model_dump(by_alias=True)}
    if store.ca is not None:
        values["tlsConfig"] = {"ca": {"configMap": store.ca.model_dump(by_alias=True)}}
    return values


def _claim(storage: StorageSettings) -> Values:
    claim: Values = {
        "accessModes": ["ReadWriteOnce"],
        "resources": {"requests": {"storage": storage.size}},
    }
    if storage.storage_class is not None:
        claim["storageClassName"] = storage.storage_class
    return claim
