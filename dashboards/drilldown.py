"""One pod, or a few, in detail: raw series, with the program's own labels."""

from dashboards.building.board import Board, Row
from dashboards.building.panel import Kind, Limits, Needs, Panel, Topic, number
from dashboards.building.query import (
    Query,
    largest,
    of_namespaces,
    of_pods,
    or_zero,
    quantile,
    total,
)
from dashboards.building.target import FAILURE, PERFORMANCE, VLLM
from dashboards.building.unit import Unit
from dashboards.building.variable import model, namespace, pod

_SERIES = "llmd:requests_running:sum"
_MOST = 20
"""Lines of a panel: with All pods chosen there may be hundreds."""


def _raw(series: str, *matchers: str, **equal: str) -> str:
    return of_namespaces(series, 'pod=~"$pod"', *matchers, **equal)


def _by_pod(expr: str) -> str:
    return largest(_MOST, total(expr, "namespace", "pod"))


def _mean(histogram: str) -> str:
    sums = total(of_pods(f"{histogram}_sum:rate5m"), "namespace", "pod")
    counts = total(of_pods(f"{histogram}_count:rate5m"), "namespace", "pod")
    return largest(_MOST, f"{sums} / ({counts} > 0)")


def _slowest(histogram: str, below: float = 0.99) -> str:
    """A quantile of each pod, by the raw buckets of vLLM or SGLang, whose names differ in the prefix only."""
    vllm, sglang = (
        quantile(
            below,
            f"rate({_raw(f'{program}:{histogram}_bucket')}[$__rate_interval])",
            "namespace",
            "pod",
        )
        for program in ("vllm", "sglang")
    )
    return largest(_MOST, f"{vllm} or {sglang}")


_NOW = Row(
    title="Chosen pods now",
    panels=(
        number(
            title="Pods",
            answers="Chosen pods that report.",
            expr=f"count({of_pods(_SERIES)})",
            unit=Unit.COUNT,
        ),
        number(
            title="Running",
            answers="Requests in batches.",
            expr=total(of_pods("llmd:requests_running:sum")),
            unit=Unit.COUNT,
        ),
        number(
            title="Waiting",
            answers="Requests accepted and not executed yet.",
            expr=total(of_pods("llmd:requests_waiting:sum")),
            unit=Unit.COUNT,
            limits=Limits(warning=10, critical=50),
        ),
        number(
            title="Fullest KV cache",
            answers="KV cache in use in the fullest of the pods.",
            expr=f"max({of_pods('llmd:kv_cache_usage:max')})",
            unit=Unit.RATIO,
            limits=Limits(warning=0.8, critical=0.95),
            decimals=0,
            maximum=1,
        ),
        number(
            title="Generated",
            answers="Tokens generated in a second.",
            expr=or_zero(total(of_pods("llmd:generation_tokens:rate5m"))),
            unit=Unit.TOKENS_PER_SECOND,
        ),
        number(
            title="Engine errors",
            answers="Requests that the engine ended with an error, in a second.",
            expr=or_zero(total(of_pods("llmd:requests_finished:rate5m", reason="error"))),
            unit=Unit.REQUESTS_PER_SECOND,
            limits=Limits(warning=0.01, critical=0.1),
        ),
    ),
)

_QUANTILES = Row(
    title="Slowest hundredth of each pod; choose a few pods first",
    collapsed=True,
    panels=(
        Panel(
            title="Time to first token P99",
            answers="Which pod is slow to begin.",
            queries=(Query(expr=_slowest("time_to_first_token_seconds"), legend="{{pod}}"),),
            unit=Unit.SECONDS,
        ),
        Panel(
            title="Inter-token latency P99",
            answers="Which pod's text flows slowly.",
            queries=(Query(expr=_slowest("inter_token_latency_seconds"), legend="{{pod}}"),),
            unit=Unit.SECONDS,
        ),
        Panel(
            title="End-to-end latency P99",
            answers="Which pod takes long for whole answers.",
            queries=(Query(expr=_slowest("e2e_request_latency_seconds"), legend="{{pod}}"),),
            unit=Unit.SECONDS,
        ),
    ),
)

_LATENCY = Row(
    title="Latency of pods",
    panels=(
        Panel(
            title="Time to first token, mean",
            answers="Which pod is slow to begin; the twenty slowest.",
            queries=(Query(expr=_mean("llmd:ttft_seconds"), legend="{{pod}}"),),
            unit=Unit.SECONDS,
        ),
        Panel(
            title="Inter-token latency, mean",
            answers="Which pod's text flows slowly; the twenty slowest.",
            queries=(Query(expr=_mean("llmd:inter_token_seconds"), legend="{{pod}}"),),
            unit=Unit.SECONDS,
        ),
        Panel(
            title="Queue time, mean",
            answers="In which pod requests wait before they are scheduled; the twenty slowest.",
            queries=(Query(expr=_mean("llmd:queue_seconds"), legend="{{pod}}"),),
            unit=Unit.SECONDS,
        ),
    ),
)

_LOAD = Row(
    title="Load of pods",
    panels=(
        Panel(
            title="Running requests",
            answers="Requests in the batch of each pod; the twenty largest.",
            queries=(Query(expr=_by_pod(of_pods("llmd:requests_running:sum")), legend="{{pod}}"),),
            unit=Unit.COUNT,
            topic=Topic.SERVING,
        ),
        Panel(
            title="Waiting requests",
            answers="Requests that each pod holds and doesn't execute yet; the twenty largest.",
            queries=(Query(expr=_by_pod(of_pods("llmd:requests_waiting:sum")), legend="{{pod}}"),),
            unit=Unit.COUNT,
            topic=Topic.SERVING,
        ),
        Panel(
            title="KV cache in use",
            answers="KV cache in use in the fullest engine of each pod; the twenty fullest.",
            queries=(
                Query(
                    expr=largest(
                        _MOST, f"max by (namespace, pod) ({of_pods('llmd:kv_cache_usage:max')})"
                    ),
                    legend="{{pod}}",
                ),
            ),
            unit=Unit.RATIO,
            topic=Topic.SERVING,
            limits=Limits(warning=0.8, critical=0.95),
            maximum=1,
        ),
        Panel(
            title="Finished requests",
            answers="Requests that each pod finished; the twenty largest.",
            queries=(
                Query(expr=_by_pod(of_pods("llmd:requests_finished:rate5m")), legend="{{pod}}"),
            ),
            unit=Unit.REQUESTS_PER_SECOND,
        ),
        Panel(
            title="Tokens generated",
            answers="Tokens that each pod generates; the twenty largest.",
            queries=(
                Query(expr=_by_pod(of_pods("llmd:generation_tokens:rate5m")), legend="{{pod}}"),
            ),
            unit=Unit.TOKENS_PER_SECOND,
            topic=Topic.SERVING,
        ),
        Panel(
            title="Prompt tokens computed",
            answers="Prefill work of each pod; the twenty largest.",
            queries=(
                Query(
                    expr=_by_pod(of_pods("llmd:prompt_tokens_computed:rate5m")), legend="{{pod}}"
                ),
            ),
            unit=Unit.TOKENS_PER_SECOND,
        ),
        Panel(
            title="Prefix-cache hit ratio",
            answers="Share of prompt tokens that each pod finds in its cache; the twenty that are asked most.",
            queries=(
                Query(
                    expr=total(of_pods("llmd:prefix_cache_hits:rate5m"), "namespace", "pod")
                    + " / ("
                    + _by_pod(of_pods("llmd:prefix_cache_queries:rate5m"))
                    + " > 0)",
                    legend="{{pod}}",
                ),
            ),
            unit=Unit.RATIO,
            topic=Topic.PREFIX_CACHING,
            maximum=1,
        ),
        Panel(
            title="Preemptions",
            answers="Requests that each pod threw out of a batch; the twenty largest.",
            queries=(Query(expr=_by_pod(of_pods("llmd:preemptions:rate5m")), legend="{{pod}}"),),
            unit=Unit.EVENTS_PER_SECOND,
        ),
        Panel(
            title="Finished requests by reason",
            answers="How answers of the chosen pods end.",
            queries=(
                Query(
                    expr=total(of_pods("llmd:requests_finished:rate5m"), "reason"),
                    legend="{{reason}}",
                ),
            ),
            unit=Unit.REQUESTS_PER_SECOND,
            kind=Kind.AREAS,
        ),
    ),
)

_ENGINE = Row(
    title="vLLM's engine",
    collapsed=True,
    panels=(
        Panel(
            title="Waiting by reason",
            answers="capacity: no room in batch or KV cache. deferred: for KV transfer, LoRA or grammar.",
            queries=(
                Query(
                    expr=total(_raw("vllm:num_requests_waiting_by_reason"), "reason"),
                    legend="{{reason}}",
                ),
            ),
            unit=Unit.COUNT,
            needs=Needs.VLLM,
        ),
        Panel(
            title="Busy engines",
            answers="Steps of the engine in a second, by pod; near 0 when idle.",
            queries=(Query(expr=_by_pod(of_pods("llmd:engine_steps:rate5m")), legend="{{pod}}"),),
            unit=Unit.EVENTS_PER_SECOND,
            topic=Topic.ROUTING,
            needs=Needs.VLLM,
        ),
        Panel(
            title="Tokens of a step",
            answers="How many tokens one step of the engine handles: a long tail is long prefills.",
            queries=(
                Query(
                    expr=total(
                        f"rate({_raw('vllm:iteration_tokens_total_bucket')}[$__rate_interval])",
                        "le",
                    ),
                    legend="{{le}}",
                ),
            ),
            unit=Unit.TOKENS,
            kind=Kind.HEATMAP,
            minimum=None,
            needs=Needs.VLLM,
        ),
        Panel(
            title="Longest answer of a request",
            answers="Output tokens of the longest sequence of a request, mean.",
            queries=(
                Query(
                    expr=total(
                        f"rate({_raw('vllm:request_max_num_generation_tokens_sum')}[$__rate_interval])"
                    )
                    + " / ("
                    + total(
                        f"rate({_raw('vllm:request_max_num_generation_tokens_count')}[$__rate_interval])"
                    )
                    + " > 0)",
                    legend="mean",
                ),
            ),
            unit=Unit.TOKENS,
            needs=Needs.VLLM,
        ),
        Panel(
            title="Asked length of answers",
            answers="max_tokens that requests ask for: median and highest hundredth.",
            queries=tuple(
                Query(
                    expr=quantile(
                        below,
                        f"rate({_raw('vllm:request_params_max_tokens_bucket')}[$__rate_interval])",
                    ),
                    legend=f"P{below * 100:g}",
                )
                for below in (0.99, 0.5)
            ),
            unit=Unit.TOKENS,
            needs=Needs.VLLM,
        ),
        Panel(
            title="HTTP answers",
            answers="Answers of the chosen pods by class. 4xx: requests that can't be served as they are.",
            queries=(
                Query(
                    expr=total(of_pods("llmd:http_requests:rate5m"), "status"), legend="{{status}}"
                ),
            ),
            unit=Unit.REQUESTS_PER_SECOND,
            kind=Kind.AREAS,
        ),
        Panel(
            title="Configuration of the KV cache",
            answers="Blocks and size of a block of each engine, as configured.",
            queries=(
                Query(
                    expr="max by (namespace, pod, engine, block_size, num_gpu_blocks, cache_dtype) "
                    f"({_raw('vllm:cache_config_info')})"
                ),
            ),
            unit=Unit.COUNT,
            kind=Kind.TABLE,
            keys=("namespace", "pod", "engine", "block_size", "num_gpu_blocks", "cache_dtype"),
            columns=(("Present", Unit.COUNT),),
            needs=Needs.VLLM,
            width=24,
        ),
    ),
)

_PROCESS = Row(
    title="Process and container",
    collapsed=True,
    panels=(
        Panel(
            title="Memory of containers",
            answers="Memory that can't be taken back, by pod; at the limit the container is killed.",
            queries=(
                Query(
                    expr=_by_pod(_raw("container_memory_working_set_bytes", 'container!=""')),
                    legend="{{pod}}",
                ),
            ),
            unit=Unit.BYTES,
            needs=Needs.KUBELET,
        ),
        Panel(
            title="Restarts within an hour",
            answers="Restarts of containers, by pod.",
            queries=(
                Query(
                    expr=_by_pod(
                        f"increase({_raw('kube_pod_container_status_restarts_total')}[1h])"
                    ),
                    legend="{{pod}}",
                ),
            ),
            unit=Unit.COUNT,
            needs=Needs.KUBE_STATE,
        ),
        Panel(
            title="Scrapes",
            answers="1 where the last scrape of a pod succeeded; the twenty worst.",
            queries=(
                Query(
                    expr=f"bottomk({_MOST}, min by (namespace, pod) ({_raw('up')}))",
                    legend="{{pod}}",
                ),
            ),
            unit=Unit.COUNT,
            maximum=1,
        ),
    ),
)

BOARD = Board(
    name="drilldown",
    title="llm-d / Diagnostic drill-down",
    description="One pod, or a few, in detail. Other dashboards lead here with the pod chosen.",
    variables=(namespace(_SERIES), model(_SERIES), pod(_SERIES)),
    rows=(_NOW, _LATENCY, _LOAD, _QUANTILES, _ENGINE, _PROCESS),
    links=(VLLM, PERFORMANCE, FAILURE),
)
