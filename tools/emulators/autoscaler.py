"""The metrics of the workload-variant-autoscaler.

Names and labels: `internal/constants/metrics.go` of llm-d-workload-variant-autoscaler; `inferno_*` before 0.5.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tools.emulators.families import Exporter, Family
from tools.emulators.pool import Pool

_VARIANT: Final = ("variant_name", "namespace", "accelerator_type")
_ACCELERATOR: Final = "H100"


@dataclass(frozen=True, kw_only=True)
class Variant:
    """A deployment that is scaled."""

    name: str
    namespace: str
    model: str
    pool: Pool


def families(*, old: bool) -> tuple[Family, ...]:
    """Returns the families of the autoscaler.

    Args:
        old: Whether it is older than 0.5.
    """
    prefix = "inferno" if old else "wva"
    scaled = (
        Family(name=f"{prefix}_desired_replicas", kind="gauge", labels=_VARIANT),
        Family(name=f"{prefix}_current_replicas", kind="gauge", labels=_VARIANT),
        Family(name=f"{prefix}_desired_ratio", kind="gauge", labels=_VARIANT),
        Family(
            name=f"{prefix}_replica_scaling_total",
            kind="counter",
            labels=("variant_name", "namespace", "direction", "reason"),
        ),
    )
    if old:
        return scaled
    return (
        *scaled,
        Family(name="wva_errors_total", kind="counter", labels=("component", "error_type")),
        Family(name="wva_models_processed", kind="gauge"),
        Family(
            name="wva_metrics_collection_errors_total",
            kind="counter",
            labels=("query_type", "reason"),
        ),
        Family(
            name="wva_metrics_collection_duration_seconds",
            kind="histogram",
            labels=("query_type",),
            buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
        ),
        Family(
            name="wva_metrics_pods_discovered",
            kind="gauge",
            labels=("namespace", "model_name", "variant_name"),
        ),
        Family(
            name="wva_metrics_freshness_status",
            kind="gauge",
            labels=("variant_name", "namespace", "status"),
        ),
        Family(
            name="wva_available_gpus",
            kind="gauge",
            labels=("accelerator_type", "accelerator_vendor", "accelerator_model"),
        ),
        Family(name="wva_gpu_discovery_up", kind="gauge"),
        Family(name="wva_saturation_utilization", kind="gauge", labels=_VARIANT),
        Family(name="wva_kv_cache_tokens_used", kind="gauge", labels=_VARIANT),
        Family(name="wva_kv_cache_tokens_capacity", kind="gauge", labels=_VARIANT),
        Family(name="wva_config_optimization_interval_seconds", kind="gauge"),
        Family(
            name="wva_optimization_duration_seconds",
            kind="histogram",
            labels=("status",),
            buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
        ),
    )


class Autoscaler:
    """The metrics of one autoscaler.

    Args:
        variants: What it scales.
        old: Whether it is older than 0.5.
    """

    def __init__(self, variants: Sequence[Variant], *, old: bool) -> None:
        self.exporter = Exporter(families(old=old))
        self._prefix = "inferno" if old else "wva"
        self._variants = variants
        self._desired: dict[str, int] = {}

    def look(self, seconds: float, *, failing: bool) -> None:
        """Sets everything; the argument is the time since the last look."""
        for variant in self._variants:
            self._scale(variant)
        if self._prefix == "inferno":
            return
        exporter = self.exporter
        exporter.set("wva_models_processed", 0 if failing else len(self._variants))
        exporter.set("wva_gpu_discovery_up", 0 if failing else 1)
        exporter.set("wva_config_optimization_interval_seconds", 60)
        exporter.set(
            "wva_available_gpus",
            16,
            accelerator_type=_ACCELERATOR,
            accelerator_vendor="nvidia",
            accelerator_model="H100",
        )
        exporter.observe("wva_metrics_collection_duration_seconds", 0.02, query_type="saturation")
        exporter.observe(
            "wva_optimization_duration_seconds", 0.1, status="error" if failing else "success"
        )
        if failing:
            exporter.add("wva_errors_total", 2 * seconds, component="collector", error_type="query")
            exporter.add(
                "wva_metrics_collection_errors_total",
                2 * seconds,
                query_type="saturation",
                reason="timeout",
            )

    def _scale(self, variant: Variant) -> None:
        engines = list(variant.pool.engines.values())
        usage = sum(engine.kv_usage for engine in engines) / len(engines)
        waiting = sum(len(engine.waiting) for engine in engines)
        desired = len(engines) + (1 if waiting > 2 * len(engines) else 0)
        labels = {
            "variant_name": variant.name,
            "namespace": variant.namespace,
            "accelerator_type": _ACCELERATOR,
        }
        self.exporter.set(f"{self._prefix}_desired_replicas", desired, **labels)
        self.exporter.set(f"{self._prefix}_current_replicas", len(engines), **labels)
        self.exporter.set(f"{self._prefix}_desired_ratio", desired / len(engines), **labels)
        before = self._desired.get(variant.name)
        self._desired[variant.name] = desired
        if before is not None and before != desired:
            self.exporter.add(
                f"{self._prefix}_replica_scaling_total",
                variant_name=variant.name,
                namespace=variant.namespace,
                direction="up" if desired > before else "down",
                reason="saturation",
            )
        if self._prefix == "inferno":
            return
        self.exporter.set("wva_saturation_utilization", usage, **labels)
        self.exporter.set("wva_kv_cache_tokens_used", usage * 32768 * len(engines), **labels)
        self.exporter.set("wva_kv_cache_tokens_capacity", 32768 * len(engines), **labels)
        self.exporter.set(
            "wva_metrics_pods_discovered",
            len(engines),
            namespace=variant.namespace,
            model_name=variant.model,
            variant_name=variant.name,
        )
        for status in ("fresh", "stale", "missing"):
            self.exporter.set(
                "wva_metrics_freshness_status",
                1 if status == "fresh" else 0,
                variant_name=variant.name,
                namespace=variant.namespace,
                status=status,
            )
