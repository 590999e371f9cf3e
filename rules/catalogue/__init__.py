"""The raw metrics of each program: names, types, labels, units, bounds, releases and traps.

Recording rules turn them into `rules.series`; dashboards use them directly only for drill-down to one pod
(`histogram_quantile(0.99, sum by (le) (rate(vllm:time_to_first_token_seconds_bucket{pod="..."}[5m])))`).
"""

from collections.abc import Iterator
from typing import Final

from rules.catalogue import autoscaler, epp, gpu, prometheus_stack, sglang, vllm
from rules.catalogue.metric import TARGET_LABELS, Metric, MetricType

__all__ = ["METRICS", "TARGET_LABELS", "Metric", "MetricType", "by_series"]

METRICS: Final = (
    *vllm.METRICS,
    *sglang.METRICS,
    *epp.METRICS,
    *autoscaler.METRICS,
    *gpu.METRICS,
    *prometheus_stack.METRICS,
)


def by_series() -> dict[str, Metric]:
    """Returns the metric behind each name that a query can use."""
    return dict(_named_series())


def _named_series() -> Iterator[tuple[str, Metric]]:
    for metric in METRICS:
        for name in metric.series:
            yield name, metric
