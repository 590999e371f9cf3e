"""Autoscalers that query the metrics: workload-variant-autoscaler, prometheus-adapter and KEDA."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from components.contradiction import ContradictionError
from components.settings.chart import refuse_two_origins
from components.settings.closed import Closed
from components.settings.values import ChartUrl, DnsLabel, ExactVersion

Provide = Literal["values", "installed"]


class AutoscalerChartSettings(Closed):
    """Where the chart comes from, if this stack installs it."""

    repository: ChartUrl | None = None
    """Helm repository (`https://`) or OCI registry folder (`oci://`) that holds the chart; unset: the project's own."""

    path: Annotated[str, Field(min_length=1)] | None = None
    """Folder or `.tgz` of the chart on disk, relative to the project; excludes `repository` and `version`."""

    version: ExactVersion | None = None
    """Chart version; unset: the one in `docs/autoscalers.md`."""

    timeout_seconds: Annotated[int, Field(ge=60, le=7200)] = 300
    """How long one install or upgrade may take before it is rolled back."""

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        refuse_two_origins(self.path, self.repository, self.version)
        return self


class WorkloadVariantSettings(Closed):
    """llm-d's workload-variant-autoscaler, which speaks HTTPS only."""

    namespace: DnsLabel
    """Its namespace, which has to exist and isn't the monitoring namespace."""

    provide: Provide = "values"
    """`values`: Helm values for an installation of your own; `installed`: the controller, by this stack."""

    generation: Literal["v0.0", "v0.5"] = "v0.5"
    """Generation of its chart."""

    chart: AutoscalerChartSettings = AutoscalerChartSettings()

    @model_validator(mode="after")
    def _pinned(self) -> Self:
        chart = self.chart
        unpinned = chart.path is None and chart.version is None
        if self.provide == "installed" and self.generation == "v0.0" and unpinned:
            raise ContradictionError(
                "generation is v0.0 and chart names no version",
                allowed="chart.version or chart.path",
            )
        return self


class PrometheusAdapterSettings(Closed):
    """prometheus-adapter, which gives recorded series to HorizontalPodAutoscalers."""

    namespace: DnsLabel
    """Its namespace, which has to exist."""

    provide: Provide = "values"
    """`values`: Helm values for an installation of your own; `installed`: the adapter, by this stack."""

    external_metrics: bool = True
    """Serve external metrics; a cluster has one server of these, which with KEDA is KEDA."""

    chart: AutoscalerChartSettings = AutoscalerChartSettings()


class KedaSettings(Closed):
    """KEDA."""

    namespace: DnsLabel
    """Its namespace, which has to exist."""

    provide: Provide = "values"
    """`values`: Helm values for an installation of your own; `installed`: KEDA, by this stack."""

    trigger_namespaces: tuple[DnsLabel, ...] = ()
    """Namespaces of ScaledObjects; each gets a TriggerAuthentication `<release>-prometheus`. They have to exist, and so
    has KEDA where this stack doesn't install it."""

    chart: AutoscalerChartSettings = AutoscalerChartSettings()

    @model_validator(mode="after")
    def _distinct(self) -> Self:
        names = self.trigger_namespaces
        if repeated := sorted({name for name in names if names.count(name) > 1}):
            raise ContradictionError(
                f"triggerNamespaces repeats {', '.join(repeated)}", allowed="each namespace once"
            )
        return self


class AutoscalersSettings(Closed):
    """Autoscalers that query the metrics; each is off unless its group is given."""

    workload_variant: WorkloadVariantSettings | None = None
    """llm-d's workload-variant-autoscaler, which speaks HTTPS only."""

    prometheus_adapter: PrometheusAdapterSettings | None = None
    """prometheus-adapter, which gives recorded series to HorizontalPodAutoscalers."""

    keda: KedaSettings | None = None
    """KEDA."""

    @model_validator(mode="after")
    def _one_server_of_external_metrics(self) -> Self:
        adapter = self.prometheus_adapter
        if self.keda is not None and adapter is not None and adapter.external_metrics:
            raise ContradictionError(
                "keda and prometheusAdapter.externalMetrics would both serve external metrics, of which a cluster has "
                "one server",
                allowed="prometheusAdapter.externalMetrics: false, or one of the two",
            )
        return self

    @property
    def given(self) -> tuple[str, ...]:
        """Keys of the autoscalers that the stack file names."""
        named = {
            "workloadVariant": self.workload_variant,
            "prometheusAdapter": self.prometheus_adapter,
            "keda": self.keda,
        }
        return tuple(key for key, value in named.items() if value is not None)
