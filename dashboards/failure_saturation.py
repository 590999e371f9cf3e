"""Failure and saturation: what is broken or about to be, before anything else."""

from dashboards.building.board import Board, Row
from dashboards.building.panel import Kind, Limits, Needs, Panel, Topic, number
from dashboards.building.query import (
    USERS,
    Query,
    largest,
    of_models,
    of_namespaces,
    of_pods,
    or_none,
    or_zero,
    quantile,
    quantiles,
    readable,
    share,
    total,
)
from dashboards.building.target import DRILL_DOWN, GATEWAY, SLO, VLLM
from dashboards.building.unit import Unit
from dashboards.building.variable import model, namespace, pod

_SERIES = "llmd:requests_running:sum"
_MODEL_SERVERS = 'role=~"decode|prefill|both"'


_KNOWN_GATEWAYS = (
    "group by (namespace, job) "
    f"(last_over_time({of_namespaces('llmd:pool_ready_endpoints:max')}[6h]))"
)
"""Endpoint Pickers of the last hours: after its death, not even a target may be left of one."""


_NOW = Row(
    title="Now",
    panels=(
        number(
            title="Firing alerts",
            answers="Alerts of the chosen namespaces that fire now; warnings and pages.",
            expr=or_zero(
                'count(ALERTS{alertstate="firing",severity=~"warning|critical",'
                'namespace=~"($namespace)?"})'
            ),
            unit=Unit.COUNT,
            limits=Limits(warning=1, critical=3),
        ),
        number(
            title="Overall error ratio",
            answers="Share of all requests that the gateway refused or failed. Refused requests aren't among the "
            "admitted ones, so both are counted.",
            expr=share(
                of_models("llmd:epp_errors:rate5m"), of_models("llmd:epp_requests_received:rate5m")
            ),
            unit=Unit.RATIO,
            limits=Limits(warning=0.01, critical=0.05),
            decimals=2,
            topic=Topic.FAILURE,
        ),
        number(
            title="Model servers down",
            answers="Model servers that Prometheus can't scrape.",
            expr=or_zero(f"count({of_namespaces('up', _MODEL_SERVERS)} == 0)"),
            unit=Unit.COUNT,
            limits=Limits(warning=1, critical=2),
            topic=Topic.FAILURE,
        ),
        number(
            title="Gateways down",
            answers="Endpoint Pickers that were there within six hours and can't be scraped now.",
            expr=or_zero(
                f"count({_KNOWN_GATEWAYS} unless on (namespace, job) ({of_namespaces('up')} == 1))"
            ),
            unit=Unit.COUNT,
            limits=Limits(warning=1, critical=1),
            topic=Topic.FAILURE,
        ),
        number(
            title="Ready endpoints",
            answers="Endpoints of the smallest pool with fresh metrics. 0: every request gets 503.",
            expr=f"min({of_namespaces('llmd:pool_ready_endpoints:max')})",
            unit=Unit.COUNT,
            limits=Limits(warning=2, critical=1, low_is_bad=True),
            topic=Topic.FAILURE,
        ),
        number(
            title="Waiting for room",
            answers="Requests that wait for a place in a batch or in the KV cache.",
            expr=or_zero(total(of_models("llmd:requests_waiting_capacity:sum"))),
            unit=Unit.COUNT,
            limits=Limits(warning=10, critical=50),
            topic=Topic.FAILURE,
        ),
    ),
)

_ERRORS = Row(
    title="Errors",
    panels=(
        Panel(
            title="Error ratio by model",
            answers="Which model's requests fail in the gateway. (unreadable) is requests that name no model.",
            queries=(
                Query(
                    expr=largest(
                        20,
                        readable(
                            "max by (model) (" + of_models("llmd:epp_error:ratio_rate5m") + ")",
                            "model",
                            "(unreadable)",
                        ),
                    ),
                    legend="{{model}}",
                ),
            ),
            unit=Unit.RATIO,
            limits=Limits(warning=0.01, critical=0.05),
            topic=Topic.FAILURE,
        ),
        Panel(
            title="Gateway errors by code",
            answers="Why requests fail in the gateway. ResourceExhausted: overload, 429. ServiceUnavailable: no ready "
            "endpoint, 503. BadRequest: unreadable.",
            queries=(
                Query(
                    expr=or_none(
                        total(of_models("llmd:epp_errors:rate5m"), "error_code"), "error_code"
                    ),
                    legend="{{error_code}}",
                ),
            ),
            unit=Unit.REQUESTS_PER_SECOND,
            topic=Topic.FAILURE,
        ),
        Panel(
            title="Errors of model servers",
            answers="Faults of engines, HTTP 5xx, and refusals by admission limits. The gateway's errors hold none of "
            "these.",
            queries=(
                Query(
                    expr=or_zero(
                        total(of_models("llmd:requests_finished:rate5m", USERS, reason="error"))
                    ),
                    legend="engine errors",
                ),
                Query(
                    expr=or_zero(
                        total(of_models("llmd:http_requests:rate5m", USERS, status="5xx"))
                    ),
                    legend="HTTP 5xx",
                ),
                Query(
                    expr=or_zero(total(of_models("llmd:admission_rejections:rate5m"))),
                    legend="refused by admission limits",
                ),
            ),
            unit=Unit.REQUESTS_PER_SECOND,
            topic=Topic.FAILURE,
        ),
        Panel(
            title="Broken off by clients",
            answers="Clients that went away before the end, over 30 minutes; an estimate for vLLM. Many: it is too "
            "slow for them.",
            queries=(
                Query(
                    expr=total(of_models("llmd:requests_aborted:rate30m", USERS), "model"),
                    legend="{{model}}",
                ),
            ),
            unit=Unit.REQUESTS_PER_SECOND,
        ),
        Panel(
            title="Failed KV transfers",
            answers="Failures to move KV data between pods, by kind. One broken request gives more than one.",
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
        ),
        Panel(
            title="Restarts of containers",
            answers="Restarts within an hour, in pods that restarted.",
            queries=(
                Query(
                    expr=largest(
                        10,
                        "sum by (namespace, pod) (increase("
                        + of_namespaces("kube_pod_container_status_restarts_total", 'pod=~"$pod"')
                        + "[1h]))",
                    ),
                    legend="{{pod}}",
                ),
            ),
            unit=Unit.COUNT,
            limits=Limits(warning=1, critical=3),
            needs=Needs.KUBE_STATE,
            drill_down=DRILL_DOWN,
        ),
    ),
)

_LATENCY = Row(
    title="Latency",
    panels=(
        Panel(
            title="Overall latency",
            answers="Request to the end of the answer, as the gateway sees it.",
            queries=quantiles(of_models("llmd:epp_request_duration_seconds_bucket:rate5m")),
            unit=Unit.SECONDS,
            topic=Topic.FAILURE,
        ),
        Panel(
            title="Time to first token P99 by model",
            answers="Which model is slow to begin. It rises first when servers are full.",
            queries=(
                Query(
                    expr=quantile(
                        0.99, of_models("llmd:ttft_seconds_bucket:rate5m", USERS), "model", "server"
                    ),
                    legend="{{model}} {{server}}",
                ),
            ),
            unit=Unit.SECONDS,
            limits=Limits(warning=2, critical=10),
            topic=Topic.FAILURE,
        ),
        Panel(
            title="Inter-token latency P99 by model",
            answers="Which model's text flows slowly. It rises with the size of batches.",
            queries=(
                Query(
                    expr=quantile(
                        0.99,
                        of_models("llmd:inter_token_seconds_bucket:rate5m"),
                        "model",
                        "server",
                    ),
                    legend="{{model}} {{server}}",
                ),
            ),
            unit=Unit.SECONDS,
            limits=Limits(warning=0.1, critical=0.5),
            topic=Topic.FAILURE,
        ),
    ),
)

_SATURATION = Row(
    title="Saturation",
    panels=(
        Panel(
            title="Waiting requests by model",
            answers="Requests that model servers hold and don't execute yet.",
            queries=(
                Query(
                    expr=total(of_models("llmd:requests_waiting:sum"), "model"), legend="{{model}}"
                ),
            ),
            unit=Unit.COUNT,
            topic=Topic.FAILURE,
        ),
        Panel(
            title="Pods with a full KV cache",
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
            drill_down=DRILL_DOWN,
        ),
        Panel(
            title="Pods that preempt",
            answers="The ten pods that threw most requests out of a batch for lack of KV cache.",
            queries=(
                Query(
                    expr=largest(10, total(of_pods("llmd:preemptions:rate5m"), "namespace", "pod")),
                    legend="{{pod}}",
                ),
            ),
            unit=Unit.EVENTS_PER_SECOND,
            kind=Kind.BARS,
            limits=Limits(warning=0.1, critical=1),
            topic=Topic.FAILURE,
            drill_down=DRILL_DOWN,
        ),
        Panel(
            title="Saturation of pools",
            answers="What the gateway's flow control goes by: 1 closes the gate.",
            queries=(
                Query(
                    expr=f"max by (pool, stage) ({of_namespaces('llmd:pool_saturation:max')})",
                    legend="{{pool}} {{stage}}",
                ),
            ),
            unit=Unit.COUNT,
            limits=Limits(warning=0.8, critical=1),
            needs=Needs.FLOW_CONTROL,
        ),
        Panel(
            title="Refused by flow control",
            answers="Requests that the gateway refused or let wait too long, by outcome.",
            queries=(
                Query(
                    expr=or_none(
                        total(
                            of_namespaces(
                                "llmd:flow_control_requests:rate5m", 'outcome!="Dispatched"'
                            ),
                            "outcome",
                        ),
                        "outcome",
                    ),
                    legend="{{outcome}}",
                ),
            ),
            unit=Unit.REQUESTS_PER_SECOND,
            limits=Limits(warning=0.1, critical=1),
        ),
        Panel(
            title="Utilization of GPUs",
            answers="Share of time in which GPUs ran something: the busiest, the middle and the idlest.",
            queries=(
                Query(expr="max(llmd:gpu_utilization:avg)", legend="highest GPU"),
                Query(expr="quantile(0.5, llmd:gpu_utilization:avg)", legend="median GPU"),
                Query(expr="min(llmd:gpu_utilization:avg)", legend="lowest GPU"),
            ),
            unit=Unit.RATIO,
            maximum=1,
            needs=Needs.GPU,
        ),
    ),
)

_GATEWAY = Row(
    title="Gateway's health",
    panels=(
        Panel(
            title="Gateways up",
            answers="Share of the last five minutes in which each Endpoint Picker could be scraped.",
            queries=(
                Query(
                    expr="max by (namespace, job) ("
                    f"avg_over_time({of_namespaces('up')}[5m]) "
                    f"and on (namespace, job) {_KNOWN_GATEWAYS} "
                    f"or on (namespace, job) {_KNOWN_GATEWAYS} * 0)",
                    legend="{{job}}",
                ),
            ),
            unit=Unit.RATIO,
            kind=Kind.BARS,
            limits=Limits(warning=1, critical=0.5, low_is_bad=True),
            maximum=1,
            topic=Topic.FAILURE,
        ),
        Panel(
            title="Time to choose an endpoint P99",
            answers="What the scheduler adds to each request. 0.1 s is the end of the scale.",
            queries=(
                Query(
                    expr=quantile(
                        0.99, of_namespaces("llmd:scheduler_seconds_bucket:rate5m"), "job"
                    ),
                    legend="{{job}}",
                ),
            ),
            unit=Unit.SECONDS,
            limits=Limits(warning=0.02, critical=0.08),
        ),
        Panel(
            title="Plugin latency P99",
            answers="Which plugin of the scheduler costs time. 0.1 s is the end of the scale.",
            queries=(
                Query(
                    expr=quantile(
                        0.99, of_namespaces("llmd:plugin_seconds_bucket:rate5m"), "plugin_type"
                    ),
                    legend="{{plugin_type}}",
                ),
            ),
            unit=Unit.SECONDS,
            limits=Limits(warning=0.02, critical=0.08),
        ),
    ),
)

BOARD = Board(
    name="failure-saturation",
    title="llm-d / Failure and saturation",
    description="What is broken or about to be: where to look first when a page comes.",
    variables=(namespace(_SERIES), model(_SERIES), pod(_SERIES)),
    rows=(_NOW, _ERRORS, _LATENCY, _SATURATION, _GATEWAY),
    links=(GATEWAY, VLLM, SLO, DRILL_DOWN),
)
