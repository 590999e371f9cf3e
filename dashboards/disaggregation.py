"""Prefill/decode disaggregation: the two kinds of pods, and the KV data that goes between them."""

from dashboards.building.board import Board, Row
from dashboards.building.panel import Kind, Limits, Needs, Panel, Topic, number
from dashboards.building.query import (
    Query,
    largest,
    mean,
    of_models,
    of_namespaces,
    of_pods,
    or_none,
    or_zero,
    quantile,
    quantile_now,
    quantiles,
    share,
    spread,
    total,
)
from dashboards.building.target import DRILL_DOWN, FAILURE, GATEWAY
from dashboards.building.unit import Unit
from dashboards.building.variable import model, namespace, pod

_SERIES = "llmd:requests_running:sum"
_TWO_KINDS = 'role=~"prefill|decode"'


def _nixl(histogram: str, below: float) -> str:
    """A quantile of one of vLLM's own histograms of NIXL transfers."""
    selector = of_namespaces(f"vllm:{histogram}_bucket", 'model_name=~"$model"', 'pod=~"$pod"')
    return quantile(below, f"rate({selector}[$__rate_interval])")


def _nixl_quantiles(histogram: str) -> tuple[Query, ...]:
    return tuple(
        Query(expr=_nixl(histogram, below), legend=f"P{below * 100:g}")
        for below in (0.99, 0.95, 0.5)
    )


_NOW = Row(
    title="Now",
    panels=(
        number(
            title="Disaggregated requests",
            answers="Share of the requests that the gateway splits into prefill and decode.",
            expr=or_zero(
                share(
                    of_models("llmd:disagg_decisions:rate5m", decision="prefill-decode"),
                    of_models("llmd:disagg_decisions:rate5m"),
                )
            ),
            unit=Unit.RATIO,
            decimals=0,
            maximum=1,
            topic=Topic.DISAGGREGATION,
        ),
        number(
            title="First token P99 at decode",
            answers="What users wait for the first token: prefill, KV transfer and queues together.",
            expr=quantile_now(0.99, of_models("llmd:ttft_seconds_bucket:rate5m", role="decode")),
            unit=Unit.SECONDS,
            nothing="no requests",
            limits=Limits(warning=2, critical=10),
            topic=Topic.DISAGGREGATION,
        ),
        number(
            title="KV transfer P99",
            answers="99 of 100 transfers of KV data took no longer.",
            expr=quantile_now(0.99, of_models("llmd:kv_transfer_seconds_bucket:rate5m")),
            unit=Unit.SECONDS,
            nothing="no requests",
            limits=Limits(warning=0.1, critical=1),
            topic=Topic.DISAGGREGATION,
        ),
        number(
            title="Failed KV transfers",
            answers="Failures in a second: transfers, handshakes, expired and late ones. One broken request gives more "
            "than one.",
            expr=or_zero(total(of_models("llmd:kv_transfer_failures:rate5m"))),
            unit=Unit.EVENTS_PER_SECOND,
            limits=Limits(warning=0.01, critical=0.1),
            topic=Topic.DISAGGREGATION,
        ),
        number(
            title="Waiting at prefill",
            answers="Requests that prefill pods hold and don't execute yet. Above 0 for long: too few prefill pods.",
            expr=or_zero(total(of_models("llmd:requests_waiting:sum", role="prefill"))),
            unit=Unit.COUNT,
            limits=Limits(warning=10, critical=50),
            topic=Topic.DISAGGREGATION,
        ),
        number(
            title="Fullest decode cache",
            answers="KV cache in use in the fullest decode pod. Near 100 %: too few decode pods.",
            expr=f"max({of_models('llmd:kv_cache_usage:max', role='decode')})",
            unit=Unit.RATIO,
            limits=Limits(warning=0.8, critical=0.95),
            decimals=0,
            maximum=1,
            topic=Topic.DISAGGREGATION,
        ),
    ),
)

_WHOLE = Row(
    title="Requests",
    panels=(
        Panel(
            title="Decisions of the gateway",
            answers="How many requests are split and how many go to a decode pod alone.",
            queries=(
                Query(
                    expr=total(of_models("llmd:disagg_decisions:rate5m"), "decision"),
                    legend="{{decision}}",
                ),
            ),
            unit=Unit.REQUESTS_PER_SECOND,
            kind=Kind.AREAS,
            topic=Topic.DISAGGREGATION,
        ),
        Panel(
            title="Time to first token of either kind",
            answers="Prefill pods: until the prompt is computed. Decode pods: what users wait, transfer included.",
            queries=quantiles(
                of_models("llmd:ttft_seconds_bucket:rate5m", _TWO_KINDS),
                "role",
                shares=(0.5, 0.95, 0.99),
            ),
            unit=Unit.SECONDS,
            topic=Topic.DISAGGREGATION,
        ),
        Panel(
            title="Mean time in each phase",
            answers="Prefill pods: queue and prefill. Then KV transfer. Decode pods: decode. The largest is what to "
            "improve.",
            queries=(
                Query(
                    expr=mean("llmd:queue_seconds", role="prefill"), legend="prefill pods: queue"
                ),
                Query(
                    expr=mean("llmd:prefill_seconds", role="prefill"),
                    legend="prefill pods: prefill",
                ),
                Query(expr=mean("llmd:kv_transfer_seconds"), legend="KV transfer"),
                Query(expr=mean("llmd:queue_seconds", role="decode"), legend="decode pods: queue"),
                Query(
                    expr=mean("llmd:decode_seconds", role="decode"), legend="decode pods: decode"
                ),
            ),
            unit=Unit.SECONDS,
            topic=Topic.DISAGGREGATION,
        ),
        Panel(
            title="End-to-end latency at decode",
            answers="Whole answers of split requests, as decode pods see them.",
            queries=quantiles(
                of_models("llmd:e2e_seconds_bucket:rate5m", role="decode"),
                shares=(0.5, 0.95, 0.99),
            ),
            unit=Unit.SECONDS,
            topic=Topic.DISAGGREGATION,
        ),
        Panel(
            title="Duration of prefill",
            answers="Scheduled to first token, on prefill pods.",
            queries=quantiles(
                of_models("llmd:prefill_seconds_bucket:rate5m", role="prefill"),
                shares=(0.5, 0.99),
            ),
            unit=Unit.SECONDS,
            topic=Topic.DISAGGREGATION,
        ),
        Panel(
            title="Duration of decode",
            answers="First to last token, on decode pods.",
            queries=quantiles(
                of_models("llmd:decode_seconds_bucket:rate5m", role="decode"), shares=(0.5, 0.99)
            ),
            unit=Unit.SECONDS,
            topic=Topic.DISAGGREGATION,
        ),
    ),
)

_PODS = Row(
    title="Prefill and decode pods",
    panels=(
        Panel(
            title="Requests at prefill pods",
            answers="Load of prefill pods. Waiting that stays: too few of them.",
            queries=(
                Query(
                    expr=total(of_models("llmd:requests_running:sum", role="prefill")),
                    legend="running",
                ),
                Query(
                    expr=total(of_models("llmd:requests_waiting:sum", role="prefill")),
                    legend="waiting",
                ),
            ),
            unit=Unit.COUNT,
            topic=Topic.DISAGGREGATION,
        ),
        Panel(
            title="Requests at decode pods",
            answers="Load of decode pods. Waiting ones wait for room, or for KV data that is on its way.",
            queries=(
                Query(
                    expr=total(of_models("llmd:requests_running:sum", role="decode")),
                    legend="running",
                ),
                Query(
                    expr=total(of_models("llmd:requests_waiting_capacity:sum", role="decode")),
                    legend="waiting for room",
                ),
                Query(
                    expr=total(of_models("llmd:requests_waiting:sum", role="decode")),
                    legend="waiting, all",
                ),
            ),
            unit=Unit.COUNT,
            topic=Topic.DISAGGREGATION,
        ),
        Panel(
            title="KV cache of decode pods",
            answers="How full the KV caches of decode pods are.",
            queries=spread(of_pods("llmd:kv_cache_usage:max", role="decode")),
            unit=Unit.RATIO,
            limits=Limits(warning=0.8, critical=0.95),
            maximum=1,
            topic=Topic.DISAGGREGATION,
        ),
        Panel(
            title="Running requests of prefill pods",
            answers="How evenly prefill pods are used.",
            queries=spread(of_pods("llmd:requests_running:sum", role="prefill")),
            unit=Unit.COUNT,
            topic=Topic.DISAGGREGATION,
        ),
        Panel(
            title="Longest prefill queues",
            answers="The ten prefill pods with most waiting requests.",
            queries=(
                Query(
                    expr=largest(
                        10,
                        total(
                            of_pods("llmd:requests_waiting:sum", role="prefill"),
                            "namespace",
                            "pod",
                        ),
                    ),
                    legend="{{pod}}",
                ),
            ),
            unit=Unit.COUNT,
            kind=Kind.BARS,
            limits=Limits(warning=10, critical=50),
            topic=Topic.DISAGGREGATION,
            drill_down=DRILL_DOWN,
        ),
        Panel(
            title="Work of either kind",
            answers="Prompt tokens that prefill pods compute and tokens that decode pods generate. Prompt tokens "
            "computed on decode pods: prefill that was not split off.",
            queries=(
                Query(
                    expr=total(of_models("llmd:prompt_tokens_computed:rate5m", _TWO_KINDS), "role"),
                    legend="{{role}} pods: prompt",
                ),
                Query(
                    expr=total(of_models("llmd:generation_tokens:rate5m", role="decode")),
                    legend="decode pods: generated",
                ),
            ),
            unit=Unit.TOKENS_PER_SECOND,
            topic=Topic.DISAGGREGATION,
        ),
    ),
)

_TRANSFER = Row(
    title="KV transfer",
    panels=(
        Panel(
            title="Duration of KV transfers",
            answers="How long it takes to move the KV data of a request between pods.",
            queries=quantiles(
                of_models("llmd:kv_transfer_seconds_bucket:rate5m"), shares=(0.5, 0.95, 0.99)
            ),
            unit=Unit.SECONDS,
            topic=Topic.DISAGGREGATION,
        ),
        Panel(
            title="KV data moved",
            answers="Bandwidth between pods, by transport.",
            queries=(
                Query(
                    expr=total(of_models("llmd:kv_transfer_bytes:rate5m"), "transport"),
                    legend="{{transport}}",
                ),
            ),
            unit=Unit.BYTES_PER_SECOND,
            kind=Kind.AREAS,
            topic=Topic.DISAGGREGATION,
        ),
        Panel(
            title="Failures of KV transfers by kind",
            answers="transfer: moving, handshake or notification failed. expired: not fetched in time. late: fetched "
            "after it expired, so the data may be wrong.",
            queries=(
                Query(
                    expr=or_none(
                        total(
                            of_models("llmd:kv_transfer_failures:rate5m", 'failure!=""'), "failure"
                        ),
                        "failure",
                    ),
                    legend="{{failure}}",
                ),
            ),
            unit=Unit.EVENTS_PER_SECOND,
            limits=Limits(warning=0.01, critical=0.1),
            topic=Topic.DISAGGREGATION,
        ),
        Panel(
            title="KV transfers",
            answers="Transfers in a second.",
            queries=(
                Query(
                    expr=total(of_models("llmd:kv_transfer_seconds_count:rate5m"), "transport"),
                    legend="{{transport}}",
                ),
            ),
            unit=Unit.EVENTS_PER_SECOND,
            topic=Topic.DISAGGREGATION,
        ),
        Panel(
            title="Size of a KV transfer, mean",
            answers="KV data of one transfer; it grows with the length of prompts.",
            queries=(
                Query(
                    expr=total(of_models("llmd:kv_transfer_bytes:rate5m"), "transport")
                    + " / ("
                    + total(of_models("llmd:kv_transfer_seconds_count:rate5m"), "transport")
                    + " > 0)",
                    legend="{{transport}}",
                ),
            ),
            unit=Unit.BYTES,
            topic=Topic.DISAGGREGATION,
        ),
    ),
)

_NIXL = Row(
    title="NIXL in detail",
    collapsed=True,
    panels=(
        Panel(
            title="Time to post a transfer",
            answers="Submitting a transfer to NIXL, before data moves.",
            queries=_nixl_quantiles("nixl_post_time_seconds"),
            unit=Unit.SECONDS,
            topic=Topic.DISAGGREGATION,
            needs=Needs.NIXL,
        ),
        Panel(
            title="Bytes of a transfer",
            answers="How much one transfer moves.",
            queries=_nixl_quantiles("nixl_bytes_transferred"),
            unit=Unit.BYTES,
            topic=Topic.DISAGGREGATION,
            needs=Needs.NIXL,
        ),
        Panel(
            title="Descriptors of a transfer",
            answers="In how many pieces one transfer is made. Many small ones are slow.",
            queries=_nixl_quantiles("nixl_num_descriptors"),
            unit=Unit.COUNT,
            topic=Topic.DISAGGREGATION,
            needs=Needs.NIXL,
        ),
    ),
)

BOARD = Board(
    name="disaggregation",
    title="llm-d / P/D disaggregation",
    description="Prefill and decode pods, and the KV data that goes between them.",
    variables=(
        namespace(_SERIES, role="decode"),
        model(_SERIES, role="decode"),
        pod(_SERIES, _TWO_KINDS),
    ),
    rows=(_NOW, _WHOLE, _PODS, _TRANSFER, _NIXL),
    links=(FAILURE, GATEWAY, DRILL_DOWN),
    needs=Needs.DISAGGREGATION,
)
