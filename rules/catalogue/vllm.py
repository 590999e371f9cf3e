"""vLLM, 0.8.5 to 0.33, and llm-d-inference-sim, which poses as vLLM.

`since` and `until` are the wheels that were looked at: 0.8.5, 0.9.0, 0.9.2, 0.10.2, 0.11, 0.12, 0.15, 0.18, 0.21,
0.24, 0.27, 0.30, 0.32 and 0.33. The Python server also exposes a gauge `<name>_created` for most families, which
scraping should drop.
"""

from typing import Final

from rules.catalogue import bounds
from rules.catalogue.metric import Metric, MetricType

_ME: Final = ("model_name", "engine")
_NIXL: Final = "NixlConnector"
_MOONCAKE: Final = "MooncakeConnector"
_SPECULATION: Final = "--speculative-config"
_OFFLOADING: Final = "OffloadingConnector"


def _counter(
    name: str,
    unit: str,
    meaning: str,
    *labels: str,
    since: str = "",
    until: str = "",
    needs: str = "",
    at_first_event: bool = False,
    optional_labels: tuple[str, ...] = (),
) -> Metric:
    return Metric(
        name=f"vllm:{name}",
        type=MetricType.COUNTER,
        labels=(*_ME, *labels),
        unit=unit,
        meaning=meaning,
        since=since,
        until=until,
        needs=needs,
        at_first_event=at_first_event,
        optional_labels=optional_labels,
    )


def _gauge(
    name: str,
    unit: str,
    meaning: str,
    *labels: str,
    since: str = "",
    until: str = "",
    needs: str = "",
) -> Metric:
    return Metric(
        name=f"vllm:{name}",
        type=MetricType.GAUGE,
        labels=(*_ME, *labels),
        unit=unit,
        meaning=meaning,
        since=since,
        until=until,
        needs=needs,
    )


def _histogram(
    name: str,
    unit: str,
    buckets: tuple[float, ...],
    meaning: str,
    *,
    since: str = "",
    until: str = "",
    needs: str = "",
) -> Metric:
    return Metric(
        name=f"vllm:{name}",
        type=MetricType.HISTOGRAM,
        labels=_ME,
        unit=unit,
        meaning=meaning,
        buckets=buckets,
        since=since,
        until=until,
        needs=needs,
    )


LOAD: Final = (
    _gauge("num_requests_running", "requests", "Requests in the batch, per engine."),
    _gauge(
        "num_requests_waiting",
        "requests",
        "Requests not running yet, those that wait for remote KV data included.",
    ),
    _gauge(
        "num_requests_waiting_by_reason",
        "requests",
        "The waiting ones by reason: capacity, or deferred (KV transfer, LoRA slot, grammar).",
        "reason",
        since="0.21.0",
    ),
    _gauge(
        "num_requests_kv_fetch_by_stage",
        "requests",
        "Waiting requests by state of their KV load.",
        "stage",
        since="0.32.0",
        needs="kv_role consumer or both",
    ),
    _gauge(
        "engine_sleep_state",
        "boolean",
        "Sleep mode: awake, weights_offloaded, discard_all; at most one is 1.",
        "sleep_state",
        since="0.12.0",
    ),
    _gauge(
        "kv_cache_usage_perc", "ratio", "KV blocks in use, 0-1 despite its name.", since="0.9.2"
    ),
    _gauge(
        "gpu_cache_usage_perc",
        "ratio",
        "Former name of kv_cache_usage_perc; both until 0.10.2, behind an option in 0.11.",
        until="0.12.0",
    ),
    Metric(
        name="vllm:cache_config_info",
        type=MetricType.GAUGE,
        labels=("engine", "block_size", "num_gpu_blocks"),
        optional_labels=("cache_dtype", "gpu_memory_utilization", "kv_cache_size_tokens"),
        unit="info",
        meaning="Always 1; the cache's configuration as labels, more with each release. No model_name; absent from "
        "the Rust frontend.",
    ),
    Metric(
        name="vllm:lora_requests_info",
        type=MetricType.GAUGE,
        labels=("max_lora", "waiting_lora_adapters", "running_lora_adapters"),
        unit="timestamp",
        meaning="Unix time of the last change; adapters as comma lists in labels; former combinations stay, only the "
        "highest value is current.",
        needs="--enable-lora",
    ),
)

TRAFFIC: Final = (
    _counter(
        "request_success_total",
        "requests",
        "Finished sequences by reason, errors among them; client disconnects are not counted as abort. The simulator "
        "names the label finish_reason.",
        optional_labels=("finished_reason", "finish_reason"),
    ),
    Metric(
        name="vllm:admission_rejections_total",
        type=MetricType.COUNTER,
        labels=("model_name", "reason"),
        unit="requests",
        meaning="503 answers of the admission limits.",
        since="0.32.0",
    ),
    _counter("num_preemptions_total", "events", "Preemptions; a request can have several."),
    _counter(
        "prompt_tokens_total",
        "tokens",
        "Prompt tokens, cached and fetched ones too: counted on prefill and decode pods.",
    ),
    _counter(
        "prompt_tokens_by_source_total",
        "tokens",
        "Prompt tokens by source: local_compute, local_cache_hit, external_kv_transfer.",
        "source",
        since="0.18.0",
    ),
    _counter("prompt_tokens_cached_total", "tokens", "Cached and fetched ones.", since="0.18.0"),
    _counter(
        "prompt_tokens_cached_by_source_total",
        "tokens",
        "Cached prompt tokens by tier.",
        "source",
        since="0.32.0",
    ),
    _counter("generation_tokens_total", "tokens", "Tokens generated, for aborted requests too."),
    _counter(
        "prefix_cache_queries_total",
        "tokens",
        "Prompt tokens looked up in the local prefix cache.",
        since="0.9.2",
    ),
    _counter(
        "prefix_cache_hits_total", "tokens", "Of these, found; whole blocks only.", since="0.9.2"
    ),
    _counter(
        "gpu_prefix_cache_queries_total",
        "tokens",
        "Former name of prefix_cache_queries_total; both until 0.10.2.",
        until="0.12.0",
    ),
    _counter(
        "gpu_prefix_cache_hits_total",
        "tokens",
        "Former name of prefix_cache_hits_total; both until 0.10.2.",
        until="0.12.0",
    ),
    _counter(
        "external_prefix_cache_queries_total",
        "tokens",
        "Tokens asked of the KV connector; grows on prefill pods too, which never hit.",
        since="0.12.0",
    ),
    _counter(
        "external_prefix_cache_hits_total",
        "tokens",
        "Of these, supplied by it.",
        since="0.12.0",
    ),
    _counter("mm_cache_queries_total", "items", "Multimodal items looked up.", since="0.12.0"),
    _counter("mm_cache_hits_total", "items", "Of these, found.", since="0.12.0"),
    _counter(
        "corrupted_requests_total",
        "requests",
        "Requests with NaN in their logits.",
        since="0.12.0",
        needs="VLLM_COMPUTE_NANS_IN_LOGITS",
    ),
    _counter("spec_decode_num_drafts_total", "events", "Draft rounds.", needs=_SPECULATION),
    _counter(
        "spec_decode_num_draft_tokens_total", "tokens", "Tokens proposed.", needs=_SPECULATION
    ),
    _counter(
        "spec_decode_num_accepted_tokens_total", "tokens", "Of these, accepted.", needs=_SPECULATION
    ),
    _counter(
        "spec_decode_num_accepted_tokens_per_pos_total",
        "tokens",
        "Accepted tokens by position in the draft.",
        "position",
        needs=_SPECULATION,
    ),
    _counter(
        "estimated_flops_per_gpu_total",
        "operations",
        "Estimated operations; 0 without --enable-mfu-metrics.",
        since="0.18.0",
    ),
)

LATENCY: Final = (
    _histogram(
        "time_to_first_token_seconds",
        "seconds",
        bounds.VLLM_TTFT,
        "Arrival to first token, with queueing and KV transfer; later aborted requests too. The simulator leaves "
        "queueing out.",
    ),
    _histogram(
        "inter_token_latency_seconds",
        "seconds",
        bounds.VLLM_INTER_TOKEN,
        "Gap between outputs of a sequence, one observation a token.",
        since="0.10.2",
    ),
    _histogram(
        "time_per_output_token_seconds",
        "seconds",
        bounds.VLLM_INTER_TOKEN,
        "Former name of inter_token_latency_seconds; both in 0.10.2 and 0.11, behind an option in 0.12; the simulator "
        "still has both.",
        until="0.15.0",
    ),
    _histogram(
        "request_time_per_output_token_seconds",
        "seconds",
        bounds.VLLM_INTER_TOKEN,
        "Mean gap of a request; 0 for one-token requests, so always on prefill pods.",
        since="0.11.0",
    ),
    _histogram(
        "e2e_request_latency_seconds",
        "seconds",
        bounds.VLLM_LATENCY,
        "Arrival to last token of finished requests.",
    ),
    _histogram(
        "request_queue_time_seconds",
        "seconds",
        bounds.VLLM_LATENCY,
        "Queued to scheduled. The simulator observes only requests that waited.",
    ),
    _histogram(
        "request_inference_time_seconds", "seconds", bounds.VLLM_LATENCY, "Scheduled to last token."
    ),
    _histogram(
        "request_prefill_time_seconds", "seconds", bounds.VLLM_LATENCY, "Scheduled to first token."
    ),
    _histogram(
        "request_decode_time_seconds",
        "seconds",
        bounds.VLLM_LATENCY,
        "First to last token; 0 for one-token requests.",
    ),
)

SIZES: Final = (
    _histogram("request_prompt_tokens", "tokens", bounds.VLLM_TOKENS, "Prompt length."),
    _histogram("request_generation_tokens", "tokens", bounds.VLLM_TOKENS, "Output length."),
    _histogram(
        "request_max_num_generation_tokens",
        "tokens",
        bounds.VLLM_TOKENS,
        "Longest output among the sequences of a request: generated, not asked for.",
    ),
    _histogram("request_params_n", "sequences", (1, 2, 5, 10, 20), "Parameter n."),
    _histogram("request_params_max_tokens", "tokens", bounds.VLLM_TOKENS, "Parameter max_tokens."),
    _histogram(
        "request_prefill_kv_computed_tokens",
        "tokens",
        bounds.VLLM_TOKENS,
        "Prompt tokens computed per request.",
        since="0.15.0",
    ),
    _histogram(
        "request_num_preemptions",
        "events",
        (1, 2, 3, 4, 5, 10, 20),
        "Preemptions of a finished request; the first bucket holds 0 and 1.",
        since="0.30.0",
    ),
    _histogram(
        "iteration_tokens_total",
        "tokens",
        bounds.VLLM_ITERATION_TOKENS,
        "A histogram despite its name: tokens of an engine step; cached ones not since 0.24.",
    ),
    _histogram(
        "kv_block_lifetime_seconds",
        "seconds",
        bounds.VLLM_KV_RESIDENCE,
        "Sampled KV blocks: allocation to eviction.",
        since="0.12.0",
        needs="--kv-cache-metrics",
    ),
    _histogram(
        "kv_block_idle_before_evict_seconds",
        "seconds",
        bounds.VLLM_KV_RESIDENCE,
        "Sampled KV blocks: last use to eviction.",
        since="0.12.0",
        needs="--kv-cache-metrics",
    ),
    _histogram(
        "kv_block_reuse_gap_seconds",
        "seconds",
        bounds.VLLM_KV_RESIDENCE,
        "Sampled KV blocks: between two uses.",
        since="0.12.0",
        needs="--kv-cache-metrics",
    ),
)

KV_TRANSFER: Final = (
    _histogram(
        "nixl_xfer_time_seconds",
        "seconds",
        bounds.TRANSFER_SECONDS,
        "One read of KV data, on the pod that pulls.",
        since="0.12.0",
        needs=_NIXL,
    ),
    _histogram(
        "nixl_post_time_seconds",
        "seconds",
        (0.001, *bounds.TRANSFER_SECONDS),
        "Time to submit a transfer.",
        since="0.12.0",
        needs=_NIXL,
    ),
    _histogram(
        "nixl_bytes_transferred",
        "bytes",
        bounds.TRANSFER_BYTES,
        "Size of a transfer.",
        since="0.12.0",
        needs=_NIXL,
    ),
    _histogram(
        "nixl_num_descriptors",
        "descriptors",
        bounds.TRANSFER_DESCRIPTORS,
        "Descriptors of a transfer.",
        since="0.12.0",
        needs=_NIXL,
    ),
    _counter(
        "nixl_num_failed_transfers_total",
        "events",
        "Failed transfers, handshakes and notifications; several per broken request.",
        since="0.12.0",
        needs=_NIXL,
    ),
    _counter(
        "nixl_num_failed_notifications_total",
        "events",
        "Of these, notifications.",
        since="0.12.0",
        needs=_NIXL,
    ),
    _counter(
        "nixl_num_kv_expired_reqs_total",
        "requests",
        "KV data not fetched before its lease ended; on the prefill pod.",
        since="0.15.0",
        needs=_NIXL,
    ),
    _counter(
        "nixl_num_notifications_after_expiry_total",
        "events",
        "KV data read after its lease ended, maybe overwritten; on the prefill pod.",
        since="0.32.0",
        needs=_NIXL,
    ),
    _histogram(
        "mooncake_xfer_time_seconds",
        "seconds",
        bounds.TRANSFER_SECONDS,
        "One push of KV data, on the prefill pod.",
        since="0.33.0",
        needs=_MOONCAKE,
    ),
    _histogram(
        "mooncake_bytes_transferred",
        "bytes",
        bounds.TRANSFER_BYTES,
        "Size of a push.",
        since="0.33.0",
        needs=_MOONCAKE,
    ),
    _counter(
        "mooncake_num_failed_transfers_total",
        "events",
        "Failed pushes.",
        since="0.33.0",
        needs=_MOONCAKE,
    ),
    _counter(
        "mooncake_num_failed_recvs_total",
        "events",
        "Failed receives.",
        since="0.33.0",
        needs=_MOONCAKE,
    ),
    _counter(
        "mooncake_num_kv_expired_reqs_total",
        "requests",
        "KV data not fetched in time.",
        since="0.33.0",
        needs=_MOONCAKE,
    ),
    _counter(
        "kv_offload_load_bytes_total",
        "bytes",
        "Offload tier to GPU.",
        since="0.24.0",
        needs=_OFFLOADING,
    ),
    _counter(
        "kv_offload_store_bytes_total",
        "bytes",
        "GPU to offload tier.",
        since="0.24.0",
        needs=_OFFLOADING,
    ),
    _gauge(
        "kv_offload_cpu_cache_usage_perc",
        "ratio",
        "Use of the CPU tier, 0-1.",
        since="0.24.0",
        needs=_OFFLOADING,
    ),
)

HTTP: Final = (
    Metric(
        name="http_requests_total",
        type=MetricType.COUNTER,
        labels=("handler", "method", "status"),
        unit="requests",
        meaning="Answers of the model server by class (2xx, 4xx, 5xx); a broken-off stream is a 2xx. Other programs "
        "expose the same name. The simulator lacks it.",
        at_first_event=True,
    ),
    Metric(
        name="http_request_duration_seconds",
        type=MetricType.HISTOGRAM,
        labels=("handler", "method"),
        unit="seconds",
        meaning="Duration of HTTP requests; three bounds only.",
        buckets=bounds.HTTP_SECONDS,
        at_first_event=True,
    ),
)

METRICS: Final = (*LOAD, *TRAFFIC, *LATENCY, *SIZES, *KV_TRANSFER, *HTTP)
