"""What a stack watches: the whole cluster, or only what carries its label.

The label is llm-d's: `monitoring-ns`, with the monitoring namespace as its value. Prometheus takes a monitor
only if the monitor carries it, and its namespace too; either alone scrapes nothing.
"""

from collections.abc import Mapping
from typing import Final

from components.chart_values import SELECTED_KINDS, Values
from components.settings import Settings

SCOPE_LABEL: Final = "monitoring-ns"


def scope_labels(settings: Settings) -> Mapping[str, str]:
    """Returns the label of everything that belongs to the stack; none where it watches the whole cluster."""
    return {SCOPE_LABEL: settings.namespace} if settings.mode == "individual" else {}


def scope_values(settings: Settings) -> Values:
    """Returns the chart's values that keep a stack to what carries its label; none where it watches everything.

    The chart's own monitors and rules carry the label too, else Prometheus wouldn't scrape itself. The
    operator manages Prometheus and Alertmanager of its own namespace only, so that several such stacks, or
    one beside another operator, don't change each other's objects.
    """
    labels = scope_labels(settings)
    if not labels:
        return {}
    selector = {"matchLabels": dict(labels)}
    here = [settings.namespace]
    monitor = {"prometheus": {"monitor": {"additionalLabels": dict(labels)}}}
    values: Values = {
        "commonLabels": dict(labels),
        "prometheus": {
            "prometheusSpec": {
                key: selector
                for kind in SELECTED_KINDS
                for key in (f"{kind}Selector", f"{kind}NamespaceSelector")
            }
        },
    }
    if settings.operator.install == "install":
        values["prometheusOperator"] = {
            "prometheusInstanceNamespaces": here,
            "alertmanagerInstanceNamespaces": here,
            "thanosRulerInstanceNamespaces": here,
        }
    if settings.alertmanager.enabled:
        values["alertmanager"] = {
            "alertmanagerSpec": {
                "alertmanagerConfigSelector": selector,
                "alertmanagerConfigNamespaceSelector": selector,
            }
        }
    if settings.grafana.enabled:
        values["grafana"] = {
            "serviceMonitor": {"labels": dict(labels)},
            "sidecar": {"dashboards": {"searchNamespace": settings.namespace}},
        }
    if settings.exporters.kube_state:
        values["kube-state-metrics"] = monitor
    if settings.exporters.node:
        values["prometheus-node-exporter"] = monitor
    return values
