"""Latencies and lengths of model servers, as histograms."""

from rules.promql import first_known
from rules.recording.servers import (
    SGLANG,
    VLLM,
    by_model,
    by_pod,
    sglang,
    sglang_scheduler,
    vllm,
)
from rules.rule import Group, Recording

_PARTS = ("bucket", "sum", "count")


def groups() -> tuple[Group, ...]:
    """Returns the rules, in groups that are evaluated side by side."""
    return (
        Group(
            name="llmd-model-server-tokens-latency",
            rules=(
                *_vllm("ttft_seconds", "time_to_first_token_seconds"),
                *_sglang("ttft_seconds", "time_to_first_token_seconds"),
                *_vllm(
                    "inter_token_seconds",
                    "inter_token_latency_seconds",
                    "time_per_output_token_seconds",
                    but_prefill=True,
                ),
                *_sglang("inter_token_seconds", "inter_token_latency_seconds", but_prefill=True),
                *_vllm(
                    "time_per_output_token_seconds",
                    "request_time_per_output_token_seconds",
                    but_prefill=True,
                ),
                *_sglang(
                    "time_per_output_token_seconds",
                    "request_time_per_output_token_seconds",
                    but_prefill=True,
                ),
            ),
        ),
        Group(
            name="llmd-model-server-request-latency",
            rules=(
                *_vllm("e2e_seconds", "e2e_request_latency_seconds"),
                *_sglang("e2e_seconds", "e2e_request_latency_seconds"),
                *_vllm("queue_seconds", "request_queue_time_seconds"),
                *_sglang_queue(),
                *_vllm("inference_seconds", "request_inference_time_seconds"),
                *_vllm("prefill_seconds", "request_prefill_time_seconds"),
                *_vllm("decode_seconds", "request_decode_time_seconds", but_prefill=True),
            ),
        ),
        Group(
            name="llmd-model-server-lengths",
            rules=(
                *_vllm("request_prompt_tokens", "request_prompt_tokens"),
                *_sglang("request_prompt_tokens", "prompt_tokens_histogram"),
                *_vllm("request_generation_tokens", "request_generation_tokens"),
                *_sglang("request_generation_tokens", "generation_tokens_histogram"),
            ),
        ),
    )


def _vllm(what: str, *names: str, but_prefill: bool = False) -> tuple[Recording, ...]:
    return tuple(
        _part(
            what,
            part,
            VLLM,
            first_known(*(vllm(f"{name}_{part}", but_prefill=but_prefill) for name in names)),
        )
        for part in _PARTS
    )


def _sglang(what: str, name: str, *, but_prefill: bool = False) -> tuple[Recording, ...]:
    return tuple(
        _part(what, part, SGLANG, sglang(f"{name}_{part}", but_prefill=but_prefill))
        for part in _PARTS
    )


def _sglang_queue() -> tuple[Recording, ...]:
    return tuple(
        _part(
            "queue_seconds",
            part,
            SGLANG,
            sglang_scheduler(
                f"queue_time_seconds_{part}", keep=("le",) if part == "bucket" else ()
            ),
        )
        for part in _PARTS
    )


def _part(what: str, part: str, server: str, expression: str) -> Recording:
    record = f"llmd:{what}_{part}:rate5m"
    if part == "bucket":
        return by_model(record, server, expression, "le")
    return by_pod(record, server, expression)
