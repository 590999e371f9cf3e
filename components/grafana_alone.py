"""The Helm values that leave Grafana alone of kube-prometheus-stack, where the cluster brings its own Prometheus.

The same chart at the same version serves every platform, so that there is one pin to raise. Nothing that
needs the Prometheus operator's CRDs is left: not every such cluster has them.
"""

from typing import Final

from components.chart_values import Values, grafana_values
from components.names import Names
from components.settings import GrafanaSettings

_OFF: Final = (
    "alertmanager",
    "coreDns",
    "kubeApiServer",
    "kubeControllerManager",
    "kubeEtcd",
    "kubeProxy",
    "kubeScheduler",
    "kubeStateMetrics",
    "kubelet",
    "kubernetesServiceMonitors",
    "nodeExporter",
    "prometheus",
)


def grafana_alone_values(grafana: GrafanaSettings, names: Names, *, additions: Values) -> Values:
    """Returns the values of the whole chart with everything off except Grafana.

    Args:
        grafana: Login and volume.
        names: Names of the installation.
        additions: What the platform adds to the chart's `grafana` group.

    Grafana's sidecar reads ConfigMaps and Secrets of its own namespace only: on such clusters others live too.
    """
    values = grafana_values(grafana, names)
    values["sidecar"]["dashboards"]["searchNamespace"] = names.namespace
    return {
        **{part: {"enabled": False} for part in _OFF},
        "crds": {"enabled": False},
        "defaultRules": {"create": False},
        "prometheusOperator": {"enabled": False, "admissionWebhooks": {"enabled": False}},
        "grafana": {
            **values,
            "defaultDashboardsEnabled": False,
            "rbac": {"namespaced": True},
            "serviceMonitor": {"enabled": False},
            **additions,
        },
    }
