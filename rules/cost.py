"""How many series the rules record, for a cluster of a given size.

An upper bound: everything that can be recorded is, at its default bounds.
"""

from dataclasses import dataclass
from typing import Final

from rules.catalogue import bounds
from rules.series import ALL, Kind, Series

_BOUNDS: Final = {
    "ttft_seconds": bounds.VLLM_TTFT,
    "inter_token_seconds": bounds.VLLM_INTER_TOKEN,
    "time_per_output_token_seconds": bounds.VLLM_INTER_TOKEN,
    "request_prompt_tokens": bounds.VLLM_TOKENS,
    "request_generation_tokens": bounds.VLLM_TOKENS,
    "kv_transfer_seconds": bounds.TRANSFER_SECONDS,
    "epp_request_duration_seconds": bounds.EPP_DURATION,
    "epp_ttft_seconds": bounds.EPP_TTFT,
    "epp_inter_token_seconds": bounds.EPP_INTER_TOKEN,
    "epp_normalized_time_per_output_token_seconds": bounds.EPP_NORMALIZED,
    "epp_input_tokens": bounds.EPP_INPUT_TOKENS,
    "epp_output_tokens": bounds.EPP_OUTPUT_TOKENS,
    "epp_cached_tokens": bounds.EPP_INPUT_TOKENS,
    "epp_request_bytes": bounds.EPP_REQUEST_BYTES,
    "epp_response_bytes": bounds.EPP_RESPONSE_BYTES,
    "scheduler_seconds": bounds.EPP_FAST,
    "plugin_seconds": bounds.EPP_FAST,
    "prefix_index_hit_ratio": bounds.EPP_SHARE,
    "flow_control_queue_seconds": bounds.EPP_QUEUE,
    "flow_control_dispatch_seconds": bounds.EPP_FAST,
    "flow_control_enqueue_seconds": bounds.EPP_FAST,
}
_VALUES: Final = {
    "reason": 5,
    "status": 3,
    "source": 3,
    "transport": 1,
    "failure": 3,
    "decision": 2,
    "target_model": 1,
    "priority": 2,
    "error_code": 3,
    "extension_point": 4,
    "plugin_type": 4,
    "source_type": 1,
    "code": 2,
    "stage": 3,
    "outcome": 3,
    "resource": 2,
    "detector": 1,
    "direction": 2,
    "component": 2,
    "error_type": 2,
    "slo": 3,
    "secret": 1,
}
"""Values of a label that usually occur."""


@dataclass(frozen=True, kw_only=True)
class Size:
    """A cluster.

    Attributes:
        pods: Pods of model servers.
        models: Models; each has a namespace, a pool and an EPP of its own.
        roles: Roles of each model's pods: 1, or 2 where prefill and decode are apart.
        gpus: GPUs.
    """

    pods: int
    models: int
    roles: int = 2
    gpus: int = 0


def recorded_series(size: Size) -> int:
    """Returns how many series all rules record."""
    return sum(_count(series, size) for series in ALL)


def _count(series: Series, size: Size) -> int:
    labels = set(series.labels)
    if {"pod", "role"} <= labels or "endpoint" in labels:
        # One model, role and server for each pod; the picker names its endpoints after them.
        count = size.pods
    elif "gpu" in labels:
        count = size.gpus
    elif labels & {"namespace", "job", "model", "pool", "variant"}:
        count = size.models * (size.roles if "role" in labels else 1)
    else:
        count = 1
    for label in labels & _VALUES.keys():
        count *= _VALUES[label]
    if series.kind is Kind.HISTOGRAM_BUCKET:
        what = series.name.removeprefix("llmd:").partition("_bucket:")[0]
        count *= len(_BOUNDS.get(what, bounds.VLLM_LATENCY)) + 1
    return count
