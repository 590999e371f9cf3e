"""Everything that a stack file can say."""

from typing import Literal

from components.settings.alertmanager import AlertmanagerSettings
from components.settings.chart import ChartSettings
from components.settings.closed import Closed
from components.settings.exporters import ExporterSettings
from components.settings.grafana import GrafanaSettings
from components.settings.kubernetes import KubernetesSettings
from components.settings.models import Models
from components.settings.operator import OperatorSettings
from components.settings.prometheus import PrometheusSettings
from components.settings.tls import TlsSettings
from components.settings.values import DnsLabel, ReleaseName


class Settings(Closed):
    """Everything that a stack file can say."""

    platform: Literal["generic"] = "generic"
    """Kind of cluster: what is installed, and how."""

    namespace: DnsLabel = "llm-d-monitoring"
    """Namespace of the monitoring stack; made when missing, never deleted."""

    release: ReleaseName = "llmd"
    """Name of the Helm release."""

    kubernetes: KubernetesSettings = KubernetesSettings()
    chart: ChartSettings = ChartSettings()
    tls: TlsSettings = TlsSettings()
    prometheus: PrometheusSettings = PrometheusSettings()
    alertmanager: AlertmanagerSettings = AlertmanagerSettings()
    grafana: GrafanaSettings = GrafanaSettings()
    operator: OperatorSettings = OperatorSettings()
    exporters: ExporterSettings = ExporterSettings()

    models: Models = ()
    """The llm-d deployments to scrape."""
