"""The inference gateway: what the Endpoint Picker (EPP) admits, refuses, and how it spreads the load."""

from dashboards.building.board import Board, Row
from dashboards.building.panel import Kind, Limits, Needs, Panel, Topic, number
from dashboards.building.query import (
    Query,
    largest,
    of_gateways,
    or_none,
    or_zero,
    quantile,
    quantile_now,
    quantiles,
    readable,
    share,
    spread,
    total,
)
from dashboards.building.target import FAILURE, VLLM
from dashboards.building.unit import Unit
from dashboards.building.variable import gateway, model, namespace

_SERIES = "llmd:epp_requests_received:rate5m"
_RAW_DURATION = "llm_d_epp_request_duration_seconds_bucket"


def _models(series: str, *matchers: str, **equal: str) -> str:
    return of_gateways(series, 'model=~"$model"', *matchers, **equal)


def _named(expr: str) -> str:
    """Unreadable requests name no model."""
    return readable(expr, "model", "(unreadable)")


def _traced_duration() -> str:
    """The slowest requests, from raw buckets where there are some: only these carry exemplars."""
    raw = of_gateways(_RAW_DURATION, 'model_name=~"$model"')
    recorded = _models("llmd:epp_request_duration_seconds_bucket:rate5m")
    return (
        f"{quantile(0.99, f'rate({raw}[$__rate_interval])', 'model_name')} "
        f"or on () {quantile(0.99, recorded, 'model')}"
    )


def _hit_bytes() -> str:
    """Where both generations are exposed, all counts double and no quantile changes."""
    return " or ".join(
        f"rate({of_gateways(f'{program}_prefix_indexer_hit_bytes_bucket')}[$__rate_interval])"
        for program in ("llm_d_epp", "inference_extension")
    )


_NOW = Row(
    title="Now",
    panels=(
        number(
            title="Requests",
            answers="Requests that reached the gateway in a second, refused ones included.",
            expr=or_zero(total(_models(_SERIES))),
            unit=Unit.REQUESTS_PER_SECOND,
        ),
        number(
            title="Refused or failed",
            answers="Share of the requests that the gateway refused or failed. Errors of model servers aren't in it.",
            expr=share(_models("llmd:epp_errors:rate5m"), _models(_SERIES)),
            unit=Unit.RATIO,
            limits=Limits(warning=0.01, critical=0.05),
            decimals=2,
        ),
        number(
            title="Duration P99",
            answers="99 of 100 requests were answered whole within this time.",
            expr=quantile_now(0.99, _models("llmd:epp_request_duration_seconds_bucket:rate5m")),
            unit=Unit.SECONDS,
            nothing="no requests",
            limits=Limits(warning=30, critical=120),
        ),
        number(
            title="Ready endpoints",
            answers="Endpoints of the smallest pool with fresh metrics. 0: every request gets 503.",
            expr=f"min({of_gateways('llmd:pool_ready_endpoints:max')})",
            unit=Unit.COUNT,
            limits=Limits(warning=2, critical=1, low_is_bad=True),
        ),
        number(
            title="Mean queue of an endpoint",
            answers="Waiting requests of a model server, mean over the fullest pool. Prefill and decode are mixed.",
            expr=f"max({of_gateways('llmd:pool_queue_size:avg')})",
            unit=Unit.COUNT,
            limits=Limits(warning=5, critical=20),
            decimals=1,
        ),
        number(
            title="Scheduling P99",
            answers="99 of 100 requests got an endpoint within this time. 0.1 s is the end of the scale.",
            expr=quantile_now(0.99, of_gateways("llmd:scheduler_seconds_bucket:rate5m")),
            unit=Unit.SECONDS,
            nothing="no requests",
            limits=Limits(warning=0.02, critical=0.08),
        ),
    ),
)

_REQUESTS = Row(
    title="Requests",
    panels=(
        Panel(
            title="Request rate by model",
            answers="What users ask for, refused requests included. (unreadable) is requests that name no model.",
            queries=(
                Query(
                    expr=largest(20, _named(total(_models(_SERIES), "model"))), legend="{{model}}"
                ),
            ),
            unit=Unit.REQUESTS_PER_SECOND,
            kind=Kind.AREAS,
            topic=Topic.FAILURE,
        ),
        Panel(
            title="Errors by code",
            answers="Why requests fail in the gateway. ResourceExhausted: overload, 429. ServiceUnavailable: no ready "
            "endpoint, 503. BadRequest: unreadable.",
            queries=(
                Query(
                    expr=or_none(
                        total(_models("llmd:epp_errors:rate5m"), "error_code"), "error_code"
                    ),
                    legend="{{error_code}}",
                ),
            ),
            unit=Unit.REQUESTS_PER_SECOND,
            topic=Topic.FAILURE,
        ),
        Panel(
            title="Error ratio by model",
            answers="Which model's requests the gateway refuses or fails.",
            queries=(
                Query(
                    expr=largest(
                        20, _named(f"max by (model) ({_models('llmd:epp_error:ratio_rate5m')})")
                    ),
                    legend="{{model}}",
                ),
            ),
            unit=Unit.RATIO,
            limits=Limits(warning=0.01, critical=0.05),
        ),
        Panel(
            title="Request duration",
            answers="Request to the end of the answer, as the gateway sees it.",
            queries=quantiles(_models("llmd:epp_request_duration_seconds_bucket:rate5m")),
            unit=Unit.SECONDS,
            topic=Topic.FAILURE,
        ),
        Panel(
            title="Time to first token at the gateway",
            answers="What users wait for the first token, time in the gateway's queue included.",
            queries=quantiles(_models("llmd:epp_ttft_seconds_bucket:rate5m")),
            unit=Unit.SECONDS,
            needs=Needs.EPP_LATENCY,
        ),
        Panel(
            title="Request duration P99, with traces",
            answers="The slowest requests of each model. Where the gateway exports traces, a dot is one request and "
            "leads to its trace.",
            queries=(
                Query(expr=_traced_duration(), legend="{{model}}{{model_name}}", exemplars=True),
            ),
            unit=Unit.SECONDS,
        ),
        Panel(
            title="Inter-token latency at the gateway",
            answers="How fast text flows to users once it has begun.",
            queries=quantiles(_models("llmd:epp_inter_token_seconds_bucket:rate5m")),
            unit=Unit.SECONDS,
            needs=Needs.EPP_LATENCY,
        ),
        Panel(
            title="Admitted requests by priority",
            answers="Requests that got an endpoint, by the priority of their objective.",
            queries=(
                Query(
                    expr=total(_models("llmd:epp_requests:rate5m"), "priority"),
                    legend="priority {{priority}}",
                ),
            ),
            unit=Unit.REQUESTS_PER_SECOND,
            kind=Kind.AREAS,
        ),
        Panel(
            title="Requests in progress",
            answers="Requests between arrival and end of answer.",
            queries=(
                Query(
                    expr=largest(20, total(_models("llmd:epp_requests_running:sum"), "model")),
                    legend="{{model}}",
                ),
            ),
            unit=Unit.COUNT,
            kind=Kind.AREAS,
        ),
    ),
)

_POOLS = Row(
    title="Pools",
    panels=(
        Panel(
            title="Ready endpoints by pool",
            answers="Endpoints with metrics fresher than two seconds. Fewer than pods: the gateway can't read some.",
            queries=(
                Query(
                    expr=f"max by (pool) ({of_gateways('llmd:pool_ready_endpoints:max')})",
                    legend="{{pool}}",
                ),
            ),
            unit=Unit.COUNT,
            topic=Topic.ROUTING,
        ),
        Panel(
            title="Mean queue by pool",
            answers="Waiting requests of an endpoint, mean over the pool; prefill and decode are mixed.",
            queries=(
                Query(
                    expr=f"max by (pool) ({of_gateways('llmd:pool_queue_size:avg')})",
                    legend="{{pool}}",
                ),
            ),
            unit=Unit.COUNT,
            topic=Topic.ROUTING,
        ),
        Panel(
            title="Mean KV cache in use by pool",
            answers="KV cache in use at an endpoint, mean over the pool.",
            queries=(
                Query(
                    expr=f"max by (pool) ({of_gateways('llmd:pool_kv_cache_usage:avg')})",
                    legend="{{pool}}",
                ),
            ),
            unit=Unit.RATIO,
            limits=Limits(warning=0.8, critical=0.95),
            maximum=1,
            topic=Topic.ROUTING,
        ),
        Panel(
            title="Mean batch by pool",
            answers="Running requests of an endpoint, mean over the pool.",
            queries=(
                Query(
                    expr=f"max by (pool) ({of_gateways('llmd:pool_requests_running:avg')})",
                    legend="{{pool}}",
                ),
            ),
            unit=Unit.COUNT,
        ),
        Panel(
            title="Longest queues of endpoints",
            answers="The ten endpoints with most waiting requests, as the gateway sees them.",
            queries=(
                Query(
                    expr=largest(
                        10,
                        f"max by (endpoint) ({of_gateways('llmd:pool_endpoint_queue_size:max')})",
                    ),
                    legend="{{endpoint}}",
                ),
            ),
            unit=Unit.COUNT,
            kind=Kind.BARS,
            limits=Limits(warning=10, critical=50),
            topic=Topic.ROUTING,
            width=16,
        ),
    ),
)

_SCHEDULING = Row(
    title="Scheduling",
    panels=(
        Panel(
            title="Time to choose an endpoint",
            answers="What the scheduler adds to each request. 0.1 s is the end of the scale.",
            queries=quantiles(of_gateways("llmd:scheduler_seconds_bucket:rate5m")),
            unit=Unit.SECONDS,
            limits=Limits(warning=0.02, critical=0.08),
            topic=Topic.FAILURE,
        ),
        Panel(
            title="Plugin latency P99",
            answers="Which plugin costs time. 0.1 s is the end of the scale.",
            queries=(
                Query(
                    expr=quantile(
                        0.99, of_gateways("llmd:plugin_seconds_bucket:rate5m"), "plugin_type"
                    ),
                    legend="{{plugin_type}}",
                ),
            ),
            unit=Unit.SECONDS,
            limits=Limits(warning=0.02, critical=0.08),
            topic=Topic.FAILURE,
        ),
        Panel(
            title="Routing decision latency P99",
            answers="Time in all plugins of an extension point together, 99 of 100 calls.",
            queries=(
                Query(
                    expr=quantile(
                        0.99, of_gateways("llmd:plugin_seconds_bucket:rate5m"), "extension_point"
                    ),
                    legend="{{extension_point}}",
                ),
            ),
            unit=Unit.SECONDS,
            topic=Topic.ROUTING,
        ),
        Panel(
            title="Scheduling attempts",
            answers="Attempts by their end. A failure means that no endpoint fits.",
            queries=(
                Query(
                    expr=total(of_gateways("llmd:scheduler_attempts:rate5m"), "status"),
                    legend="{{status}}",
                ),
            ),
            unit=Unit.EVENTS_PER_SECOND,
            topic=Topic.ROUTING,
        ),
        Panel(
            title="Requests by endpoint",
            answers="How evenly requests are spread over endpoints. With prefix affinity some difference is meant.",
            queries=spread(
                total(of_gateways("llmd:scheduler_attempts:rate5m", status="success"), "endpoint"),
                of="endpoint",
            ),
            unit=Unit.REQUESTS_PER_SECOND,
            topic=Topic.ROUTING,
        ),
        Panel(
            title="Busiest endpoints",
            answers="The ten endpoints that get most requests.",
            queries=(
                Query(
                    expr=largest(
                        10,
                        total(
                            of_gateways("llmd:scheduler_attempts:rate5m", status="success"),
                            "endpoint",
                        ),
                    ),
                    legend="{{endpoint}}",
                ),
            ),
            unit=Unit.REQUESTS_PER_SECOND,
            kind=Kind.BARS,
            topic=Topic.ROUTING,
        ),
        Panel(
            title="Errors in reading model servers",
            answers="How often the gateway fails to get (poll) or to read (extract) metrics of model servers. A dead "
            "pod that is still Ready gives twenty a second.",
            queries=(
                Query(
                    expr=or_none(
                        total(of_gateways("llmd:datalayer_errors:rate5m"), "stage"), "stage"
                    ),
                    legend="{{stage}}",
                ),
            ),
            unit=Unit.EVENTS_PER_SECOND,
            limits=Limits(warning=1, critical=10),
        ),
    ),
)

_PREFIX = Row(
    title="Prefix caching",
    panels=(
        Panel(
            title="Entries of the prefix index",
            answers="Size of the gateway's index of prompts, in its largest replica.",
            queries=(
                Query(
                    expr=f"max by (job) ({of_gateways('llmd:prefix_index_size:max')})",
                    legend="{{job}}",
                ),
            ),
            unit=Unit.COUNT,
            topic=Topic.PREFIX_CACHING,
            needs=Needs.PREFIX_INDEX,
        ),
        Panel(
            title="Prompt found in the prefix index",
            answers="Which share of a prompt the gateway expects in a server's cache.",
            queries=quantiles(
                of_gateways("llmd:prefix_index_hit_ratio_bucket:rate5m"), shares=(0.5, 0.9)
            ),
            unit=Unit.RATIO,
            maximum=1,
            topic=Topic.PREFIX_CACHING,
            needs=Needs.PREFIX_INDEX,
        ),
        Panel(
            title="Prompt bytes found for a request",
            answers="How much of its prompt a request finds in the prefix index.",
            queries=tuple(
                Query(expr=quantile(below, _hit_bytes()), legend=f"P{below * 100:g}")
                for below in (0.9, 0.5)
            ),
            unit=Unit.BYTES,
            topic=Topic.PREFIX_CACHING,
            needs=Needs.PREFIX_INDEX,
        ),
        Panel(
            title="Prompt bytes found in the prefix index",
            answers="How much text of prompts the gateway expects in caches.",
            queries=(
                Query(
                    expr=total(of_gateways("llmd:prefix_index_hit_bytes:rate5m"), "job"),
                    legend="{{job}}",
                ),
            ),
            unit=Unit.BYTES_PER_SECOND,
            topic=Topic.PREFIX_CACHING,
            needs=Needs.PREFIX_INDEX,
        ),
    ),
)

_FLOW_CONTROL = Row(
    title="Flow control",
    collapsed=True,
    panels=(
        Panel(
            title="Requests held in the gateway",
            answers="Requests that wait in the gateway, by priority, because the pool is saturated.",
            queries=(
                Query(
                    expr=total(of_gateways("llmd:flow_control_queue_size:sum"), "priority"),
                    legend="priority {{priority}}",
                ),
                Query(expr=total(of_gateways("llmd:flow_control_queue_size:sum")), legend="all"),
            ),
            unit=Unit.COUNT,
            topic=Topic.FLOW_CONTROL,
            needs=Needs.FLOW_CONTROL,
        ),
        Panel(
            title="Time held in the gateway",
            answers="How long requests wait in the gateway, dispatched and refused ones together.",
            queries=quantiles(
                of_gateways("llmd:flow_control_queue_seconds_bucket:rate5m"),
                shares=(0.5, 0.9, 0.99),
            ),
            unit=Unit.SECONDS,
            topic=Topic.FLOW_CONTROL,
            needs=Needs.FLOW_CONTROL,
        ),
        Panel(
            title="Time held by outcome P99",
            answers="How long requests wait until they are dispatched, refused or evicted.",
            queries=(
                Query(
                    expr=quantile(
                        0.99,
                        of_gateways("llmd:flow_control_queue_seconds_bucket:rate5m"),
                        "outcome",
                    ),
                    legend="{{outcome}}",
                ),
            ),
            unit=Unit.SECONDS,
            topic=Topic.FLOW_CONTROL,
            needs=Needs.FLOW_CONTROL,
        ),
        Panel(
            title="Saturation of pools",
            answers="1 closes the gate. Above 1 is normal while requests queue; a pool without endpoints reads 1.",
            queries=(
                Query(
                    expr=f"max by (pool, stage) ({of_gateways('llmd:pool_saturation:max')})",
                    legend="{{pool}} {{stage}}",
                ),
            ),
            unit=Unit.COUNT,
            limits=Limits(warning=0.8, critical=1),
            topic=Topic.FLOW_CONTROL,
            needs=Needs.FLOW_CONTROL,
        ),
        Panel(
            title="Outcomes of flow control",
            answers="What becomes of requests: Dispatched is good; Rejected and Evicted ones got an error.",
            queries=(
                Query(
                    expr=total(of_gateways("llmd:flow_control_requests:rate5m"), "outcome"),
                    legend="{{outcome}}",
                ),
            ),
            unit=Unit.REQUESTS_PER_SECOND,
            kind=Kind.AREAS,
            topic=Topic.FLOW_CONTROL,
            needs=Needs.FLOW_CONTROL,
        ),
        Panel(
            title="Dispatched by priority",
            answers="How the pool is shared between priorities.",
            queries=(
                Query(
                    expr=total(
                        of_gateways("llmd:flow_control_requests:rate5m", outcome="Dispatched"),
                        "priority",
                    ),
                    legend="priority {{priority}}",
                ),
            ),
            unit=Unit.REQUESTS_PER_SECOND,
            kind=Kind.AREAS,
            topic=Topic.FLOW_CONTROL,
            needs=Needs.FLOW_CONTROL,
        ),
        Panel(
            title="Text held in the gateway",
            answers="Memory of the requests that wait in the gateway, by model.",
            queries=(
                Query(
                    expr=largest(20, total(_models("llmd:flow_control_queue_bytes:sum"), "model")),
                    legend="{{model}}",
                ),
            ),
            unit=Unit.BYTES,
            topic=Topic.FLOW_CONTROL,
            needs=Needs.FLOW_CONTROL,
        ),
        Panel(
            title="Use of the queue's limit",
            answers="How full the gateway's queue is, by what is limited. At 100 % requests are refused. Without a "
            "limit there is nothing to show.",
            queries=(
                Query(
                    expr=f"max by (pool, resource) "
                    f"({of_gateways('llmd:flow_control_capacity_usage:max')})",
                    legend="{{pool}} {{resource}}",
                ),
            ),
            unit=Unit.RATIO,
            limits=Limits(warning=0.8, critical=1),
            topic=Topic.FLOW_CONTROL,
            needs=Needs.FLOW_LIMIT,
        ),
        Panel(
            title="Endpoints with stale metrics",
            answers="Endpoints whose metrics are too old to judge saturation by.",
            queries=(
                Query(
                    expr=f"max by (detector) "
                    f"({of_gateways('llmd:flow_control_stale_endpoints:max')})",
                    legend="{{detector}}",
                ),
            ),
            unit=Unit.COUNT,
            limits=Limits(warning=1, critical=2),
            topic=Topic.FLOW_CONTROL,
            needs=Needs.FLOW_CONTROL_0_9,
        ),
        Panel(
            title="Growth of the gateway's queue",
            answers="Requests that the queue gains in a second. Above 0 for long: more comes in than the pool serves.",
            queries=(
                Query(
                    expr=f"sum(deriv({of_gateways('llmd:flow_control_queue_size:sum')}[5m]))",
                    legend="growth",
                ),
            ),
            unit=Unit.REQUESTS_PER_SECOND,
            minimum=None,
            topic=Topic.FLOW_CONTROL,
            needs=Needs.FLOW_CONTROL,
        ),
        Panel(
            title="Cost of flow control P99",
            answers="Time of one cycle of the dispatcher, and of putting a request into the queue.",
            queries=(
                Query(
                    expr=quantile(
                        0.99, of_gateways("llmd:flow_control_dispatch_seconds_bucket:rate5m")
                    ),
                    legend="dispatch cycle",
                ),
                Query(
                    expr=quantile(
                        0.99, of_gateways("llmd:flow_control_enqueue_seconds_bucket:rate5m")
                    ),
                    legend="enqueue",
                ),
            ),
            unit=Unit.SECONDS,
            topic=Topic.FLOW_CONTROL,
            needs=Needs.FLOW_CONTROL,
        ),
    ),
)

_KV_INDEX = Row(
    title="KV-block index",
    collapsed=True,
    panels=(
        Panel(
            title="Lookups that found something",
            answers="Share of the lookups in the index of KV blocks that found a block.",
            queries=(
                Query(
                    expr=share(
                        of_gateways("llmd:kv_index_hits:rate5m"),
                        of_gateways("llmd:kv_index_lookups:rate5m"),
                        "job",
                    ),
                    legend="{{job}}",
                ),
            ),
            unit=Unit.RATIO,
            maximum=1,
            topic=Topic.PREFIX_CACHING,
            needs=Needs.KV_INDEX,
            width=12,
        ),
        Panel(
            title="Blocks that come and go",
            answers="Blocks added to the index and removed from it. Removals as fast as additions: caches are full.",
            queries=(
                Query(expr=total(of_gateways("llmd:kv_index_admissions:rate5m")), legend="added"),
                Query(expr=total(of_gateways("llmd:kv_index_evictions:rate5m")), legend="removed"),
            ),
            unit=Unit.EVENTS_PER_SECOND,
            topic=Topic.PREFIX_CACHING,
            needs=Needs.KV_INDEX,
            width=12,
        ),
    ),
)

_SIZES = Row(
    title="Size of requests and answers, streams",
    collapsed=True,
    panels=(
        Panel(
            title="Prompt tokens",
            answers="How long prompts are.",
            queries=quantiles(_models("llmd:epp_input_tokens_bucket:rate5m")),
            unit=Unit.TOKENS,
        ),
        Panel(
            title="Answer tokens",
            answers="How long answers are.",
            queries=quantiles(_models("llmd:epp_output_tokens_bucket:rate5m")),
            unit=Unit.TOKENS,
        ),
        Panel(
            title="Cached prompt tokens",
            answers="How much of the prompts model servers found in their caches, as they report in their answers.",
            queries=quantiles(_models("llmd:epp_cached_tokens_bucket:rate5m")),
            unit=Unit.TOKENS,
        ),
        Panel(
            title="Size of requests",
            answers="Bytes of a request's body.",
            queries=quantiles(_models("llmd:epp_request_bytes_bucket:rate5m")),
            unit=Unit.BYTES,
        ),
        Panel(
            title="Size of answers",
            answers="Bytes of an answer's body; streams are not measured.",
            queries=quantiles(_models("llmd:epp_response_bytes_bucket:rate5m")),
            unit=Unit.BYTES,
        ),
        Panel(
            title="Duration by output token",
            answers="Duration of a request divided by its output tokens: comparable between short and long answers.",
            queries=quantiles(
                _models("llmd:epp_normalized_time_per_output_token_seconds_bucket:rate5m")
            ),
            unit=Unit.SECONDS,
        ),
        Panel(
            title="Streams from the proxy by code",
            answers="How the proxy's streams to the Endpoint Picker end. Canceled is a client that went away.",
            queries=(
                Query(
                    expr=total(of_gateways("llmd:extproc_streams:rate5m"), "code"),
                    legend="{{code}}",
                ),
            ),
            unit=Unit.EVENTS_PER_SECOND,
            kind=Kind.AREAS,
            needs=Needs.STREAM_METRICS,
        ),
    ),
)

BOARD = Board(
    name="inference-gateway",
    title="llm-d / Inference gateway",
    description="What the Endpoint Picker admits and refuses, and how it spreads the load over model servers.",
    variables=(namespace(_SERIES), gateway(_SERIES), model(_SERIES)),
    rows=(_NOW, _REQUESTS, _POOLS, _SCHEDULING, _PREFIX, _FLOW_CONTROL, _KV_INDEX, _SIZES),
    links=(FAILURE, VLLM),
)
