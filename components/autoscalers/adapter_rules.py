"""Rules of prometheus-adapter: recorded series as metrics of a HorizontalPodAutoscaler.

Colons aren't for names in a URL's path, so `llmd:requests_waiting:sum` is called `llmd_requests_waiting`.
"""

from collections.abc import Mapping
from typing import Any, Final

EXTERNAL: Final[Mapping[str, str]] = {
    "llmd:autoscaler_desired_replicas:max": "max",
    "llmd:requests_running:sum": "sum",
    "llmd:requests_waiting:sum": "sum",
    "llmd:kv_cache_usage:avg": "avg",
    "llmd:pool_queue_size:avg": "avg",
    "llmd:pool_kv_cache_usage:avg": "avg",
    "llmd:flow_control_queue_size:sum": "sum",
}
"""Recorded series and how those that a selector finds become one value."""

PER_POD: Final[Mapping[str, str]] = {
    "llmd:requests_running:sum": "sum",
    "llmd:requests_waiting:sum": "sum",
    "llmd:kv_cache_usage:avg": "avg",
}
"""The same of metrics of pods: series with the label `pod`."""

_UPSTREAM: Final = ("wva_desired_replicas", "inferno_desired_replicas")
"""What the autoscaler's own HorizontalPodAutoscalers ask for, in each generation of its chart."""


def metric_name(series: str) -> str:
    """Returns the name of a recorded series as a metric, e.g. `llmd_requests_waiting`."""
    prefix, what, _ = series.split(":")
    return f"{prefix}_{what}"


def adapter_rules(*, external: bool) -> dict[str, Any]:
    """Returns the chart's `rules` group, without its default rules, which serve every series of the cluster."""
    rules: dict[str, Any] = {
        "default": False,
        "custom": [_custom(series, operation) for series, operation in PER_POD.items()],
    }
    if external:
        rules["external"] = [
            *(_external(series, operation) for series, operation in EXTERNAL.items()),
            *(_of_upstream(name) for name in _UPSTREAM),
        ]
    return rules


def _external(series: str, operation: str) -> dict[str, Any]:
    return {
        "seriesQuery": f'{series}{{namespace!=""}}',
        "resources": {"overrides": {"namespace": {"resource": "namespace"}}},
        "name": {"matches": f"^{series}$", "as": metric_name(series)},
        "metricsQuery": f"{operation}({series}{{<<.LabelMatchers>>}})",
    }


def _of_upstream(name: str) -> dict[str, Any]:
    return {
        "seriesQuery": f'{name}{{variant_name!="",exported_namespace!=""}}',
        "resources": {"overrides": {"exported_namespace": {"resource": "namespace"}}},
        "name": {"matches": f"^{name}$", "as": name},
        "metricsQuery": f"{name}{{<<.LabelMatchers>>}}",
    }


def _custom(series: str, operation: str) -> dict[str, Any]:
    return {
        "seriesQuery": f'{series}{{namespace!="",pod!=""}}',
        "resources": {
            "overrides": {"namespace": {"resource": "namespace"}, "pod": {"resource": "pod"}}
        },
        "name": {"matches": f"^{series}$", "as": metric_name(series)},
        "metricsQuery": f"{operation}({series}{{<<.LabelMatchers>>}}) by (<<.GroupBy>>)",
    }
