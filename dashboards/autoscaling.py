"""Autoscaling: what the workload-variant autoscaler wants, what it gets, and what it goes by."""

from dashboards.building.board import Board, Row
from dashboards.building.panel import Limits, Needs, Panel, number
from dashboards.building.query import (
    Query,
    of_models,
    of_namespaces,
    or_none,
    or_zero,
    total,
)
from dashboards.building.target import GPU, PERFORMANCE
from dashboards.building.unit import Unit
from dashboards.building.variable import Variable, model, namespace

_DESIRED = "llmd:autoscaler_desired_replicas:max"
_CURRENT = "llmd:autoscaler_current_replicas:max"
_SCALINGS = "llmd:autoscaler_scalings:rate5m"
_ERRORS = "llmd:autoscaler_errors:rate5m"
_SERVERS = "llmd:requests_running:sum"


def _variants(series: str) -> str:
    return of_namespaces(series, 'variant=~"$variant"')


_NOW = Row(
    title="Now",
    panels=(
        number(
            title="Replicas wanted",
            answers="Replicas that the autoscaler wants, all variants together.",
            expr=total(_variants(_DESIRED)),
            unit=Unit.COUNT,
        ),
        number(
            title="Replicas there",
            answers="Replicas that the autoscaler sees.",
            expr=total(_variants(_CURRENT)),
            unit=Unit.COUNT,
        ),
        number(
            title="Replicas missing",
            answers="Wanted replicas that aren't there. Above 0 for long: no GPUs, pods that don't start, or nobody "
            "who acts on the autoscaler's wish.",
            expr=or_zero(f"sum(({_variants(_DESIRED)} - {_variants(_CURRENT)}) > 0)"),
            unit=Unit.COUNT,
            limits=Limits(warning=1, critical=4),
        ),
        number(
            title="Scalings in the last hour",
            answers="Decisions to scale. Many in both directions: it swings.",
            expr=or_zero(f"sum(avg_over_time({_variants(_SCALINGS)}[1h])) * 3600"),
            unit=Unit.COUNT,
            limits=Limits(warning=20, critical=60),
            decimals=0,
        ),
        number(
            title="Errors in the last hour",
            answers="Errors of the autoscaler.",
            expr=or_zero(f"sum(avg_over_time({_ERRORS}[1h])) * 3600"),
            unit=Unit.COUNT,
            limits=Limits(warning=1, critical=10),
            decimals=0,
        ),
        number(
            title="Requests waiting for room",
            answers="What more replicas are for.",
            expr=or_zero(total(of_models("llmd:requests_waiting_capacity:sum"))),
            unit=Unit.COUNT,
            limits=Limits(warning=10, critical=50),
        ),
    ),
)

_REPLICAS = Row(
    title="Replicas",
    panels=(
        Panel(
            title="Wanted and present replicas",
            answers="Where the lines of a variant part, scaling is under way or stuck.",
            queries=(
                Query(expr=_variants(_DESIRED), legend="{{variant}} wanted"),
                Query(expr=_variants(_CURRENT), legend="{{variant}} there"),
            ),
            unit=Unit.COUNT,
            width=12,
        ),
        Panel(
            title="Decisions to scale",
            answers="How often, in which direction, and why.",
            queries=(
                Query(
                    expr=or_none(total(_variants(_SCALINGS), "direction", "reason"), "direction"),
                    legend="{{direction}} {{reason}}",
                ),
            ),
            unit=Unit.EVENTS_PER_SECOND,
            width=12,
        ),
    ),
)

_REASONS = Row(
    title="What it goes by",
    panels=(
        Panel(
            title="KV cache in use by model",
            answers="The fullest pod of each model. The autoscaler scales up at 80 % by default.",
            queries=(
                Query(
                    expr=f"max by (model) ({of_models('llmd:kv_cache_usage:max')})",
                    legend="{{model}}",
                ),
            ),
            unit=Unit.RATIO,
            limits=Limits(warning=0.8, critical=0.95),
            maximum=1,
        ),
        Panel(
            title="Queue of a pod by model",
            answers="The longest queue of a pod of each model. The autoscaler scales up at 5 by default.",
            queries=(
                Query(
                    expr=f"max by (model) ({of_models('llmd:requests_waiting:sum')})",
                    legend="{{model}}",
                ),
            ),
            unit=Unit.COUNT,
            limits=Limits(warning=5, critical=20),
        ),
        Panel(
            title="Held in the gateway",
            answers="Requests that flow control holds: also a reason to scale, and the only one from zero replicas.",
            queries=(
                Query(
                    expr=total(of_models("llmd:flow_control_queue_size:sum"), "model"),
                    legend="{{model}}",
                ),
            ),
            unit=Unit.COUNT,
            needs=Needs.FLOW_CONTROL,
        ),
    ),
)

_HEALTH = Row(
    title="Health of the autoscaler",
    panels=(
        Panel(
            title="Errors by component",
            answers="Which part of the autoscaler fails.",
            queries=(
                Query(
                    expr=or_none(total(_ERRORS, "component"), "component"), legend="{{component}}"
                ),
            ),
            unit=Unit.EVENTS_PER_SECOND,
            limits=Limits(warning=0.01, critical=0.1),
        ),
        Panel(
            title="Models of the last round",
            answers="Models that the autoscaler looked at in its last round. 0: it sees none.",
            queries=(Query(expr="max(wva_models_processed)", legend="models"),),
            unit=Unit.COUNT,
            needs=Needs.AUTOSCALER_METRICS,
        ),
        Panel(
            title="Failed queries to Prometheus",
            answers="Queries of the autoscaler that failed: it decides by what it has.",
            queries=(
                Query(
                    expr=or_none(
                        "sum by (query_type) (rate(wva_metrics_collection_errors_total[5m]))",
                        "query_type",
                    ),
                    legend="{{query_type}}",
                ),
            ),
            unit=Unit.EVENTS_PER_SECOND,
            limits=Limits(warning=0.01, critical=0.1),
        ),
        Panel(
            title="Pods with metrics",
            answers="Pods that the autoscaler finds metrics of. Fewer than run: it decides half blind.",
            queries=(
                Query(
                    expr="sum by (exported_namespace) (wva_metrics_pods_discovered)",
                    legend="{{exported_namespace}}",
                ),
            ),
            unit=Unit.COUNT,
            needs=Needs.AUTOSCALER_METRICS,
        ),
        Panel(
            title="Saturation of variants",
            answers="How full the autoscaler reckons each variant to be.",
            queries=(
                Query(
                    expr='max by (variant_name) (wva_saturation_utilization{variant_name=~"$variant"})',
                    legend="{{variant_name}}",
                ),
            ),
            unit=Unit.RATIO,
            limits=Limits(warning=0.8, critical=0.95),
            needs=Needs.AUTOSCALER_METRICS,
        ),
        Panel(
            title="GPUs to be had",
            answers="GPUs that the autoscaler can give to variants, by type.",
            queries=(
                Query(
                    expr="max by (accelerator_type) (wva_available_gpus)",
                    legend="{{accelerator_type}}",
                ),
            ),
            unit=Unit.COUNT,
            needs=Needs.AUTOSCALER_METRICS,
        ),
    ),
)

BOARD = Board(
    name="autoscaling",
    title="llm-d / Autoscaling",
    description="What the workload-variant autoscaler wants, what it gets, and what it goes by.",
    variables=(
        namespace(_SERVERS),
        model(_SERVERS),
        Variable(name="variant", title="Variant", series=of_namespaces(_DESIRED), label="variant"),
    ),
    rows=(_NOW, _REPLICAS, _REASONS, _HEALTH),
    links=(PERFORMANCE, GPU),
    span="6h",
    needs=Needs.AUTOSCALER,
)
