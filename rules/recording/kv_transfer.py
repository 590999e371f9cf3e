"""KV data on its way between pods, and the decisions that send it."""

from rules.catalogue.bounds import SGLANG_TRANSFER_MILLISECONDS
from rules.promql import first_known, zero_where_missing
from rules.recording.picker import by_release, picker
from rules.recording.servers import (
    SGLANG,
    VLLM,
    by_model,
    by_pod,
    growth_from_first_event,
    level,
    sglang_scheduler,
    uniform,
    vllm,
)
from rules.rule import Group, Recording
from rules.series import POD

_POD = tuple(label for label in POD if label != "server")
_FAILURES = "llmd:kv_transfer_failures:rate5m"
_BYTES_OF_A_MEGABYTE = "1e6"


def group() -> Group:
    """Returns the rules."""
    return Group(
        name="llmd-kv-transfer",
        rules=(
            *_of_vllm("nixl"),
            *_of_vllm("mooncake"),
            *_of_sglang(),
            *_failures(),
            by_release(
                "llmd:disagg_decisions:rate5m",
                first_known(
                    picker("llm_d_epp_disagg_decision_total"),
                    picker("llm_d_inference_scheduler_disagg_decision_total"),
                    picker("llm_d_epp_pd_decision_total"),
                    picker("llm_d_inference_scheduler_pd_decision_total"),
                ),
                "model",
                "decision",
            ),
        ),
    )


def _of_vllm(transport: str) -> tuple[Recording, ...]:
    seconds = f"{transport}_xfer_time_seconds"
    return (
        by_model(
            "llmd:kv_transfer_seconds_bucket:rate5m",
            VLLM,
            vllm(f"{seconds}_bucket"),
            *("transport", "le"),
            transport=transport,
        ),
        *(
            by_pod(
                f"llmd:kv_transfer_seconds_{part}:rate5m",
                VLLM,
                vllm(f"{seconds}_{part}"),
                "transport",
                transport=transport,
            )
            for part in ("sum", "count")
        ),
        by_pod(
            "llmd:kv_transfer_bytes:rate5m",
            VLLM,
            vllm(f"{transport}_bytes_transferred_sum"),
            "transport",
            transport=transport,
        ),
    )


def _of_sglang() -> tuple[Recording, ...]:
    """SGLang counts in milliseconds and megabytes; only the decode side observes transfers."""
    labels = {"server": SGLANG, "transport": "sglang"}
    by_bound = uniform(
        sglang_scheduler("kv_transfer_latency_ms_bucket", keep=("le",)),
        labels=("namespace", "role", "model", "le"),
    )
    milliseconds = uniform(sglang_scheduler("kv_transfer_latency_ms_sum"), labels=_POD)
    megabytes = uniform(sglang_scheduler("kv_transfer_total_mb_sum"), labels=_POD)
    return (
        Recording(
            record="llmd:kv_transfer_seconds_bucket:rate5m",
            expr=_bounds_in_seconds(by_bound),
            labels=labels,
        ),
        Recording(
            record="llmd:kv_transfer_seconds_sum:rate5m",
            expr=f"{milliseconds} / 1000",
            labels=labels,
        ),
        by_pod(
            "llmd:kv_transfer_seconds_count:rate5m",
            SGLANG,
            sglang_scheduler("kv_transfer_latency_ms_count"),
            "transport",
            transport="sglang",
        ),
        Recording(
            record="llmd:kv_transfer_bytes:rate5m",
            expr=f"{megabytes} * {_BYTES_OF_A_MEGABYTE}",
            labels=labels,
        ),
    )


def _bounds_in_seconds(expression: str) -> str:
    """Rewrites each bound; rising, so that none is rewritten twice (1000 becomes 1 after 1 became 0.001)."""
    for bound in SGLANG_TRANSFER_MILLISECONDS:
        expression = f'label_replace({expression}, "le", "{bound / 1000}", "le", "{bound}([.]0)?")'
    return expression


def _failures() -> tuple[Recording, ...]:
    return (
        _failure_of_vllm("nixl", "transfer", "nixl_num_failed_transfers_total"),
        _failure_of_vllm("nixl", "expired", "nixl_num_kv_expired_reqs_total"),
        _failure_of_vllm("nixl", "late", "nixl_num_notifications_after_expiry_total"),
        _failure_of_vllm("mooncake", "transfer", "mooncake_num_failed_transfers_total"),
        _failure_of_vllm("mooncake", "receive", "mooncake_num_failed_recvs_total"),
        _failure_of_vllm("mooncake", "expired", "mooncake_num_kv_expired_reqs_total"),
        _failure_of_sglang("bootstrap", "num_bootstrap_failed_reqs_total"),
        _failure_of_sglang("transfer", "num_transfer_failed_reqs_total"),
    )


def _failure_of_vllm(transport: str, failure: str, name: str) -> Recording:
    return by_pod(
        _FAILURES,
        VLLM,
        vllm(name),
        *("transport", "failure"),
        transport=transport,
        failure=failure,
    )


def _failure_of_sglang(failure: str, name: str) -> Recording:
    base = uniform(
        sglang_scheduler("num_running_reqs", 'engine_type=~"prefill|decode"', read=level),
        labels=_POD,
    )
    failed = uniform(sglang_scheduler(name, read=growth_from_first_event), labels=_POD)
    return Recording(
        record=_FAILURES,
        expr=zero_where_missing(failed, base),
        labels={"server": SGLANG, "transport": "sglang", "failure": failure},
    )
