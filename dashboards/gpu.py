"""GPUs: how busy, how full, how hot, and whether they are broken."""

from dashboards.building.board import Board, Row
from dashboards.building.panel import Kind, Limits, Needs, Panel, Topic, number
from dashboards.building.query import Query, largest, or_zero, select
from dashboards.building.target import AUTOSCALING, PERFORMANCE
from dashboards.building.unit import Unit
from dashboards.building.variable import Variable, namespace

_UTILIZATION = "llmd:gpu_utilization:avg"
_MEMORY = "llmd:gpu_memory_used:ratio"
_NODES = 'node=~"$node"'


def _gpus(series: str, *matchers: str) -> str:
    return select(series, 'namespace=~"$namespace"', _NODES, 'pod=~"$pod"', *matchers)


def _device(series: str) -> str:
    """Raw series of NVIDIA's exporter; their workload labels depend on its monitor, so only nodes are chosen."""
    return select(series, 'Hostname=~"($node)([.].*)?"')


def _spread(expr: str) -> tuple[Query, ...]:
    return (
        Query(expr=f"max({expr})", legend="highest GPU"),
        Query(expr=f"avg({expr})", legend="mean"),
        Query(expr=f"min({expr})", legend="lowest GPU"),
    )


_NOW = Row(
    title="Now",
    panels=(
        number(
            title="GPUs",
            answers="GPUs that report.",
            expr=or_zero(f"count({_gpus(_UTILIZATION)})"),
            unit=Unit.COUNT,
        ),
        number(
            title="Utilization",
            answers="Share of time in which a GPU ran something, mean. It says nothing of how much ran at once.",
            expr=f"avg({_gpus(_UTILIZATION)})",
            unit=Unit.RATIO,
            decimals=0,
            maximum=1,
        ),
        number(
            title="Idle GPUs",
            answers="GPUs that a pod holds and that run almost nothing, below 5 %.",
            expr=or_zero(f"""count({_gpus(_UTILIZATION, 'pod!=""')} < 0.05)"""),
            unit=Unit.COUNT,
            limits=Limits(warning=1, critical=8),
        ),
        number(
            title="Memory in use",
            answers="GPU memory in use, mean. Model servers reserve theirs at start, so this hardly moves.",
            expr=f"avg({_gpus(_MEMORY)})",
            unit=Unit.RATIO,
            decimals=0,
            maximum=1,
        ),
        number(
            title="Hottest",
            answers="Temperature of the hottest GPU. Above 85 °C most are slowed down.",
            expr=f"max({_device('DCGM_FI_DEV_GPU_TEMP')})",
            unit=Unit.CELSIUS,
            limits=Limits(warning=80, critical=88),
            decimals=0,
            needs=Needs.DCGM,
        ),
        number(
            title="GPUs with errors",
            answers="GPUs whose last XID error isn't 0: the driver reported a fault since it was loaded.",
            expr=or_zero(f"count({_device('DCGM_FI_DEV_XID_ERRORS')} > 0)"),
            unit=Unit.COUNT,
            limits=Limits(warning=1, critical=2),
            needs=Needs.DCGM,
        ),
    ),
)

_USE = Row(
    title="Use",
    panels=(
        Panel(
            title="Utilization by node",
            answers="Share of time in which the GPUs of a node ran something, mean; the twenty busiest nodes.",
            queries=(
                Query(
                    expr=largest(20, f"avg by (node) ({_gpus(_UTILIZATION)})"), legend="{{node}}"
                ),
            ),
            unit=Unit.RATIO,
            topic=Topic.FAILURE,
            maximum=1,
        ),
        Panel(
            title="Utilization over GPUs",
            answers="A high maximum over a low mean: load is spread unevenly.",
            queries=_spread(_gpus(_UTILIZATION)),
            unit=Unit.RATIO,
            maximum=1,
        ),
        Panel(
            title="Memory over GPUs",
            answers="GPU memory in use.",
            queries=_spread(_gpus(_MEMORY)),
            unit=Unit.RATIO,
            limits=Limits(warning=0.97, critical=0.99),
            maximum=1,
        ),
        Panel(
            title="Busiest GPUs",
            answers="The ten busiest GPUs now.",
            queries=(
                Query(
                    expr=largest(10, f"max by (node, gpu, pod) ({_gpus(_UTILIZATION)})"),
                    legend="{{node}} GPU {{gpu}} {{pod}}",
                ),
            ),
            unit=Unit.RATIO,
            kind=Kind.BARS,
            maximum=1,
            width=12,
        ),
        Panel(
            title="Idlest GPUs",
            answers="The ten idlest GPUs now. A pod at one of them: its model gets no requests, or it hangs.",
            queries=(
                Query(
                    expr=f"bottomk(10, max by (node, gpu, pod) ({_gpus(_UTILIZATION)}))",
                    legend="{{node}} GPU {{gpu}} {{pod}}",
                ),
            ),
            unit=Unit.RATIO,
            kind=Kind.BARS,
            maximum=1,
            width=12,
        ),
    ),
)

_DEVICE = Row(
    title="Devices",
    panels=(
        Panel(
            title="Temperature",
            answers="The ten hottest GPUs.",
            queries=(
                Query(
                    expr=largest(10, f"max by (Hostname, gpu) ({_device('DCGM_FI_DEV_GPU_TEMP')})"),
                    legend="{{Hostname}} GPU {{gpu}}",
                ),
            ),
            unit=Unit.CELSIUS,
            limits=Limits(warning=80, critical=88),
            needs=Needs.DCGM,
        ),
        Panel(
            title="Power by node",
            answers="Power of all GPUs of a node.",
            queries=(
                Query(
                    expr=largest(20, f"sum by (Hostname) ({_device('DCGM_FI_DEV_POWER_USAGE')})"),
                    legend="{{Hostname}}",
                ),
            ),
            unit=Unit.WATTS,
            kind=Kind.AREAS,
            needs=Needs.DCGM,
        ),
        Panel(
            title="Last XID error",
            answers="GPUs with a fault, by the number of the error; 0 is none. 48, 63, 64, 79, 94 and 95 mean broken "
            "hardware.",
            queries=(
                Query(
                    expr=largest(
                        10, f"max by (Hostname, gpu) ({_device('DCGM_FI_DEV_XID_ERRORS')})"
                    ),
                    legend="{{Hostname}} GPU {{gpu}}",
                ),
            ),
            unit=Unit.STATE,
            kind=Kind.BARS,
            limits=Limits(warning=1, critical=48),
            needs=Needs.DCGM,
        ),
    ),
)

BOARD = Board(
    name="gpu",
    title="llm-d / GPU",
    description="How busy, full and hot the GPUs are. From NVIDIA's DCGM exporter, or GKE's own metrics.",
    variables=(
        namespace(_UTILIZATION),
        Variable(
            name="node",
            title="Node",
            series=select(_UTILIZATION, 'namespace=~"$namespace"'),
            label="node",
        ),
        Variable(
            name="pod",
            title="Pod",
            series=select(_UTILIZATION, 'namespace=~"$namespace"', _NODES),
            label="pod",
        ),
    ),
    rows=(_NOW, _USE, _DEVICE),
    links=(PERFORMANCE, AUTOSCALING),
    needs=Needs.GPU,
)
