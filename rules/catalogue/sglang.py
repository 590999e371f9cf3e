"""SGLang 0.5.23, started with `--enable-metrics`."""

from typing import Final

from rules.catalogue import bounds
from rules.catalogue.metric import Metric, MetricType

_SCHEDULER: Final = ("model_name", "engine_type", "tp_rank", "pp_rank", "moe_ep_rank")
_SCHEDULER_OPTIONS: Final = ("dp_rank", "priority")
"""`priority` comes with priority scheduling: the series with an empty one is the sum of the others."""
_REQUEST: Final = ("model_name", "engine_type")
_DISAGGREGATED: Final = "--disaggregation-mode"


def _scheduler(
    name: str,
    kind: MetricType,
    unit: str,
    meaning: str,
    *labels: str,
    buckets: tuple[float, ...] = (),
    needs: str = "",
    at_first_event: bool = False,
) -> Metric:
    return Metric(
        name=f"sglang:{name}",
        type=kind,
        labels=(*_SCHEDULER, *labels),
        optional_labels=_SCHEDULER_OPTIONS,
        unit=unit,
        meaning=meaning,
        buckets=buckets,
        needs=needs,
        at_first_event=at_first_event,
    )


def _request(
    name: str,
    kind: MetricType,
    unit: str,
    meaning: str,
    *labels: str,
    buckets: tuple[float, ...] = (),
    at_first_event: bool = False,
) -> Metric:
    return Metric(
        name=f"sglang:{name}",
        type=kind,
        labels=(*_REQUEST, *labels),
        optional_labels=("priority",),
        unit=unit,
        meaning=meaning,
        buckets=buckets,
        at_first_event=at_first_event,
    )


SCHEDULER: Final = (
    _scheduler(
        "num_running_reqs",
        MetricType.GAUGE,
        "requests",
        "Requests in the batch; refreshed every 40 decode steps, not at each scrape.",
    ),
    _scheduler("num_queue_reqs", MetricType.GAUGE, "requests", "Requests waiting for the batch."),
    _scheduler("num_grammar_queue_reqs", MetricType.GAUGE, "requests", "Waiting for a grammar."),
    _scheduler(
        "token_usage", MetricType.GAUGE, "ratio", "Use of the fullest KV pool, 0-1, in hundredths."
    ),
    _scheduler("max_total_num_tokens", MetricType.GAUGE, "tokens", "Capacity of the KV pool."),
    _scheduler("gen_throughput", MetricType.GAUGE, "tokens/second", "Of the last report window."),
    _scheduler(
        "cache_hit_rate",
        MetricType.GAUGE,
        "ratio",
        "Of the last prefill report only, frozen when idle: no ratio to use.",
    ),
    _scheduler(
        "num_retracted_requests_total",
        MetricType.COUNTER,
        "events",
        "Retractions, SGLang's preemptions.",
        at_first_event=True,
    ),
    _scheduler(
        "realtime_tokens_total",
        MetricType.COUNTER,
        "tokens",
        "Tokens as they are processed: mode prefill_compute, prefill_cache, decode.",
        "mode",
    ),
    _scheduler(
        "prefill_effective_tokens_total",
        MetricType.COUNTER,
        "tokens",
        "Prefill tokens by mode: input, device_hit, host_hit, storage_hit.",
        "mode",
    ),
    _scheduler(
        "queue_time_seconds",
        MetricType.HISTOGRAM,
        "seconds",
        "Queued to scheduled.",
        buckets=bounds.SGLANG_QUEUE,
    ),
    _scheduler("spec_accept_length", MetricType.GAUGE, "tokens", "Mean accepted length."),
    _scheduler("spec_accept_rate", MetricType.GAUGE, "ratio", "Accepted to proposed tokens."),
)

DISAGGREGATION: Final = (
    _scheduler(
        "num_prefill_bootstrap_queue_reqs",
        MetricType.GAUGE,
        "requests",
        "Prefill: waiting for the handshake.",
    ),
    _scheduler(
        "num_prefill_inflight_queue_reqs", MetricType.GAUGE, "requests", "Prefill: KV being sent."
    ),
    _scheduler(
        "num_decode_prealloc_queue_reqs",
        MetricType.GAUGE,
        "requests",
        "Decode: waiting for KV space.",
    ),
    _scheduler(
        "num_decode_transfer_queue_reqs", MetricType.GAUGE, "requests", "Decode: KV arriving."
    ),
    _scheduler(
        "kv_transfer_latency_ms",
        MetricType.HISTOGRAM,
        "milliseconds",
        "Duration of a transfer.",
        buckets=bounds.SGLANG_TRANSFER_MILLISECONDS,
        needs=_DISAGGREGATED,
        at_first_event=True,
    ),
    _scheduler(
        "kv_transfer_total_mb",
        MetricType.HISTOGRAM,
        "megabytes",
        "Size of a transfer.",
        buckets=bounds.SGLANG_TRANSFER_MEGABYTES,
        needs=_DISAGGREGATED,
        at_first_event=True,
    ),
    _scheduler(
        "kv_transfer_speed_gb_s",
        MetricType.HISTOGRAM,
        "gigabytes/second",
        "Speed of a transfer.",
        buckets=bounds.SGLANG_TRANSFER_SPEED,
        needs=_DISAGGREGATED,
        at_first_event=True,
    ),
    _scheduler(
        "num_bootstrap_failed_reqs_total",
        MetricType.COUNTER,
        "requests",
        "Failed handshakes.",
        needs=_DISAGGREGATED,
        at_first_event=True,
    ),
    _scheduler(
        "num_transfer_failed_reqs_total",
        MetricType.COUNTER,
        "requests",
        "Failed transfers.",
        needs=_DISAGGREGATED,
        at_first_event=True,
    ),
)

REQUESTS: Final = (
    _request(
        "num_requests_total",
        MetricType.COUNTER,
        "requests",
        "Finished requests, aborted ones included.",
        "is_streaming",
    ),
    _request(
        "num_aborted_requests_total",
        MetricType.COUNTER,
        "requests",
        "Aborts, client disconnects among them.",
        at_first_event=True,
    ),
    _request(
        "prompt_tokens_total",
        MetricType.COUNTER,
        "tokens",
        "Prompt tokens of finished requests, cached ones too.",
        "is_streaming",
    ),
    _request(
        "generation_tokens_total",
        MetricType.COUNTER,
        "tokens",
        "Output tokens, added when a request ends: steps. realtime_tokens_total is smooth.",
        "is_streaming",
    ),
    _request(
        "cached_tokens_total",
        MetricType.COUNTER,
        "tokens",
        "Cached prompt tokens by source.",
        "cache_source",
        at_first_event=True,
    ),
    _request(
        "prompt_tokens_histogram",
        MetricType.HISTOGRAM,
        "tokens",
        "Prompt length.",
        buckets=bounds.SGLANG_TOKENS,
    ),
    _request(
        "generation_tokens_histogram",
        MetricType.HISTOGRAM,
        "tokens",
        "Output length.",
        buckets=bounds.SGLANG_TOKENS,
    ),
    _request(
        "time_to_first_token_seconds",
        MetricType.HISTOGRAM,
        "seconds",
        "Arrival to first token; first bound 0.1 s; never on prefill workers.",
        "is_streaming",
        buckets=bounds.SGLANG_TTFT,
    ),
    _request(
        "inter_token_latency_seconds",
        MetricType.HISTOGRAM,
        "seconds",
        "Gap between tokens; those of the first chunk not.",
        buckets=bounds.SGLANG_INTER_TOKEN,
    ),
    _request(
        "request_time_per_output_token_seconds",
        MetricType.HISTOGRAM,
        "seconds",
        "Mean gap of a request, those of one token not.",
        "is_streaming",
        buckets=bounds.SGLANG_INTER_TOKEN,
    ),
    _request(
        "e2e_request_latency_seconds",
        MetricType.HISTOGRAM,
        "seconds",
        "Arrival to last token, aborted requests included.",
        "is_streaming",
        buckets=bounds.SGLANG_LATENCY,
    ),
)

HTTP: Final = (
    Metric(
        name="sglang:http_responses_total",
        type=MetricType.COUNTER,
        labels=("endpoint", "status_code", "method"),
        unit="requests",
        meaning="HTTP answers; unknown paths become label values.",
        at_first_event=True,
    ),
)

METRICS: Final = (*SCHEDULER, *DISAGGREGATION, *REQUESTS, *HTTP)
