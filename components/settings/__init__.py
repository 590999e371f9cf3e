"""The settings of a stack: typed, closed, frozen, and complete without a stack file.

One file a group. The docstrings of fields and groups are their documentation: `docs/settings.md` is made from
them. Keys are written in camelCase in a stack file. Nothing here knows of Pulumi; `components.configuration`
reads the stack.
"""

from components.settings.chart import ChartSettings
from components.settings.dashboards import DashboardSettings
from components.settings.exporters import ExporterSettings
from components.settings.gke import GkeSettings
from components.settings.grafana import GrafanaSettings
from components.settings.kubernetes import KubernetesSettings
from components.settings.openshift import OpenShiftSettings
from components.settings.stack import Settings
from components.settings.tls import TlsSettings

__all__ = [
    "ChartSettings",
    "DashboardSettings",
    "ExporterSettings",
    "GkeSettings",
    "GrafanaSettings",
    "KubernetesSettings",
    "OpenShiftSettings",
    "Settings",
    "TlsSettings",
]
