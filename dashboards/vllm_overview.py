"""vLLM: what users get, how much they ask for, and how full the servers are."""

from dashboards.building.board import Board, Row
from dashboards.building.panel import Kind, Limits, Needs, Panel, Topic, number
from dashboards.building.query import (
    USERS,
    Query,
    largest,
    mean,
    of_models,
    of_pods,
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


def _models(series: str, *matchers: str, **equal: str) -> str:
    return of_models(series, *matchers, server="vllm", **equal)


def _pods(series: str, *matchers: str, **equal: str) -> str:
    return of_pods(series, *matchers, server="vllm", **equal)


_NOW = Row(
    title="Now",
    panels=(
        number(
            title="Requests",
            answers="Requests that vLLM finished in a second, prefill legs left out.",
            expr=or_zero(total(_models("llmd:requests_finished:rate5m", USERS))),
            unit=Unit.REQUESTS_PER_SECOND,
        ),
        number(
            title="Failed",
            answers="Share of the finished requests that ended with an error of the engine.",
            expr=share(
                _models("llmd:requests_finished:rate5m", USERS, reason="error"),
                _models("llmd:requests_finished:rate5m", USERS),
            ),
            unit=Unit.RATIO,
            limits=Limits(warning=0.01, critical=0.05),
            decimals=2,
        ),
        number(
            title="First token P99",
            answers="99 of 100 requests got their first token within this time.",
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
            title="Waiting for room",
            answers="Requests that wait for a place in a batch or in the KV cache. Above 0 for long: too few servers.",
            expr=or_zero(total(_models("llmd:requests_waiting_capacity:sum"))),
            unit=Unit.COUNT,
            limits=Limits(warning=10, critical=50),
        ),
        number(
            title="Fullest KV cache",
            answers="KV cache in use in the fullest pod. Near 100 %, requests wait or are preempted.",
            expr=f"max({_models('llmd:kv_cache_usage:max')})",
            unit=Unit.RATIO,
            limits=Limits(warning=0.8, critical=0.95),
            maximum=1,
            decimals=0,
        ),
    ),
)

_LATENCY = Row(
    title="Latency",
    panels=(
        Panel(
            title="Time to first token",
            answers="How long users wait for the first token: queueing, prefill and KV transfer together.",
            queries=quantiles(_models("llmd:ttft_seconds_bucket:rate5m", USERS)),
            unit=Unit.SECONDS,
            limits=Limits(warning=2, critical=10),
            topic=Topic.SERVING,
        ),
        Panel(
            title="Inter-token latency",
            answers="How fast text flows once it has begun. One observation a token.",
            queries=quantiles(_models("llmd:inter_token_seconds_bucket:rate5m")),
            unit=Unit.SECONDS,
            limits=Limits(warning=0.1, critical=0.5),
            topic=Topic.SERVING,
        ),
        Panel(
            title="End-to-end latency",
            answers="Arrival at the server to the last token, of finished requests. Long answers take long: compare "
            "with the lengths below.",
            queries=quantiles(_models("llmd:e2e_seconds_bucket:rate5m", USERS)),
            unit=Unit.SECONDS,
            topic=Topic.SERVING,
        ),
        Panel(
            title="Time to first token by model, P99",
            answers="Which model is slow to begin.",
            queries=(
                Query(
                    expr=quantile_now(
                        0.99, _models("llmd:ttft_seconds_bucket:rate5m", USERS), "model"
                    ),
                    legend="{{model}}",
                ),
            ),
            unit=Unit.SECONDS,
        ),
        Panel(
            title="Queue time",
            answers="How long requests wait in the server before they are scheduled.",
            queries=(
                *quantiles(_models("llmd:queue_seconds_bucket:rate5m", USERS), shares=(0.5, 0.99)),
                Query(
                    expr=mean("llmd:queue_seconds", matchers=(USERS,), server="vllm"),
                    legend="mean",
                ),
            ),
            unit=Unit.SECONDS,
            topic=Topic.SERVING,
        ),
        Panel(
            title="Time in the engine",
            answers="Scheduled to the last token: what is left of the end-to-end latency without the queue.",
            queries=quantiles(
                _models("llmd:inference_seconds_bucket:rate5m", USERS), shares=(0.5, 0.99)
            ),
            unit=Unit.SECONDS,
        ),
        Panel(
            title="Where the time goes",
            answers="Mean time of a request in each phase. Queue: too few servers. Prefill: long prompts, few cache "
            "hits. Decode: long answers, large batches.",
            queries=(
                Query(
                    expr=mean("llmd:queue_seconds", matchers=(USERS,), server="vllm"),
                    legend="queue",
                ),
                Query(
                    expr=mean("llmd:prefill_seconds", matchers=(USERS,), server="vllm"),
                    legend="prefill",
                ),
                Query(expr=mean("llmd:decode_seconds", server="vllm"), legend="decode"),
            ),
            unit=Unit.SECONDS,
            kind=Kind.AREAS,
            topic=Topic.SERVING,
        ),
    ),
)

_TRAFFIC = Row(
    title="Traffic",
    panels=(
        Panel(
            title="Finished requests by reason",
            answers="How answers end: stop is the model's own end, length the limit of the request, error a fault of "
            "the engine. Clients that go away aren't under abort: see the next panel.",
            queries=(
                Query(
                    expr=total(_models("llmd:requests_finished:rate5m", USERS), "reason"),
                    legend="{{reason}}",
                ),
            ),
            unit=Unit.REQUESTS_PER_SECOND,
            kind=Kind.AREAS,
            topic=Topic.SERVING,
        ),
        Panel(
            title="Requests broken off by clients",
            answers="Clients that went away before the end, an estimate over 30 minutes: vLLM counts none of them.",
            queries=(
                Query(
                    expr=total(_models("llmd:requests_aborted:rate30m", USERS), "model"),
                    legend="{{model}}",
                ),
            ),
            unit=Unit.REQUESTS_PER_SECOND,
        ),
        Panel(
            title="Token throughput",
            answers="Tokens in a second: computed for prompts, read from caches for prompts, and generated.",
            queries=(
                Query(
                    expr=total(_models("llmd:prompt_tokens:rate5m", USERS)),
                    legend="prompt, as sent",
                ),
                Query(
                    expr=total(_models("llmd:prompt_tokens_computed:rate5m")),
                    legend="prompt, computed",
                ),
                Query(
                    expr=total(_models("llmd:generation_tokens:rate5m", USERS)), legend="generated"
                ),
            ),
            unit=Unit.TOKENS_PER_SECOND,
            topic=Topic.SERVING,
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
                Query(
                    expr=total(_models("llmd:requests_waiting_capacity:sum")),
                    legend="of these, for room",
                ),
            ),
            unit=Unit.COUNT,
            topic=Topic.SERVING,
        ),
        Panel(
            title="KV cache in use, over pods",
            answers="How full the KV caches are. A high maximum over a low median: requests are spread unevenly.",
            queries=spread(_pods("llmd:kv_cache_usage:max")),
            unit=Unit.RATIO,
            limits=Limits(warning=0.8, critical=0.95),
            maximum=1,
            topic=Topic.SERVING,
        ),
        Panel(
            title="Preemptions",
            answers="Requests thrown out of a batch for lack of KV cache; their work is done again.",
            queries=(
                Query(expr=total(_models("llmd:preemptions:rate5m"), "model"), legend="{{model}}"),
            ),
            unit=Unit.EVENTS_PER_SECOND,
            limits=Limits(warning=0.1, critical=1),
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
                ("Preemptions", Unit.EVENTS_PER_SECOND),
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

_SHAPE = Row(
    title="Shape of requests",
    collapsed=True,
    panels=(
        Panel(
            title="Prompt length",
            answers="How long prompts are: requests in a second by length.",
            queries=(
                Query(
                    expr=total(_models("llmd:request_prompt_tokens_bucket:rate5m", USERS), "le"),
                    legend="{{le}}",
                ),
            ),
            unit=Unit.TOKENS,
            kind=Kind.HEATMAP,
            minimum=None,
            width=12,
        ),
        Panel(
            title="Answer length",
            answers="How long answers are: requests in a second by length.",
            queries=(
                Query(
                    expr=total(
                        _models("llmd:request_generation_tokens_bucket:rate5m", USERS), "le"
                    ),
                    legend="{{le}}",
                ),
            ),
            unit=Unit.TOKENS,
            kind=Kind.HEATMAP,
            minimum=None,
            width=12,
        ),
        Panel(
            title="Accepted speculation",
            answers="Share of the speculated tokens that the model accepted. Low: speculation costs more than it "
            "gives.",
            queries=(
                Query(
                    expr=share(
                        _models("llmd:spec_decode_accepted_tokens:rate5m"),
                        _models("llmd:spec_decode_draft_tokens:rate5m"),
                        "model",
                    ),
                    legend="{{model}}",
                ),
            ),
            unit=Unit.RATIO,
            maximum=1,
            needs=Needs.SPECULATION,
            width=24,
        ),
    ),
)

BOARD = Board(
    name="vllm-overview",
    title="llm-d / vLLM overview",
    description="What users of vLLM get, how much they ask for, and how full the servers are.",
    variables=(
        namespace(_SERIES, server="vllm"),
        model(_SERIES, server="vllm"),
        pod(_SERIES, server="vllm"),
    ),
    rows=(_NOW, _LATENCY, _TRAFFIC, _SATURATION, _PODS, _SHAPE),
    links=(FAILURE, PERFORMANCE, DRILL_DOWN),
)
