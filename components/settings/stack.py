"""Everything that a stack file can say."""

from collections.abc import Mapping
from typing import Literal, Self

from pydantic import ModelWrapValidatorHandler, ValidationError, model_validator
from pydantic_core import InitErrorDetails

from components.settings.alertmanager import AlertmanagerSettings
from components.settings.autoscalers import AutoscalersSettings
from components.settings.budgets import KeptSamples
from components.settings.chart import ChartSettings
from components.settings.closed import Closed
from components.settings.contradictions import DEFAULT_NAMESPACE, contradictions
from components.settings.dashboards import DashboardSettings
from components.settings.exporters import ExporterSettings
from components.settings.gke import GkeSettings
from components.settings.grafana import GrafanaSettings
from components.settings.kubernetes import KubernetesSettings
from components.settings.load import LoadSettings
from components.settings.models import Models
from components.settings.openshift import OpenShiftSettings
from components.settings.operator import OperatorSettings
from components.settings.prometheus import PrometheusSettings
from components.settings.rules import RuleSettings
from components.settings.slo import SloSettings
from components.settings.targets import TargetSettings
from components.settings.tls import TlsSettings
from components.settings.values import DnsLabel, ReleaseName


class Settings(Closed):
    """Everything that a stack file can say."""

    platform: Literal["generic", "openshift", "gke"] = "generic"
    """Kind of cluster: what is installed, and how; a group that a platform has no use for is refused there."""

    mode: Literal["central", "individual"] = "central"
    """What a generic platform's Prometheus watches: `central` everything in the cluster; `individual` only namespaces
    and monitors with the label `monitoring-ns: <namespace>`, where `namespace` is the stack's own, not the default."""

    namespace: DnsLabel = DEFAULT_NAMESPACE
    """Namespace of the monitoring stack; made when missing, never deleted."""

    release: ReleaseName = "llmd"
    """Name of the Helm release."""

    kubernetes: KubernetesSettings = KubernetesSettings()
    chart: ChartSettings = ChartSettings()
    tls: TlsSettings = TlsSettings()
    prometheus: PrometheusSettings = PrometheusSettings()
    alertmanager: AlertmanagerSettings = AlertmanagerSettings()
    grafana: GrafanaSettings = GrafanaSettings()
    dashboards: DashboardSettings = DashboardSettings()
    operator: OperatorSettings = OperatorSettings()
    exporters: ExporterSettings = ExporterSettings()
    openshift: OpenShiftSettings = OpenShiftSettings()
    gke: GkeSettings = GkeSettings()
    load: LoadSettings = LoadSettings()
    rules: RuleSettings = RuleSettings()
    slo: SloSettings = SloSettings()

    models: Models = ()
    """The llm-d deployments to scrape."""

    targets: TargetSettings = TargetSettings()
    autoscalers: AutoscalersSettings = AutoscalersSettings()

    @property
    def kept_samples(self) -> KeptSamples | None:
        """How long samples are kept, and the key that says so; None where the cluster decides that."""
        if self.platform == "generic":
            return KeptSamples(key=("prometheus", "retention"), retention=self.prometheus.retention)
        given = self.openshift.prometheus
        if self.platform == "openshift" and given is not None and given.retention is not None:
            return KeptSamples(
                key=("openshift", "prometheus", "retention"), retention=given.retention
            )
        return None

    @model_validator(mode="wrap")
    @classmethod
    def _all_mistakes_at_once(cls, data: object, handler: ModelWrapValidatorHandler[Self]) -> Self:
        """Looks for contradictions between groups also where another group has mistakes of its own."""
        found: list[InitErrorDetails] = []
        try:
            settings = handler(data)
        except ValidationError as error:
            if not isinstance(data, Mapping):
                raise
            found = [
                InitErrorDetails(
                    type=one["type"], loc=one["loc"], input=one["input"], ctx=one.get("ctx", {})
                )
                for one in error.errors(include_url=False)
            ]
            broken = frozenset(str(one["loc"][0]) for one in found)
            settings = handler({key: value for key, value in data.items() if key not in broken})
        else:
            broken = frozenset()
        found += [
            InitErrorDetails(type="value_error", loc=one.key, input=data, ctx={"error": one})
            for one in contradictions(settings, broken=broken)
        ]
        if found:
            raise ValidationError.from_exception_data(cls.__name__, found, hide_input=True)
        return settings
