"""The workload-variant autoscaler (WVA): `inferno_*` before 0.5, `wva_*` since.

It sets `namespace` itself, which arrives as `exported_namespace`: the variant's namespace.
"""

from typing import Final

from rules.catalogue.metric import Metric, MetricType

_VARIANT: Final = ("variant_name", "namespace")
_ACCELERATED: Final = (*_VARIANT, "accelerator_type")


def _metric(
    name: str,
    kind: MetricType,
    unit: str,
    meaning: str,
    *labels: str,
    since: str = "0.5",
    until: str = "",
    optional_labels: tuple[str, ...] = (),
    needs: str = "",
) -> Metric:
    return Metric(
        name=name,
        type=kind,
        labels=labels,
        optional_labels=optional_labels,
        unit=unit,
        meaning=meaning,
        since=since,
        until=until,
        needs=needs,
    )


def _twins(
    what: str, kind: MetricType, unit: str, meaning: str, *labels: str
) -> tuple[Metric, ...]:
    options = ("controller_instance",)
    return (
        _metric(f"wva_{what}", kind, unit, meaning, *labels, optional_labels=options),
        _metric(
            f"inferno_{what}",
            kind,
            unit,
            meaning,
            *labels,
            since="",
            until="0.5",
            optional_labels=options,
        ),
    )


METRICS: Final = (
    *_twins("desired_replicas", MetricType.GAUGE, "replicas", "Replicas wanted.", *_ACCELERATED),
    *_twins("current_replicas", MetricType.GAUGE, "replicas", "Replicas seen.", *_ACCELERATED),
    *_twins("desired_ratio", MetricType.GAUGE, "ratio", "Wanted to seen ones.", *_ACCELERATED),
    *_twins(
        "replica_scaling_total",
        MetricType.COUNTER,
        "events",
        "Decisions to scale.",
        *(*_VARIANT, "direction", "reason"),
    ),
    _metric("wva_errors_total", MetricType.COUNTER, "events", "Errors.", "component", "error_type"),
    _metric("wva_models_processed", MetricType.GAUGE, "models", "Models of the last round."),
    _metric(
        "wva_metrics_collection_errors_total",
        MetricType.COUNTER,
        "events",
        "Queries to Prometheus that failed.",
        *("query_type", "reason"),
    ),
    _metric(
        "wva_metrics_pods_discovered",
        MetricType.GAUGE,
        "pods",
        "Pods with metrics.",
        "namespace",
        optional_labels=("model_name", "variant_name"),
    ),
    _metric(
        "wva_metrics_freshness_status",
        MetricType.GAUGE,
        "boolean",
        "1 for the state that a variant's metrics are in.",
        *("variant_name", "status"),
        optional_labels=("namespace",),
    ),
    _metric(
        "wva_available_gpus",
        MetricType.GAUGE,
        "gpus",
        "Allocatable GPUs by type.",
        "accelerator_type",
        optional_labels=("accelerator_vendor", "accelerator_model"),
        needs="enableLimiter",
    ),
    _metric("wva_gpu_discovery_up", MetricType.GAUGE, "boolean", "1 when it can see the GPUs."),
    _metric(
        "wva_saturation_utilization",
        MetricType.GAUGE,
        "ratio",
        "How full a variant is.",
        *_VARIANT,
        optional_labels=("accelerator_type",),
    ),
    _metric(
        "wva_config_optimization_interval_seconds",
        MetricType.GAUGE,
        "seconds",
        "Interval of its rounds.",
    ),
)
