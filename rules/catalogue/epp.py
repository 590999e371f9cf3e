"""The Endpoint Picker (EPP) in its four naming generations.

1. `inference_model_*`: Gateway API Inference Extension before v1.0.
2. `inference_objective_*`, `inference_pool_*`, `inference_extension_*`: v1.0 and later.
3. `llm_d_inference_scheduler_*`: what llm-d's scheduler added to generation 2.
4. `llm_d_epp_*`: llm-d-router. It exposes generations 2 to 4 at once.

Two generations of one pod count the same events: take one of them for each pod, never the sum. Only
`llm_d_epp_*` has `fairness_id`. `pod` is the EPP's, never a model server's. Labelled series appear with their
first event.
"""

from dataclasses import dataclass
from typing import Final

from rules.catalogue import bounds
from rules.catalogue.metric import Metric, MetricType

_MODEL: Final = ("model_name", "target_model_name")
_FAIR: Final = (*_MODEL, "fairness_id", "priority")
_FLOW: Final = ("inference_pool", *_FAIR)
_PLUGIN: Final = ("plugin_name", "plugin_type")
_STREAM_METRICS: Final = "--enable-grpc-stream-metrics"
_INDEX_METRICS: Final = "kvBlockIndexConfig.enableMetrics"

_SINCE: Final = {
    "llm_d_epp": "llm-d-router 0.9",
    "inference_objective": "GAIE 1.0",
    "inference_extension_plugin": "GAIE 1.0",
}
_UNTIL: Final = {
    "inference_model": "GAIE 1.0",
    "inference_extension_scheduler_plugin": "GAIE 1.0",
    "inference_extension_request_control": "GAIE 1.0",
}


@dataclass(frozen=True, kw_only=True)
class _Name:
    """A name of a family in one generation, with the labels that it has there."""

    name: str
    labels: tuple[str, ...]
    optional_labels: tuple[str, ...] = ()


def _named(name: str, *labels: str, optional_labels: tuple[str, ...] = ()) -> _Name:
    return _Name(name=name, labels=labels, optional_labels=optional_labels)


def _release(name: str, releases: dict[str, str]) -> str:
    return next((release for start, release in releases.items() if name.startswith(start)), "")


def _family(
    kind: MetricType,
    unit: str,
    meaning: str,
    *names: _Name,
    buckets: tuple[float, ...] = (),
    needs: str = "",
    at_first_event: bool = False,
) -> tuple[Metric, ...]:
    return tuple(
        Metric(
            name=generation.name,
            type=kind,
            labels=generation.labels,
            optional_labels=generation.optional_labels,
            unit=unit,
            meaning=meaning,
            buckets=buckets,
            since=_release(generation.name, _SINCE),
            until=_release(generation.name, _UNTIL),
            needs=needs,
            at_first_event=at_first_event or bool(generation.labels),
        )
        for generation in names
    )


def _request_histogram(
    name: str,
    old_name: str,
    unit: str,
    buckets: tuple[float, ...],
    meaning: str,
) -> tuple[Metric, ...]:
    return _family(
        MetricType.HISTOGRAM,
        unit,
        meaning,
        _named(f"llm_d_epp_{name}", *_FAIR),
        _named(f"inference_objective_{old_name}", *_MODEL),
        _named(f"inference_model_{old_name}", *_MODEL),
        buckets=buckets,
    )


REQUESTS: Final = (
    *_family(
        MetricType.COUNTER,
        "requests",
        "Requests admitted and scheduled. Refused ones are only in the error counter; answers 4xx and 5xx of model "
        "servers count here.",
        _named("llm_d_epp_request_total", *_FAIR),
        _named("inference_objective_request_total", *_MODEL, "priority"),
        _named("inference_model_request_total", *_MODEL),
    ),
    *_family(
        MetricType.COUNTER,
        "requests",
        "Requests refused or failed in the EPP, by name of the error (ResourceExhausted, ServiceUnavailable, "
        "BadRequest with an empty model_name, ...). Not part of the request counter.",
        _named("llm_d_epp_request_error_total", *_FAIR, "error_code"),
        _named("inference_objective_request_error_total", *_MODEL, "error_code"),
        _named("inference_model_request_error_total", *_MODEL, "error_code"),
    ),
    *_family(
        MetricType.GAUGE,
        "requests",
        "Requests in progress.",
        _named("llm_d_epp_request_running", *_FAIR),
        _named("inference_objective_running_requests", "model_name"),
        _named("inference_model_running_requests", "model_name"),
    ),
    *_request_histogram(
        "request_duration_seconds",
        "request_duration_seconds",
        "seconds",
        bounds.EPP_DURATION,
        "Request to end of answer.",
    ),
    *_request_histogram(
        "request_size_bytes",
        "request_sizes",
        "bytes",
        bounds.EPP_REQUEST_BYTES,
        "Size of a request.",
    ),
    *_request_histogram(
        "response_size_bytes",
        "response_sizes",
        "bytes",
        bounds.EPP_RESPONSE_BYTES,
        "Size of an answer.",
    ),
    *_request_histogram(
        "request_input_tokens",
        "input_tokens",
        "tokens",
        bounds.EPP_INPUT_TOKENS,
        "Prompt length.",
    ),
    *_request_histogram(
        "request_output_tokens",
        "output_tokens",
        "tokens",
        bounds.EPP_OUTPUT_TOKENS,
        "Output length.",
    ),
    *_request_histogram(
        "request_cached_tokens",
        "prompt_cached_tokens",
        "tokens",
        bounds.EPP_INPUT_TOKENS,
        "Cached prompt tokens.",
    ),
    *_request_histogram(
        "request_ntpot_seconds",
        "normalized_time_per_output_token_seconds",
        "seconds",
        bounds.EPP_NORMALIZED,
        "Duration divided by output tokens.",
    ),
    *_family(
        MetricType.HISTOGRAM,
        "seconds",
        "Request to first token.",
        _named("llm_d_epp_request_ttft_seconds", *_FAIR, "streaming"),
        _named("inference_objective_request_ttft_seconds", *_MODEL, optional_labels=("streaming",)),
        buckets=bounds.EPP_TTFT,
    ),
    *_family(
        MetricType.HISTOGRAM,
        "seconds",
        "Mean gap between tokens of a stream.",
        _named("llm_d_epp_request_streaming_tpot_seconds", *_FAIR),
        _named("inference_objective_request_tpot_seconds", *_MODEL),
        buckets=bounds.EPP_STREAM_TPOT,
    ),
    *_family(
        MetricType.HISTOGRAM,
        "seconds",
        "Gap between tokens of a stream.",
        _named("llm_d_epp_request_streaming_itl_seconds", *_FAIR),
        buckets=bounds.EPP_INTER_TOKEN,
    ),
)


def _pool_gauge(name: str, old_name: str, unit: str, meaning: str) -> tuple[Metric, ...]:
    return _family(
        MetricType.GAUGE,
        unit,
        meaning,
        _named(f"llm_d_epp_{name}", "name"),
        _named(f"inference_pool_{old_name}", "name"),
    )


POOL: Final = (
    *_pool_gauge(
        "ready_endpoints",
        "ready_pods",
        "endpoints",
        "Endpoints with fresh metrics, not Kubernetes' readiness; refreshed every 5 s.",
    ),
    *_pool_gauge(
        "average_kv_cache_utilization",
        "average_kv_cache_utilization",
        "ratio",
        "Mean KV-cache use; keeps its last value when no endpoint is ready.",
    ),
    *_pool_gauge(
        "average_queue_size",
        "average_queue_size",
        "requests",
        "Mean waiting requests, prefill and decode together; keeps its last value when no endpoint is ready.",
    ),
    *_pool_gauge(
        "average_running_requests",
        "average_running_requests",
        "requests",
        "Mean running requests; keeps its last value when no endpoint is ready.",
    ),
    *(
        metric
        for what, unit in (
            ("kv_cache_utilization", "ratio"),
            ("queue_size", "requests"),
            ("running_requests", "requests"),
        )
        for metric in _family(
            MetricType.GAUGE,
            unit,
            "Standard deviation over the endpoints; keeps its last value when none is ready.",
            _named(f"llm_d_epp_std_dev_{what}", "name"),
        )
    ),
    *_family(
        MetricType.GAUGE,
        "requests",
        "Waiting requests of an endpoint.",
        _named("llm_d_epp_per_endpoint_queue_size", "name", "model_server_endpoint"),
        _named("inference_pool_per_pod_queue_size", "name", "model_server_pod"),
    ),
)

SCHEDULING: Final = (
    *_family(
        MetricType.HISTOGRAM,
        "seconds",
        "Time to choose an endpoint.",
        _named("llm_d_epp_scheduler_e2e_duration_seconds"),
        _named("inference_extension_scheduler_e2e_duration_seconds"),
        buckets=bounds.EPP_FAST,
    ),
    *_family(
        MetricType.COUNTER,
        "events",
        "Attempts by status (success, failure); before GAIE 1.5 status is the only label.",
        _named(
            "llm_d_epp_scheduler_attempts_total",
            *("status", "target_model_name", "endpoint_name", "namespace", "port"),
        ),
        _named(
            "inference_extension_scheduler_attempts_total",
            "status",
            optional_labels=("target_model_name", "pod_name", "namespace", "port"),
        ),
    ),
    *_family(
        MetricType.HISTOGRAM,
        "seconds",
        "Time in one plugin.",
        _named("llm_d_epp_plugin_duration_seconds", "extension_point", *_PLUGIN),
        _named("inference_extension_plugin_duration_seconds", "extension_point", *_PLUGIN),
        _named(
            "inference_extension_scheduler_plugin_duration_seconds",
            "plugin_type",
            optional_labels=("plugin_name", "extension_point"),
        ),
        _named(
            "inference_extension_request_control_plugin_duration_seconds",
            "plugin_type",
            optional_labels=("plugin_name", "extension_point"),
        ),
        buckets=bounds.EPP_FAST,
    ),
    *_family(
        MetricType.HISTOGRAM,
        "seconds",
        "Time spent on the request's way.",
        _named("llm_d_epp_request_processing_duration_seconds"),
        buckets=bounds.EPP_REQUEST_PROCESSING,
    ),
    *_family(
        MetricType.HISTOGRAM,
        "seconds",
        "Time spent on the answer's way.",
        _named("llm_d_epp_response_processing_duration_seconds"),
        buckets=bounds.EPP_RESPONSE_PROCESSING,
    ),
    *_family(
        MetricType.COUNTER,
        "requests",
        "Decisions: decode-only, prefill-decode, encode-decode, encode-prefill-decode.",
        _named("llm_d_epp_disagg_decision_total", "decision_type", "model_name", *_PLUGIN),
        _named("llm_d_inference_scheduler_disagg_decision_total", "decision_type", "model_name"),
        _named("llm_d_epp_pd_decision_total", "decision_type", "model_name"),
        _named("llm_d_inference_scheduler_pd_decision_total", "decision_type", "model_name"),
    ),
    *_family(
        MetricType.COUNTER,
        "requests",
        "Requests sent to another model name by a rewrite rule.",
        _named(
            "llm_d_epp_model_rewrite_decisions_total",
            *("model_rewrite_name", "model_name", "target_model"),
        ),
        _named(
            "inference_extension_model_rewrite_decisions_total",
            *("model_rewrite_name", "model_name", "target_model"),
        ),
    ),
    *_family(
        MetricType.COUNTER,
        "events",
        "Failures to fetch an endpoint's metrics, 20 a second for a dead one.",
        _named("llm_d_epp_datalayer_poll_errors_total", "source_type"),
        _named("llm_d_inference_scheduler_datalayer_poll_errors_total", "source_type"),
    ),
    *_family(
        MetricType.COUNTER,
        "events",
        "Failures to read what was fetched.",
        _named("llm_d_epp_datalayer_extract_errors_total", "source_type", "extractor_type"),
        _named(
            "llm_d_inference_scheduler_datalayer_extract_errors_total",
            *("source_type", "extractor_type"),
        ),
    ),
    *_family(
        MetricType.GAUGE,
        "info",
        "Always 1; the build as labels.",
        _named("llm_d_epp_info", "commit", "build_ref"),
        _named("inference_extension_info", "commit", "build_ref"),
    ),
    *_family(
        MetricType.COUNTER,
        "streams",
        "Ended streams from the proxy by gRPC code.",
        _named("llm_d_epp_extproc_streams_total", "code"),
        needs=_STREAM_METRICS,
    ),
    *_family(
        MetricType.GAUGE,
        "streams",
        "Open streams from the proxy.",
        _named("llm_d_epp_extproc_streams_inflight"),
        needs=_STREAM_METRICS,
    ),
    *_family(
        MetricType.HISTOGRAM,
        "seconds",
        "Duration of a stream from the proxy.",
        _named("llm_d_epp_extproc_stream_duration_seconds"),
        buckets=bounds.EPP_STREAM_SECONDS,
        needs=_STREAM_METRICS,
    ),
)

PREFIX: Final = (
    *_family(
        MetricType.GAUGE,
        "entries",
        "Size of the prefix index.",
        _named("llm_d_epp_prefix_indexer_size", *_PLUGIN),
        _named("inference_extension_prefix_indexer_size"),
    ),
    *_family(
        MetricType.HISTOGRAM,
        "ratio",
        "Share of a prompt found in the index.",
        _named("llm_d_epp_prefix_indexer_hit_ratio", *_PLUGIN),
        _named("inference_extension_prefix_indexer_hit_ratio"),
        buckets=bounds.EPP_SHARE,
    ),
    *_family(
        MetricType.HISTOGRAM,
        "bytes",
        "Length of the part of a prompt found in the index.",
        _named("llm_d_epp_prefix_indexer_hit_bytes", *_PLUGIN),
        _named("inference_extension_prefix_indexer_hit_bytes"),
        buckets=bounds.EPP_HIT_BYTES,
    ),
    *(
        metric
        for what, meaning in (
            ("admissions", "Blocks added to the KV-block index."),
            ("evictions", "Blocks removed from it."),
            ("lookup_requests", "Lookups."),
            ("lookup_hits", "Lookups that found something."),
        )
        for metric in _family(
            MetricType.COUNTER,
            "events",
            meaning,
            _named(f"llm_d_epp_kv_cache_index_{what}_total"),
            _named(f"kvcache_index_{what}_total"),
            needs=_INDEX_METRICS,
        )
    ),
)

FLOW_CONTROL: Final = (
    *_family(
        MetricType.GAUGE,
        "requests",
        "Requests in the gateway's queue.",
        _named("llm_d_epp_flow_control_queue_size", *_FLOW),
        _named("inference_extension_flow_control_queue_size", *_FLOW),
    ),
    *_family(
        MetricType.GAUGE,
        "bytes",
        "Size of these requests.",
        _named("llm_d_epp_flow_control_queue_bytes", *_FLOW),
        _named("inference_extension_flow_control_queue_bytes", *_FLOW),
    ),
    *_family(
        MetricType.HISTOGRAM,
        "seconds",
        "Time in the queue by outcome.",
        _named("llm_d_epp_flow_control_request_queue_duration_seconds", *_FLOW, "outcome"),
        _named(
            "inference_extension_flow_control_request_queue_duration_seconds", *_FLOW, "outcome"
        ),
        buckets=bounds.EPP_QUEUE,
    ),
    *_family(
        MetricType.HISTOGRAM,
        "seconds",
        "Time to enqueue a request.",
        _named(
            "llm_d_epp_flow_control_request_enqueue_duration_seconds",
            *("fairness_id", "priority", "outcome"),
        ),
        _named(
            "inference_extension_flow_control_request_enqueue_duration_seconds",
            *("fairness_id", "priority", "outcome"),
        ),
        buckets=bounds.EPP_FAST,
    ),
    *_family(
        MetricType.HISTOGRAM,
        "seconds",
        "One cycle of the dispatcher.",
        _named("llm_d_epp_flow_control_dispatch_cycle_duration_seconds"),
        _named("inference_extension_flow_control_dispatch_cycle_duration_seconds"),
        buckets=bounds.EPP_FAST,
    ),
    *_family(
        MetricType.COUNTER,
        "requests",
        "Requests that left flow control by outcome.",
        _named("llm_d_epp_flow_control_requests_total", "outcome", "priority", "inference_pool"),
    ),
    *_family(
        MetricType.GAUGE,
        "ratio",
        "Saturation by stage (prefill, decode, effective); 1 closes the gate and an empty pool reads 1; above 1 is "
        "normal while requests queue.",
        _named("llm_d_epp_flow_control_pool_saturation", "inference_pool", "stage"),
        _named(
            "inference_extension_flow_control_pool_saturation",
            "inference_pool",
            optional_labels=("stage",),
        ),
    ),
    *(
        metric
        for resource in ("requests", "bytes")
        for metric in _family(
            MetricType.GAUGE,
            "ratio",
            f"Use of the queue's limit of {resource}, all priorities; absent without a limit.",
            _named(
                f"llm_d_epp_flow_control_global_capacity_utilization_{resource}", "inference_pool"
            ),
        )
    ),
    *(
        metric
        for resource in ("requests", "bytes")
        for metric in _family(
            MetricType.GAUGE,
            "ratio",
            f"Use of a priority's limit of {resource}; absent without a limit.",
            _named(
                f"llm_d_epp_flow_control_capacity_utilization_{resource}",
                *("priority", "inference_pool"),
            ),
        )
    ),
    *_family(
        MetricType.GAUGE,
        "endpoints",
        "Endpoints whose metrics are too old to judge saturation.",
        _named("llm_d_epp_flow_control_stale_endpoints", "detector"),
    ),
)

METRICS: Final = (*REQUESTS, *POOL, *SCHEDULING, *PREFIX, *FLOW_CONTROL)
