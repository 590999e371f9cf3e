"""Performance and KV cache: how fast each model is, and what its caches save."""

from dashboards.building.board import Board, Row
from dashboards.building.panel import Kind, Limits, Needs, Panel, Topic, number
from dashboards.building.query import (
    USERS,
    Query,
    largest,
    of_models,
    of_namespaces,
    of_pods,
    or_zero,
    quantile,
    share,
    spread,
    total,
)
from dashboards.building.target import DRILL_DOWN, FAILURE
from dashboards.building.unit import Unit
from dashboards.building.variable import model, namespace, pod

_SERIES = "llmd:requests_running:sum"


def _by_model(histogram: str, *matchers: str) -> tuple[Query, ...]:
    """The median and the slowest hundredth of each model; bounds differ between servers, so these stay apart."""
    buckets = of_models(f"{histogram}_bucket:rate5m", *matchers)
    return tuple(
        Query(
            expr=quantile(below, buckets, "model", "server"),
            legend=f"{{{{model}}}} {{{{server}}}} P{below * 100:g}",
        )
        for below in (0.99, 0.5)
    )


def _looked_up(series: str) -> str:
    """Where prefill has pods of its own, those of decode only look up what they are about to fetch."""
    by = ("namespace", "model", "server")
    but_decode = total(of_models(series, 'role!="decode"'), *by)
    return f"sum({but_decode} or {total(of_models(series), *by)})"


_HITS = _looked_up("llmd:prefix_cache_hits:rate5m")
_LOOKUPS = _looked_up("llmd:prefix_cache_queries:rate5m")

_NOW = Row(
    title="Now",
    panels=(
        number(
            title="First token P95",
            answers="95 of 100 requests got their first token within this time, at the slowest model.",
            expr="max("
            + quantile(0.95, of_models("llmd:ttft_seconds_bucket:rate5m", USERS), "model", "server")
            + " >= 0)",
            unit=Unit.SECONDS,
            nothing="no requests",
            limits=Limits(warning=1, critical=5),
        ),
        number(
            title="Between tokens P95",
            answers="95 of 100 tokens came within this time after the one before, at the slowest model.",
            expr="max("
            + quantile(0.95, of_models("llmd:inter_token_seconds_bucket:rate5m"), "model", "server")
            + " >= 0)",
            unit=Unit.SECONDS,
            nothing="no requests",
            limits=Limits(warning=0.1, critical=0.5),
        ),
        number(
            title="Generated",
            answers="Tokens generated in a second.",
            expr=or_zero(total(of_models("llmd:generation_tokens:rate5m", USERS))),
            unit=Unit.TOKENS_PER_SECOND,
        ),
        number(
            title="Prompts from cache",
            answers="Share of prompt tokens found in the prefix cache: each is prefill work saved.",
            expr=f"{_HITS} / ({_LOOKUPS} > 0) or {_LOOKUPS} * 0",
            unit=Unit.RATIO,
            decimals=0,
            maximum=1,
            topic=Topic.PREFIX_CACHING,
        ),
        number(
            title="KV cache in use",
            answers="KV cache in use, mean over the chosen pods.",
            expr=f"avg({of_pods('llmd:kv_cache_usage:avg')})",
            unit=Unit.RATIO,
            limits=Limits(warning=0.8, critical=0.95),
            decimals=0,
            maximum=1,
        ),
        number(
            title="Preemptions",
            answers="Requests thrown out of a batch in a second for lack of KV cache.",
            expr=or_zero(total(of_models("llmd:preemptions:rate5m"))),
            unit=Unit.EVENTS_PER_SECOND,
            limits=Limits(warning=0.1, critical=1),
        ),
    ),
)

_LATENCY = Row(
    title="Latency by model",
    panels=(
        Panel(
            title="Time to first token",
            answers="How long users of each model wait for the first token.",
            queries=_by_model("llmd:ttft_seconds", USERS),
            unit=Unit.SECONDS,
        ),
        Panel(
            title="Inter-token latency",
            answers="How fast each model's text flows once it has begun.",
            queries=_by_model("llmd:inter_token_seconds"),
            unit=Unit.SECONDS,
        ),
        Panel(
            title="Time per output token",
            answers="Mean gap between tokens of a request; long answers weigh no more than short ones here.",
            queries=_by_model("llmd:time_per_output_token_seconds"),
            unit=Unit.SECONDS,
            topic=Topic.SERVING,
        ),
    ),
)

_THROUGHPUT = Row(
    title="Throughput",
    panels=(
        Panel(
            title="Requests finished by model",
            answers="Finished requests, prefill legs left out.",
            queries=(
                Query(
                    expr=total(of_models("llmd:requests_finished:rate5m", USERS), "model"),
                    legend="{{model}}",
                ),
            ),
            unit=Unit.REQUESTS_PER_SECOND,
            kind=Kind.AREAS,
        ),
        Panel(
            title="Model throughput",
            answers="Prompt and generated tokens of each model together, as users sent and got them.",
            queries=(
                Query(
                    expr=f"{total(of_models('llmd:prompt_tokens:rate5m', USERS), 'model')} + "
                    f"{total(of_models('llmd:generation_tokens:rate5m', USERS), 'model')}",
                    legend="{{model}}",
                ),
            ),
            unit=Unit.TOKENS_PER_SECOND,
            kind=Kind.AREAS,
            topic=Topic.SERVING,
        ),
        Panel(
            title="Generation rate",
            answers="Tokens that each model generates.",
            queries=(
                Query(
                    expr=total(of_models("llmd:generation_tokens:rate5m", USERS), "model"),
                    legend="{{model}}",
                ),
            ),
            unit=Unit.TOKENS_PER_SECOND,
            kind=Kind.AREAS,
            topic=Topic.SERVING,
        ),
        Panel(
            title="Running and waiting requests",
            answers="Load of the chosen models. Waiting that grows while running stays flat: the servers are full.",
            queries=(
                Query(
                    expr=total(of_models("llmd:requests_running:sum"), "model"),
                    legend="{{model}} running",
                ),
                Query(
                    expr=total(of_models("llmd:requests_waiting:sum"), "model"),
                    legend="{{model}} waiting",
                ),
            ),
            unit=Unit.COUNT,
        ),
        Panel(
            title="Token distribution over pods",
            answers="How evenly work is spread: prompt tokens computed and tokens generated by a pod.",
            queries=spread(
                f"{total(of_pods('llmd:prompt_tokens_computed:rate5m'), 'namespace', 'pod')} + "
                f"{total(of_pods('llmd:generation_tokens:rate5m'), 'namespace', 'pod')}"
            ),
            unit=Unit.TOKENS_PER_SECOND,
            topic=Topic.ROUTING,
        ),
        Panel(
            title="Idle pods",
            answers="Pods that execute nothing now, of all chosen ones.",
            queries=(
                Query(
                    expr=or_zero(f"count({of_pods('llmd:requests_running:sum')} == 0)"),
                    legend="idle",
                ),
                Query(expr=f"count({of_pods('llmd:requests_running:sum')})", legend="all"),
            ),
            unit=Unit.COUNT,
            topic=Topic.ROUTING,
        ),
    ),
)

_KV_CACHE = Row(
    title="KV cache",
    panels=(
        Panel(
            title="KV cache in use, over pods",
            answers="How full the KV caches are. Requests wait or are preempted when they are full.",
            queries=spread(of_pods("llmd:kv_cache_usage:max")),
            unit=Unit.RATIO,
            limits=Limits(warning=0.8, critical=0.95),
            maximum=1,
        ),
        Panel(
            title="Room in KV caches",
            answers="Tokens that the KV caches of each model hold, and those in use, where servers tell the size.",
            queries=(
                Query(
                    expr=total(of_models("llmd:kv_cache_capacity_tokens:sum"), "model"),
                    legend="{{model}} size",
                ),
                Query(
                    expr=total(
                        f"{of_models('llmd:kv_cache_capacity_tokens:sum')} * "
                        f"{of_models('llmd:kv_cache_usage:avg')}",
                        "model",
                    ),
                    legend="{{model}} in use",
                ),
            ),
            unit=Unit.TOKENS,
            # vLLM tells the size as a label of an info series only.
            needs=Needs.SGLANG,
        ),
        Panel(
            title="Fullest KV caches",
            answers="The ten pods with the fullest KV caches now.",
            queries=(
                Query(
                    expr=largest(
                        10, f"max by (namespace, pod) ({of_pods('llmd:kv_cache_usage:max')})"
                    ),
                    legend="{{pod}}",
                ),
            ),
            unit=Unit.RATIO,
            kind=Kind.BARS,
            limits=Limits(warning=0.8, critical=0.95),
            maximum=1,
            topic=Topic.SERVING,
            drill_down=DRILL_DOWN,
        ),
        Panel(
            title="Preemptions by model",
            answers="Requests thrown out of a batch for lack of KV cache; their work is done again.",
            queries=(
                Query(
                    expr=total(of_models("llmd:preemptions:rate5m"), "model"), legend="{{model}}"
                ),
            ),
            unit=Unit.EVENTS_PER_SECOND,
        ),
    ),
)

_PREFIX = Row(
    title="Prefix cache",
    panels=(
        Panel(
            title="Prefix-cache hit ratio",
            answers="Share of prompt tokens that are in the prefix cache, over the last minutes and not since start.",
            queries=(
                Query(
                    expr=of_models("llmd:prefix_cache_hit:ratio_rate5m"),
                    legend="{{model}} {{server}}",
                ),
            ),
            unit=Unit.RATIO,
            maximum=1,
            topic=Topic.PREFIX_CACHING,
        ),
        Panel(
            title="Prefix-cache hit ratio of pods, lowest",
            answers="The ten pods that find least in their caches, of those that are asked. One pod alone: it was "
            "restarted, or gets prompts that belong elsewhere.",
            queries=(
                Query(
                    expr="bottomk(10, "
                    + total(of_pods("llmd:prefix_cache_hits:rate5m"), "namespace", "pod")
                    + " / ("
                    + total(of_pods("llmd:prefix_cache_queries:rate5m"), "namespace", "pod")
                    + " > 0))",
                    legend="{{pod}}",
                ),
            ),
            unit=Unit.RATIO,
            kind=Kind.BARS,
            maximum=1,
            topic=Topic.PREFIX_CACHING,
            drill_down=DRILL_DOWN,
        ),
        Panel(
            title="Prompt tokens by source",
            answers="Where prompt tokens come from: computed, found in the local cache, or fetched from another pod.",
            queries=(
                Query(
                    expr=total(of_models("llmd:prompt_tokens_by_source:rate5m"), "source"),
                    legend="{{source}}",
                ),
            ),
            unit=Unit.TOKENS_PER_SECOND,
            kind=Kind.AREAS,
            topic=Topic.PREFIX_CACHING,
        ),
        Panel(
            title="Found by the KV connector",
            answers="Of the tokens asked of a KV connector (transfer, offloading) after a local miss, the share it "
            "supplied.",
            queries=(
                Query(
                    expr=share(
                        of_models("llmd:external_prefix_cache_hits:rate5m"),
                        of_models("llmd:external_prefix_cache_queries:rate5m"),
                        "model",
                    ),
                    legend="{{model}}",
                ),
            ),
            unit=Unit.RATIO,
            maximum=1,
            topic=Topic.PREFIX_CACHING,
            needs=Needs.VLLM,
        ),
    ),
)

_POOL = Row(
    title="What the gateway sees",
    panels=(
        Panel(
            title="Ready endpoints and their mean queue",
            answers="What the Endpoint Picker decides by.",
            queries=(
                Query(
                    expr=f"max by (pool) ({of_namespaces('llmd:pool_ready_endpoints:max')})",
                    legend="{{pool}} ready",
                ),
                Query(
                    expr=f"max by (pool) ({of_namespaces('llmd:pool_queue_size:avg')})",
                    legend="{{pool}} mean queue",
                ),
            ),
            unit=Unit.COUNT,
            width=12,
        ),
        Panel(
            title="KV cache of pools",
            answers="Mean use of an endpoint's KV cache, as the Endpoint Picker sees it.",
            queries=(
                Query(
                    expr=f"max by (pool) ({of_namespaces('llmd:pool_kv_cache_usage:avg')})",
                    legend="{{pool}}",
                ),
            ),
            unit=Unit.RATIO,
            limits=Limits(warning=0.8, critical=0.95),
            maximum=1,
            width=12,
        ),
    ),
)

BOARD = Board(
    name="performance",
    title="llm-d / Performance and KV cache",
    description="How fast each model is, and what its caches save; vLLM and SGLang alike.",
    variables=(namespace(_SERIES), model(_SERIES), pod(_SERIES)),
    rows=(_NOW, _LATENCY, _THROUGHPUT, _KV_CACHE, _PREFIX, _POOL),
    links=(FAILURE, DRILL_DOWN),
)
