"""The recorded series `llmd:<what>:<operation>`: the vocabulary of dashboards, alerts and documented queries.

Every generation of vLLM, SGLang and the Endpoint Picker (EPP) ends up here under one name and one set of
labels. How to use them:

- `...:rate5m` is per second, over 5 minutes. Add up with `sum by (...)`; never apply `rate` again.
- A histogram gives three series: `<name>_bucket:rate5m` with `le`, `<name>_sum:rate5m`, `<name>_count:rate5m`.
  Quantile: `histogram_quantile(0.99, sum by (le, namespace, model, server) (llmd:ttft_seconds_bucket:rate5m))`.
  Mean: `sum by (model) (llmd:ttft_seconds_sum:rate5m) / sum by (model) (llmd:ttft_seconds_count:rate5m)`.
  Keep `server` in the grouping of buckets: vLLM and SGLang have different bounds, and adding those up is wrong.
  Buckets have no `pod` (20 bounds times 200 pods is too dear); sums and counts of model servers do.
- Ratios are 0-1. Divide sums, never average ratios; a recorded `...:ratio_rate5m` is already divided.
- Where a counter is missing until its first event, the recorded series is 0 as long as its program is scraped.

Labels:
    namespace: Where the scraped pod runs.
    pod: The model server's pod. EPP series have none: they are sums over its replicas.
    role: `decode`, `prefill` or `both` (no disaggregation).
    model: First served model name of a model server; name in the request for the EPP, which may be unknown
        to every server, and empty for requests that could not be parsed.
    server: `vllm` or `sglang`.
    job: Release of the EPP.
    pool: InferencePool.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """What a recorded number is, and so what may be done with it."""

    RATE = "rate"
    """Events or amounts per second; sums are meaningful."""
    RATIO = "ratio"
    """A share, 0-1; neither sum nor mean is meaningful."""
    GAUGE = "gauge"
    """A level at one time."""
    HISTOGRAM_BUCKET = "histogram-bucket"
    """Observations per second at most `le`; for `histogram_quantile` after a sum that keeps `le`."""


class Unit(StrEnum):
    """Base units; Grafana's and PromQL's."""

    SECONDS = "seconds"
    BYTES = "bytes"
    TOKENS = "tokens"
    REQUESTS = "requests"
    EVENTS = "events"
    RATIO = "ratio"
    COUNT = "count"
    TIMESTAMP = "timestamp"
    """Seconds since 1970."""


@dataclass(frozen=True, kw_only=True)
class Series:
    """One recorded series.

    Attributes:
        name: Its name, `llmd:<what>:<operation>`.
        kind: What the number is.
        labels: All labels that it has.
        unit: Unit; of a rate, the unit of what is counted (`tokens` means tokens per second).
        meaning: What it says, and what it leaves out.
    """

    name: str
    kind: Kind
    labels: tuple[str, ...]
    unit: Unit
    meaning: str


POD: Final = ("namespace", "pod", "role", "model", "server")
MODEL: Final = ("namespace", "role", "model", "server")
EPP: Final = ("namespace", "job")
EPP_MODEL: Final = (*EPP, "model")
POOL: Final = (*EPP, "pool")


def _rate(
    what: str, labels: tuple[str, ...], unit: Unit, meaning: str, window: str = "5m"
) -> Series:
    return Series(
        name=f"llmd:{what}:rate{window}", kind=Kind.RATE, labels=labels, unit=unit, meaning=meaning
    )


def _gauge(what: str, operation: str, labels: tuple[str, ...], unit: Unit, meaning: str) -> Series:
    kind = Kind.RATIO if unit is Unit.RATIO else Kind.GAUGE
    return Series(
        name=f"llmd:{what}:{operation}", kind=kind, labels=labels, unit=unit, meaning=meaning
    )


def _ratio(what: str, labels: tuple[str, ...], meaning: str) -> Series:
    return Series(
        name=f"llmd:{what}:ratio_rate5m",
        kind=Kind.RATIO,
        labels=labels,
        unit=Unit.RATIO,
        meaning=meaning,
    )


def _histogram(
    what: str,
    unit: Unit,
    meaning: str,
    *,
    buckets: tuple[str, ...],
    totals: tuple[str, ...],
) -> tuple[Series, ...]:
    return (
        Series(
            name=f"llmd:{what}_bucket:rate5m",
            kind=Kind.HISTOGRAM_BUCKET,
            labels=(*buckets, "le"),
            unit=unit,
            meaning=meaning,
        ),
        _rate(f"{what}_sum", totals, unit, f"Sum of: {meaning}"),
        _rate(f"{what}_count", totals, Unit.EVENTS, f"Number of: {meaning}"),
    )


def _of_servers(what: str, unit: Unit, meaning: str) -> tuple[Series, ...]:
    return _histogram(what, unit, meaning, buckets=MODEL, totals=POD)


def _of_epp(what: str, unit: Unit, meaning: str, *labels: str) -> tuple[Series, ...]:
    return _histogram(what, unit, meaning, buckets=(*EPP, *labels), totals=(*EPP, *labels))


MODEL_SERVER_LOAD: Final = (
    _gauge("requests_running", "sum", POD, Unit.REQUESTS, "Requests in the batch being executed."),
    _gauge(
        "requests_waiting",
        "sum",
        POD,
        Unit.REQUESTS,
        "Requests that the server accepted and doesn't execute yet; on decode pods also those that wait for KV data.",
    ),
    _gauge(
        "requests_waiting_capacity",
        "sum",
        POD,
        Unit.REQUESTS,
        "Of the waiting ones, those that wait for room in the batch or the KV cache; all of them where the server "
        "doesn't tell the reason.",
    ),
    _gauge(
        "kv_cache_usage",
        "max",
        POD,
        Unit.RATIO,
        "Share of the KV cache in use, in the fullest engine of the pod. Cached, unreferenced blocks count as free.",
    ),
    _gauge("kv_cache_usage", "avg", POD, Unit.RATIO, "The same, mean over the pod's engines."),
    _gauge(
        "kv_cache_capacity_tokens",
        "sum",
        POD,
        Unit.TOKENS,
        "Tokens that the KV caches of the pod hold (SGLang; vLLM tells it in labels only).",
    ),
)

MODEL_SERVER_TRAFFIC: Final = (
    _rate(
        "requests_finished",
        (*POD, "reason"),
        Unit.REQUESTS,
        "Finished sequences by reason: stop, length, tool_calls, error, abort, ...; SGLang tells only abort and "
        "completed. Prefill pods finish each request too: leave role=prefill out of totals.",
    ),
    _rate(
        "requests_aborted",
        POD,
        Unit.REQUESTS,
        "Requests that clients broke off, over 30 minutes. vLLM counts none: estimated from first tokens less "
        "finished requests less the growth of those running.",
        window="30m",
    ),
    _rate(
        "http_requests",
        (*POD, "status"),
        Unit.REQUESTS,
        "HTTP answers of the model server by class 2xx, 4xx, 5xx; a stream that the client breaks off is a 2xx.",
    ),
    _rate(
        "admission_rejections",
        (*POD, "reason"),
        Unit.REQUESTS,
        "Requests that vLLM refused with 503 by its admission limits.",
    ),
    _rate(
        "preemptions",
        POD,
        Unit.EVENTS,
        "Requests thrown out of the batch for lack of KV cache (SGLang: retracted).",
    ),
    _rate(
        "prompt_tokens",
        POD,
        Unit.TOKENS,
        "Prompt tokens, cached and transferred ones included. A prompt counts on its prefill and on its decode pod: "
        'use role!="prefill" for what users sent.',
    ),
    _rate(
        "prompt_tokens_computed",
        POD,
        Unit.TOKENS,
        "Prompt tokens really computed, that is the prefill work.",
    ),
    _rate(
        "prompt_tokens_by_source",
        (*MODEL, "source"),
        Unit.TOKENS,
        "Prompt tokens by source: local_compute, local_cache_hit, external_kv_transfer (vLLM 0.18 and later); "
        "SGLang: local_compute, local_cache_hit.",
    ),
    _rate("generation_tokens", POD, Unit.TOKENS, "Tokens generated."),
    _rate("prefix_cache_queries", POD, Unit.TOKENS, "Prompt tokens looked up in the prefix cache."),
    _rate("prefix_cache_hits", POD, Unit.TOKENS, "Of these, tokens found."),
    _ratio(
        "prefix_cache_hit",
        ("namespace", "model", "server"),
        "Share of prompt tokens found in the prefix cache, decode pods behind prefill pods left out.",
    ),
    _rate(
        "external_prefix_cache_queries",
        POD,
        Unit.TOKENS,
        "Tokens asked of the KV connector after a local miss; prefill pods, which never hit, left out.",
    ),
    _rate("external_prefix_cache_hits", POD, Unit.TOKENS, "Of these, tokens that it supplied."),
    _rate("engine_steps", POD, Unit.EVENTS, "Steps of vLLM's engine; near 0 when idle."),
    _rate("spec_decode_draft_tokens", MODEL, Unit.TOKENS, "Tokens proposed by speculation (vLLM)."),
    _rate("spec_decode_accepted_tokens", MODEL, Unit.TOKENS, "Of these, tokens accepted."),
)

MODEL_SERVER_LATENCY: Final = (
    *_of_servers(
        "ttft_seconds",
        Unit.SECONDS,
        "Arrival at the model server to first token, queueing and KV transfer included. For users' experience leave "
        "role=prefill out.",
    ),
    *_of_servers(
        "inter_token_seconds",
        Unit.SECONDS,
        "Gap between tokens of one sequence; one observation a token; prefill pods left out.",
    ),
    *_of_servers(
        "time_per_output_token_seconds",
        Unit.SECONDS,
        "Mean gap between tokens of one request; prefill pods, where it is always 0, left out.",
    ),
    *_of_servers(
        "e2e_seconds", Unit.SECONDS, "Arrival at the model server to last token, finished requests."
    ),
    *_of_servers("queue_seconds", Unit.SECONDS, "Queued to scheduled."),
    *_of_servers("inference_seconds", Unit.SECONDS, "Scheduled to last token (vLLM)."),
    *_of_servers("prefill_seconds", Unit.SECONDS, "Scheduled to first token (vLLM)."),
    *_of_servers(
        "decode_seconds", Unit.SECONDS, "First to last token (vLLM); prefill pods left out."
    ),
    *_of_servers("request_prompt_tokens", Unit.TOKENS, "Prompt length."),
    *_of_servers("request_generation_tokens", Unit.TOKENS, "Output length."),
)

KV_TRANSFER: Final = (
    *_histogram(
        "kv_transfer_seconds",
        Unit.SECONDS,
        "Duration of one transfer of KV data, where it is recorded: NIXL on the pod that pulls, Mooncake on the one "
        "that pushes. `transport` is nixl, mooncake or sglang.",
        buckets=(*MODEL, "transport"),
        totals=(*POD, "transport"),
    ),
    _rate(
        "kv_transfer_bytes",
        (*POD, "transport"),
        Unit.BYTES,
        "KV data moved between pods.",
    ),
    _rate(
        "kv_transfer_failures",
        (*POD, "transport", "failure"),
        Unit.EVENTS,
        "Failures by kind: transfer (NIXL: handshakes and notifications included; not a number of requests), receive, "
        "bootstrap, expired (KV data not fetched in time), late (fetched after it expired).",
    ),
    _rate(
        "disagg_decisions",
        (*EPP_MODEL, "decision"),
        Unit.REQUESTS,
        "Decisions of the EPP: decode-only, prefill-decode, encode-decode, encode-prefill-decode.",
    ),
)

GATEWAY: Final = (
    _rate(
        "epp_requests",
        (*EPP_MODEL, "target_model", "priority"),
        Unit.REQUESTS,
        "Requests admitted and scheduled; those refused are not among them.",
    ),
    _rate(
        "epp_errors",
        (*EPP_MODEL, "error_code"),
        Unit.REQUESTS,
        "Requests that the EPP refused or failed, by code (ResourceExhausted: overload, 429; ServiceUnavailable: no "
        "endpoint, 503; BadRequest: unreadable). Answers 4xx and 5xx of model servers aren't among them.",
    ),
    _rate(
        "epp_requests_received",
        EPP_MODEL,
        Unit.REQUESTS,
        "Admitted and refused ones together.",
    ),
    _ratio(
        "epp_error", EPP_MODEL, "Share of the received requests that the EPP refused or failed."
    ),
    _gauge("epp_requests_running", "sum", EPP_MODEL, Unit.REQUESTS, "Requests in progress."),
    *_of_epp("epp_request_duration_seconds", Unit.SECONDS, "Request to end of answer.", "model"),
    *_of_epp(
        "epp_ttft_seconds",
        Unit.SECONDS,
        "Request to first token, waiting in the gateway included (llm_d_epp generation).",
        "model",
    ),
    *_of_epp(
        "epp_inter_token_seconds",
        Unit.SECONDS,
        "Gap between tokens of streams (llm_d_epp generation).",
        "model",
    ),
    *_of_epp(
        "epp_normalized_time_per_output_token_seconds",
        Unit.SECONDS,
        "Duration of a request divided by its output tokens.",
        "model",
    ),
    *_of_epp("epp_input_tokens", Unit.TOKENS, "Prompt length.", "model"),
    *_of_epp("epp_output_tokens", Unit.TOKENS, "Output length.", "model"),
    *_of_epp("epp_cached_tokens", Unit.TOKENS, "Cached prompt tokens.", "model"),
    *_of_epp("epp_request_bytes", Unit.BYTES, "Size of requests.", "model"),
    *_of_epp("epp_response_bytes", Unit.BYTES, "Size of answers.", "model"),
)

SCHEDULER: Final = (
    *_of_epp("scheduler_seconds", Unit.SECONDS, "Time to choose an endpoint; bounds end at 0.1 s."),
    _rate(
        "scheduler_attempts",
        (*EPP, "target_model", "endpoint", "status"),
        Unit.EVENTS,
        "Scheduling attempts by status (success, failure) and endpoint chosen; oldest generations tell no endpoint.",
    ),
    *_of_epp(
        "plugin_seconds",
        Unit.SECONDS,
        "Time in one plugin; bounds end at 0.1 s.",
        "extension_point",
        "plugin_type",
    ),
    *_of_epp(
        "prefix_index_hit_ratio", Unit.RATIO, "Share of a prompt found in the EPP's prefix index."
    ),
    _rate("prefix_index_hit_bytes", EPP, Unit.BYTES, "Prompt bytes found in the prefix index."),
    _gauge(
        "prefix_index_size", "max", EPP, Unit.COUNT, "Entries of the prefix index, largest replica."
    ),
    _rate(
        "kv_index_lookups",
        EPP,
        Unit.EVENTS,
        "Lookups in the precise KV-block index (its metrics on).",
    ),
    _rate("kv_index_hits", EPP, Unit.EVENTS, "Of these, lookups that found something."),
    _rate("kv_index_admissions", EPP, Unit.EVENTS, "Blocks added to the KV-block index."),
    _rate("kv_index_evictions", EPP, Unit.EVENTS, "Blocks removed from it."),
    _rate(
        "datalayer_errors",
        (*EPP, "source_type", "stage"),
        Unit.EVENTS,
        "Failures to poll (stage=poll) or to read (stage=extract) what model servers expose.",
    ),
    _rate(
        "extproc_streams",
        (*EPP, "code"),
        Unit.EVENTS,
        "Ended streams from the proxy by gRPC code (EPP with --enable-grpc-stream-metrics).",
    ),
)

POOLS: Final = (
    _gauge(
        "pool_ready_endpoints",
        "max",
        POOL,
        Unit.COUNT,
        "Endpoints whose metrics are fresh, which is not Kubernetes' readiness.",
    ),
    _gauge(
        "pool_queue_size",
        "avg",
        POOL,
        Unit.REQUESTS,
        "Mean waiting requests of an endpoint, prefill and decode mixed; absent while no endpoint is ready, "
        "when the EPP repeats its last value.",
    ),
    _gauge(
        "pool_kv_cache_usage",
        "avg",
        POOL,
        Unit.RATIO,
        "Mean KV-cache use of an endpoint; absent while none is ready.",
    ),
    _gauge(
        "pool_requests_running",
        "avg",
        POOL,
        Unit.REQUESTS,
        "Mean running requests of an endpoint; absent while none is ready.",
    ),
    _gauge(
        "pool_endpoint_queue_size",
        "max",
        (*POOL, "endpoint"),
        Unit.REQUESTS,
        "Waiting requests of each endpoint as the EPP sees it.",
    ),
    _gauge(
        "pool_saturation",
        "max",
        (*POOL, "stage"),
        Unit.COUNT,
        "Saturation of prefill, decode and the whole (stage=effective); 1 closes the gate, above it is normal "
        "while requests queue, an empty pool reads 1.",
    ),
)

FLOW_CONTROL: Final = (
    _gauge(
        "flow_control_queue_size",
        "sum",
        (*POOL, "model", "priority"),
        Unit.REQUESTS,
        "Requests that wait in the gateway.",
    ),
    _gauge(
        "flow_control_queue_bytes",
        "sum",
        (*POOL, "model", "priority"),
        Unit.BYTES,
        "Size of these requests.",
    ),
    *_of_epp(
        "flow_control_queue_seconds",
        Unit.SECONDS,
        "Time in the gateway's queue.",
        "pool",
        "priority",
        "outcome",
    ),
    _rate(
        "flow_control_requests",
        (*POOL, "priority", "outcome"),
        Unit.REQUESTS,
        "Requests that left flow control: Dispatched, Rejected..., Evicted....",
    ),
    *_of_epp("flow_control_dispatch_seconds", Unit.SECONDS, "One cycle of the dispatcher."),
    *_of_epp("flow_control_enqueue_seconds", Unit.SECONDS, "Time to enqueue a request.", "outcome"),
    _gauge(
        "flow_control_capacity_usage",
        "max",
        (*POOL, "resource"),
        Unit.RATIO,
        "Use of the queue's limit, resource=requests or bytes; absent without a limit.",
    ),
    _gauge(
        "flow_control_stale_endpoints",
        "max",
        (*EPP, "detector"),
        Unit.COUNT,
        "Endpoints whose metrics are too old to judge saturation.",
    ),
)

AUTOSCALER: Final = (
    _gauge(
        "autoscaler_desired_replicas",
        "max",
        ("namespace", "variant"),
        Unit.COUNT,
        "Replicas that the workload-variant autoscaler wants; `namespace` is the variant's.",
    ),
    _gauge(
        "autoscaler_current_replicas",
        "max",
        ("namespace", "variant"),
        Unit.COUNT,
        "Replicas that it sees.",
    ),
    _rate(
        "autoscaler_scalings",
        ("namespace", "variant", "direction", "reason"),
        Unit.EVENTS,
        "Its decisions to scale.",
    ),
    _rate("autoscaler_errors", ("job", "component", "error_type"), Unit.EVENTS, "Its errors."),
)

GPU: Final = (
    _gauge(
        "gpu_utilization",
        "avg",
        ("node", "gpu", "namespace", "pod"),
        Unit.RATIO,
        "Share of time in which the GPU ran something (DCGM or GKE's device metrics); `namespace` and `pod` are "
        "the workload's, empty when idle or unknown.",
    ),
    _gauge(
        "gpu_memory_used",
        "ratio",
        ("node", "gpu", "namespace", "pod"),
        Unit.RATIO,
        "Share of the GPU's memory in use.",
    ),
)

SLO_LABELS: Final = ("namespace", "model", "slo")
SLO_WINDOWS: Final = ("5m", "30m", "1h", "2h", "6h", "1d", "3d")

SLO: Final = (
    _rate(
        "slo_events",
        SLO_LABELS,
        Unit.EVENTS,
        "Events that an objective judges: slo=availability requests, slo=ttft first tokens, slo=inter_token tokens.",
    ),
    _rate("slo_bad_events", SLO_LABELS, Unit.EVENTS, "Of these, the failed or too slow ones."),
    *(
        Series(
            name=f"llmd:slo_bad:ratio_rate{window}",
            kind=Kind.RATIO,
            labels=SLO_LABELS,
            unit=Unit.RATIO,
            meaning=f"Share of bad events over {window}.",
        )
        for window in SLO_WINDOWS
    ),
    _gauge(
        "slo_objective",
        "ratio",
        SLO_LABELS,
        Unit.RATIO,
        "Objective: share of good events, as set for the model.",
    ),
    _gauge(
        "slo_budget_remaining",
        "ratio",
        SLO_LABELS,
        Unit.RATIO,
        "Share of the error budget left in the period, or as far back as samples are kept; below 0 is overspent.",
    ),
)

STACK: Final = (
    _gauge(
        "certificate_expiry",
        "timestamp",
        ("secret",),
        Unit.TIMESTAMP,
        "End of the certificate that this program issued.",
    ),
)

ALL: Final = (
    *MODEL_SERVER_LOAD,
    *MODEL_SERVER_TRAFFIC,
    *MODEL_SERVER_LATENCY,
    *KV_TRANSFER,
    *GATEWAY,
    *SCHEDULER,
    *POOLS,
    *FLOW_CONTROL,
    *AUTOSCALER,
    *GPU,
    *SLO,
    *STACK,
)

BY_NAME: Final = {series.name: series for series in ALL}
