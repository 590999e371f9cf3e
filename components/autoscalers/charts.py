"""Where the charts of autoscalers come from when a stack file doesn't say."""

from typing import Final

from components.autoscalers import keda, prometheus_adapter, workload_variant
from components.helm_release import ChartOrigin, origin_of
from components.settings.autoscalers import AutoscalerChartSettings

DEFAULTS: Final = {
    workload_variant.RELEASE: ("oci://ghcr.io/llm-d", "0.5.1"),
    prometheus_adapter.RELEASE: ("oci://ghcr.io/prometheus-community/charts", "5.3.0"),
    keda.RELEASE: ("https://kedacore.github.io/charts", "2.17.2"),
}
"""Repository and version by name of the chart."""


def autoscaler_chart_origin(name: str, chart: AutoscalerChartSettings) -> ChartOrigin:
    """Returns Helm's way to the chart of an autoscaler."""
    repository, version = DEFAULTS[name]
    return origin_of(
        name,
        path=chart.path,
        repository=chart.repository or repository,
        version=chart.version or version,
    )
