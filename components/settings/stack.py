"""Everything that a stack file can say."""

from typing import Final, Literal, Self

from pydantic import model_validator

from components.contradiction import ContradictionError
from components.settings.alertmanager import AlertmanagerSettings
from components.settings.autoscalers import AutoscalersSettings
from components.settings.chart import ChartSettings
from components.settings.closed import Closed
from components.settings.dashboards import DashboardSettings
from components.settings.exporters import ExporterSettings
from components.settings.gke import GkeSettings, scraped_twice
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
from components.settings.unused import unused_keys
from components.settings.values import DnsLabel, ReleaseName

DEFAULT_NAMESPACE: Final = "llm-d-monitoring"


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

    @model_validator(mode="after")
    def _every_key_is_used(self) -> Self:
        if unused := unused_keys(self, self.platform):
            raise ContradictionError(
                f"platform {self.platform} has no use for {', '.join(unused)}",
                allowed=f"the groups of {self.platform}, see `docs/settings.md`",
            )
        return self

    @model_validator(mode="after")
    def _label_of_its_own(self) -> Self:
        if self.mode == "individual" and self.namespace == DEFAULT_NAMESPACE:
            raise ContradictionError(
                f"mode is individual and namespace is {DEFAULT_NAMESPACE}, the one of a central stack; its name is the "
                "label by which a stack knows its monitors",
                allowed="a namespace of the stack's own, or mode: central",
            )
        return self

    @model_validator(mode="after")
    def _trust_elsewhere(self) -> Self:
        if self.namespace in {target.namespace for target in self.tls.trust}:
            raise ContradictionError(
                f"tls.trust names {self.namespace}, the monitoring namespace, which has the CA anyway",
                allowed="namespaces of clients",
            )
        return self

    @model_validator(mode="after")
    def _project_of_google(self) -> Self:
        if self.platform == "gke" and self.gke.project_id is None:
            raise ContradictionError(
                "platform is gke and gke.projectId is unset",
                allowed="the Google Cloud project that the metrics go to",
            )
        return self

    @model_validator(mode="after")
    def _one_scrape(self) -> Self:
        if twice := scraped_twice(self.models, self.gke):
            raise ContradictionError(
                f"gke.automaticMonitoring is true and {', '.join(twice)} is set: those pods would be scraped twice, "
                "which doubles every sum and what Google charges",
                allowed="no decode and prefill for vLLM, or gke.automaticMonitoring: false",
            )
        return self

    @model_validator(mode="after")
    def _charts_that_make_googles_monitors(self) -> Self:
        open_epps = [
            epp.release
            for model in self.models
            for epp in model.epp
            if model.monitors == "charts" and not epp.authentication
        ]
        if self.platform == "gke" and open_epps:
            raise ContradictionError(
                f"monitors is charts and epp {', '.join(open_epps)} has no authentication: on GKE its chart then makes "
                "no monitor at all",
                allowed="authentication, or monitors: stack",
            )
        return self

    @model_validator(mode="after")
    def _https_for_the_workload_variant_autoscaler(self) -> Self:
        plain = {
            "gke": "platform is gke, where queries go through a proxy with plain HTTP",
            "generic": None if self.tls.enabled else "tls.enabled is false",
        }.get(self.platform)
        if self.autoscalers.workload_variant is not None and plain is not None:
            raise ContradictionError(
                f"autoscalers.workloadVariant is set and {plain}: it refuses an http:// Prometheus",
                allowed="HTTPS, or prometheusAdapter or keda in its place",
            )
        return self

    @model_validator(mode="after")
    def _a_namespace_for_the_workload_variant_autoscaler(self) -> Self:
        autoscaler = self.autoscalers.workload_variant
        if autoscaler is not None and autoscaler.namespace == self.namespace:
            raise ContradictionError(
                f"autoscalers.workloadVariant.namespace is {self.namespace}, the monitoring namespace: its chart "
                "writes the CA to both, under one name",
                allowed="a namespace of its own",
            )
        return self

    @model_validator(mode="after")
    def _a_proxy_for_autoscalers(self) -> Self:
        if self.platform == "gke" and self.autoscalers.given and not self.grafana.enabled:
            raise ContradictionError(
                f"autoscalers.{self.autoscalers.given[0]} is set and grafana.enabled is false: on GKE autoscalers "
                "query through Grafana's proxy",
                allowed="grafana.enabled: true, or no autoscalers",
            )
        return self

    @model_validator(mode="after")
    def _all_metrics_for_autoscalers(self) -> Self:
        lacking = [key for key in self.autoscalers.given if key != "keda"]
        if self.openshift.tenancy_namespace is not None and lacking:
            raise ContradictionError(
                f"openshift.tenancyNamespace and autoscalers.{lacking[0]} are set: it can't name a namespace with each "
                "query, as Thanos Querier then asks",
                allowed="keda, or no tenancyNamespace",
            )
        return self
