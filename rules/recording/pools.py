"""InferencePools as the Endpoint Picker sees them."""

from rules.promql import TARGET, first_known
from rules.recording.picker import by_release
from rules.rule import Group, Recording

_READY = first_known("llm_d_epp_ready_endpoints", "inference_pool_ready_pods")


def group() -> Group:
    """Returns the rules."""
    return Group(
        name="llmd-pools",
        rules=(
            by_release("llmd:pool_ready_endpoints:max", _READY, "pool", operation="max"),
            _mean("pool_queue_size", "average_queue_size"),
            _mean("pool_kv_cache_usage", "average_kv_cache_utilization"),
            _mean("pool_requests_running", "average_running_requests"),
            by_release(
                "llmd:pool_endpoint_queue_size:max",
                first_known(
                    "llm_d_epp_per_endpoint_queue_size", "inference_pool_per_pod_queue_size"
                ),
                *("pool", "endpoint"),
                operation="max",
            ),
            by_release(
                "llmd:pool_saturation:max",
                "label_replace("
                + first_known(
                    "llm_d_epp_flow_control_pool_saturation",
                    "inference_extension_flow_control_pool_saturation",
                )
                + ', "stage", "effective", "stage", "")',
                *("pool", "stage"),
                operation="max",
            ),
        ),
    )


def _mean(what: str, name: str) -> Recording:
    """Without ready endpoints the EPP repeats its last value: such a value isn't recorded."""
    known = first_known(f"llm_d_epp_{name}", f"inference_pool_{name}")
    labels = ", ".join((*TARGET, "name"))
    return by_release(
        f"llmd:{what}:avg",
        f"({known}) and on ({labels}) (({_READY}) > 0)",
        "pool",
        operation="max",
    )
