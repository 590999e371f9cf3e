"""Load of model servers: requests and KV cache at one time."""

from rules.promql import first_known
from rules.recording.servers import SGLANG, VLLM, by_pod, level, sglang_scheduler, vllm
from rules.rule import Group


def group() -> Group:
    """Returns the rules."""
    waiting = vllm("num_requests_waiting", read=level)
    usage = first_known(
        vllm("kv_cache_usage_perc", read=level), vllm("gpu_cache_usage_perc", read=level)
    )
    sglang_usage = sglang_scheduler("token_usage", read=level)
    return Group(
        name="llmd-model-server-load",
        rules=(
            by_pod("llmd:requests_running:sum", VLLM, vllm("num_requests_running", read=level)),
            by_pod(
                "llmd:requests_running:sum",
                SGLANG,
                sglang_scheduler("num_running_reqs", read=level),
            ),
            by_pod("llmd:requests_waiting:sum", VLLM, waiting),
            by_pod(
                "llmd:requests_waiting:sum", SGLANG, sglang_scheduler("num_queue_reqs", read=level)
            ),
            by_pod(
                "llmd:requests_waiting_capacity:sum",
                VLLM,
                first_known(
                    vllm("num_requests_waiting_by_reason", 'reason="capacity"', read=level),
                    waiting,
                ),
            ),
            by_pod(
                "llmd:requests_waiting_capacity:sum",
                SGLANG,
                sglang_scheduler("num_queue_reqs", read=level),
            ),
            by_pod("llmd:kv_cache_usage:max", VLLM, usage, operation="max"),
            by_pod("llmd:kv_cache_usage:max", SGLANG, sglang_usage, operation="max"),
            by_pod("llmd:kv_cache_usage:avg", VLLM, usage, operation="avg"),
            by_pod("llmd:kv_cache_usage:avg", SGLANG, sglang_usage, operation="avg"),
            by_pod(
                "llmd:kv_cache_capacity_tokens:sum",
                SGLANG,
                sglang_scheduler("max_total_num_tokens", read=level),
            ),
        ),
    )
