"""The gateway's own queue."""

from rules.promql import first_known
from rules.recording.picker import by_release, histogram, picker
from rules.rule import Group, Recording

_NEW = "llm_d_epp_flow_control"
_OLD = "inference_extension_flow_control"


def group() -> Group:
    """Returns the rules."""
    return Group(
        name="llmd-flow-control",
        rules=(
            _queue("size"),
            _queue("bytes"),
            *histogram(
                "flow_control_queue_seconds",
                f"{_NEW}_request_queue_duration_seconds",
                f"{_OLD}_request_queue_duration_seconds",
                labels=("pool", "priority", "outcome"),
            ),
            by_release(
                "llmd:flow_control_requests:rate5m",
                first_known(
                    picker(f"{_NEW}_requests_total"),
                    picker(f"{_NEW}_request_queue_duration_seconds_count"),
                    picker(f"{_OLD}_request_queue_duration_seconds_count"),
                ),
                *("pool", "priority", "outcome"),
            ),
            *histogram(
                "flow_control_dispatch_seconds",
                f"{_NEW}_dispatch_cycle_duration_seconds",
                f"{_OLD}_dispatch_cycle_duration_seconds",
            ),
            *histogram(
                "flow_control_enqueue_seconds",
                f"{_NEW}_request_enqueue_duration_seconds",
                f"{_OLD}_request_enqueue_duration_seconds",
                labels=("outcome",),
            ),
            *(
                by_release(
                    "llmd:flow_control_capacity_usage:max",
                    f"{_NEW}_global_capacity_utilization_{resource}",
                    "pool",
                    operation="max",
                    resource=resource,
                )
                for resource in ("requests", "bytes")
            ),
            by_release(
                "llmd:flow_control_stale_endpoints:max",
                f"{_NEW}_stale_endpoints",
                "detector",
                operation="max",
            ),
        ),
    )


def _queue(measure: str) -> Recording:
    return by_release(
        f"llmd:flow_control_queue_{measure}:sum",
        first_known(f"{_NEW}_queue_{measure}", f"{_OLD}_queue_{measure}"),
        *("pool", "model", "priority"),
    )
