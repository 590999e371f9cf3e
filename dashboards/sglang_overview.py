"""SGLang: what users get, how much they ask for, and how full the servers are."""

from dashboards.building.board import Board, Row
from dashboards.building.panel import Kind, Limits, Needs, Panel, Topic, number
from dashboards.building.query import (
    USERS,
    Query,
    largest,
    mean,
    of_models,
    of_namespaces,
    of_pods,
    or_none,
    or_zero,
    quantile_now,
    quantiles,
    share,
    spread,
    total,
)
from dashboards.building.target import DRILL_DOWN, FAILURE, PERFORMANCE
from dashboards.building.unit import Unit
from dashboards.building.variable import model, namespace, pod

_SERIES = "llmd:requests_running:sum"
_ALL_PRIORITIES = 'priority=""'
"""With priority scheduling, SGLang exports the sum next to its parts."""


def _models(series: str, *matchers: str, **equal: str) -> str:
    return of_models(series, *matchers, server="sglang", **equal)


def _pods(series: str, *matchers: str, **equal: str) -> str:
    return of_pods(series, *matchers, server="sglang", **equal)


def _raw(series: str, *matchers: str) -> str:
    return of_namespaces(f"sglang:{series}", 'model_name=~"$model"', 'pod=~"$pod"', *matchers)


_NOW = Row(
    title="Now",
    panels=(
        number(
            title="Requests",
            answers="Requests that SGLang finished in a second, broken-off ones included.",
            expr=or_zero(total(_models("llmd:requests_finished:rate5m", USERS))),
            unit=Unit.REQUESTS_PER_SECOND,
        ),
        number(
            title="Broken off",
            answers="Share of the finished requests that were broken off: by clients, or by the server.",
            expr=share(
                _models("llmd:requests_finished:rate5m", USERS, reason="abort"),
                _models("llmd:requests_finished:rate5m", USERS),
            ),
            unit=Unit.RATIO,
            limits=Limits(warning=0.05, critical=0.2),
            decimals=2,
        ),
        number(
            title="First token P99",
            answers="99 of 100 requests got their first token within this time. 0.1 s is the finest step.",
            expr=quantile_now(0.99, _models("llmd:ttft_seconds_bucket:rate5m", USERS)),
            unit=Unit.SECONDS,
            nothing="no requests",
            limits=Limits(warning=2, critical=10),
        ),
        number(
            title="Between tokens P99",
            answers="99 of 100 tokens came within this time after the one before.",
            expr=quantile_now(0.99, _models("llmd:inter_token_seconds_bucket:rate5m")),
            unit=Unit.SECONDS,
            nothing="no requests",
            limits=Limits(warning=0.1, critical=0.5),
        ),
        number(
            title="Waiting",
            answers="Requests that servers hold and don't execute yet.",
            expr=or_zero(total(_models("llmd:requests_waiting:sum"))),
            unit=Unit.COUNT,
            limits=Limits(warning=10, critical=50),
        ),
        number(
            title="Fullest KV cache",
            answers="KV cache in use in the fullest pod. Near 100 %, requests wait or are retracted.",
            expr=f"max({_models('llmd:kv_cache_usage:max')})",
            unit=Unit.RATIO,
            limits=Limits(warning=0.8, critical=0.95),
            decimals=0,
            maximum=1,
        ),
    ),
)

_LATENCY = Row(
    title="Latency",
    panels=(
        Panel(
            title="Time to first token",
            answers="How long users wait for the first token, queueing and prefill together.",
            queries=(
                *quantiles(
                    _models("llmd:ttft_seconds_bucket:rate5m", USERS), shares=(0.5, 0.9, 0.95, 0.99)
                ),
                Query(
                    expr=mean("llmd:ttft_seconds", matchers=(USERS,), server="sglang"),
                    legend="mean",
                ),
            ),
            unit=Unit.SECONDS,
            limits=Limits(warning=2, critical=10),
        ),
        Panel(
            title="Inter-token latency",
            answers="How fast text flows once it has begun.",
            queries=(
                *quantiles(
                    _models("llmd:inter_token_seconds_bucket:rate5m"), shares=(0.5, 0.9, 0.95, 0.99)
                ),
                Query(expr=mean("llmd:inter_token_seconds", server="sglang"), legend="mean"),
            ),
            unit=Unit.SECONDS,
            limits=Limits(warning=0.1, critical=0.5),
        ),
        Panel(
            title="End-to-end latency",
            answers="Arrival at the server to the last token.",
            queries=quantiles(_models("llmd:e2e_seconds_bucket:rate5m", USERS)),
            unit=Unit.SECONDS,
        ),
        Panel(
            title="Queue time",
            answers="How long requests wait in the server before they are scheduled.",
            queries=quantiles(
                _models("llmd:queue_seconds_bucket:rate5m", USERS), shares=(0.5, 0.99)
            ),
            unit=Unit.SECONDS,
        ),
    ),
)

_TRAFFIC = Row(
    title="Traffic",
    panels=(
        Panel(
            title="Token throughput",
            answers="Tokens as SGLang processes them: prompts computed, prompts from cache, generated.",
            queries=(
                Query(
                    expr=total(
                        f"rate({_raw('realtime_tokens_total', _ALL_PRIORITIES)}[$__rate_interval])",
                        "mode",
                    ),
                    legend="{{mode}}",
                ),
            ),
            unit=Unit.TOKENS_PER_SECOND,
            kind=Kind.AREAS,
            topic=Topic.SERVING,
        ),
        Panel(
            title="Finished requests by reason",
            answers="Completed ones, and those broken off.",
            queries=(
                Query(
                    expr=total(_models("llmd:requests_finished:rate5m", USERS), "reason"),
                    legend="{{reason}}",
                ),
            ),
            unit=Unit.REQUESTS_PER_SECOND,
            kind=Kind.AREAS,
        ),
        Panel(
            title="HTTP answers",
            answers="Answers by class. 4xx: requests that can't be served as they are.",
            queries=(
                Query(
                    expr=or_none(total(_models("llmd:http_requests:rate5m"), "status"), "status"),
                    legend="{{status}}",
                ),
            ),
            unit=Unit.REQUESTS_PER_SECOND,
            kind=Kind.AREAS,
        ),
    ),
)

_SATURATION = Row(
    title="Saturation",
    panels=(
        Panel(
            title="Running and waiting requests",
            answers="Load of all servers. Waiting that grows while running stays flat: the servers are full.",
            queries=(
                Query(expr=total(_models("llmd:requests_running:sum")), legend="running"),
                Query(expr=total(_models("llmd:requests_waiting:sum")), legend="waiting"),
            ),
            unit=Unit.COUNT,
        ),
        Panel(
            title="KV cache in use, over pods",
            answers="How full the KV caches are; cached tokens that may be dropped count as free.",
            queries=spread(_pods("llmd:kv_cache_usage:max")),
            unit=Unit.RATIO,
            limits=Limits(warning=0.8, critical=0.95),
            maximum=1,
        ),
        Panel(
            title="Retractions",
            answers="Requests taken out of a batch for lack of KV cache; their work is done again.",
            queries=(
                Query(expr=total(_models("llmd:preemptions:rate5m"), "model"), legend="{{model}}"),
            ),
            unit=Unit.EVENTS_PER_SECOND,
            limits=Limits(warning=0.1, critical=1),
        ),
    ),
)

_CACHE = Row(
    title="Prefix cache",
    panels=(
        Panel(
            title="Prefix-cache hit ratio",
            answers="Share of prompt tokens that are in the cache. SGLang's own gauge tells the last prefill only.",
            queries=(
                Query(
                    expr="max by (namespace, model) ("
                    + _models("llmd:prefix_cache_hit:ratio_rate5m")
                    + ")",
                    legend="{{model}}",
                ),
            ),
            unit=Unit.RATIO,
            maximum=1,
            topic=Topic.PREFIX_CACHING,
            width=12,
        ),
        Panel(
            title="Prompt tokens by origin",
            answers="input: computed. Hits by tier: device is GPU memory, host is main memory, storage is beyond.",
            queries=(
                Query(
                    expr=total(
                        "rate("
                        + _raw("prefill_effective_tokens_total", _ALL_PRIORITIES)
                        + "[$__rate_interval])",
                        "mode",
                    ),
                    legend="{{mode}}",
                ),
            ),
            unit=Unit.TOKENS_PER_SECOND,
            kind=Kind.AREAS,
            topic=Topic.PREFIX_CACHING,
            width=12,
        ),
    ),
)

_PODS = Row(
    title="Pods",
    panels=(
        Panel(
            title="Pods now",
            answers="Each chosen pod; a click on its name opens the drill-down.",
            queries=(
                Query(expr=total(_pods("llmd:requests_waiting:sum"), "namespace", "pod", "model")),
                Query(expr=total(_pods("llmd:requests_running:sum"), "namespace", "pod", "model")),
                Query(expr=f"max by (namespace, pod, model) ({_pods('llmd:kv_cache_usage:max')})"),
                Query(
                    expr=total(_pods("llmd:generation_tokens:rate5m"), "namespace", "pod", "model")
                ),
                Query(expr=total(_pods("llmd:preemptions:rate5m"), "namespace", "pod", "model")),
            ),
            unit=Unit.COUNT,
            kind=Kind.TABLE,
            keys=("namespace", "pod", "model"),
            columns=(
                ("Waiting", Unit.COUNT),
                ("Running", Unit.COUNT),
                ("KV cache", Unit.RATIO),
                ("Generated", Unit.TOKENS_PER_SECOND),
                ("Retractions", Unit.EVENTS_PER_SECOND),
            ),
            width=16,
            height=9,
            drill_down=DRILL_DOWN,
        ),
        Panel(
            title="Longest queues",
            answers="The ten pods with most waiting requests.",
            queries=(
                Query(
                    expr=largest(10, total(_pods("llmd:requests_waiting:sum"), "namespace", "pod")),
                    legend="{{pod}}",
                ),
            ),
            unit=Unit.COUNT,
            kind=Kind.BARS,
            limits=Limits(warning=10, critical=50),
            height=9,
            drill_down=DRILL_DOWN,
        ),
    ),
)

_QUEUES = Row(
    title="Queues in detail",
    collapsed=True,
    panels=(
        Panel(
            title="Queues of the scheduler",
            answers="Where requests wait: for the batch, for a compiled grammar, or for KV data between prefill and "
            "decode pods.",
            queries=tuple(
                Query(expr=total(_raw(series, _ALL_PRIORITIES)), legend=legend)
                for series, legend in (
                    ("num_queue_reqs", "for the batch"),
                    ("num_grammar_queue_reqs", "for a grammar"),
                    ("num_prefill_bootstrap_queue_reqs", "prefill: handshake"),
                    ("num_prefill_inflight_queue_reqs", "prefill: sending"),
                    ("num_decode_prealloc_queue_reqs", "decode: for room"),
                    ("num_decode_transfer_queue_reqs", "decode: receiving"),
                )
            ),
            unit=Unit.COUNT,
            width=24,
        ),
    ),
)

BOARD = Board(
    name="sglang-overview",
    title="llm-d / SGLang overview",
    description="What users of SGLang get, how much they ask for, and how full the servers are.",
    variables=(
        namespace(_SERIES, server="sglang"),
        model(_SERIES, server="sglang"),
        pod(_SERIES, server="sglang"),
    ),
    rows=(_NOW, _LATENCY, _TRAFFIC, _SATURATION, _CACHE, _PODS, _QUEUES),
    links=(FAILURE, PERFORMANCE, DRILL_DOWN),
    needs=Needs.SGLANG,
)
