"""What a panel shows, apart from where it stands."""

from dataclasses import dataclass
from enum import Enum, StrEnum

from dashboards.building.query import Query
from dashboards.building.target import Target
from dashboards.building.unit import Unit


class Kind(Enum):
    """How a panel shows its numbers."""

    LINES = "over time, a line each"
    AREAS = "over time, stacked: the sum means something"
    NUMBER = "one number, now"
    BARS = "a bar each, now"
    TABLE = "a row for each combination of labels, a column for each query, now"
    HEATMAP = "how a histogram's observations spread, over time"

    @property
    def is_instant(self) -> bool:
        """Whether only the present is asked for, which costs one sample of each series."""
        return self in {Kind.NUMBER, Kind.BARS, Kind.TABLE}


class Topic(StrEnum):
    """Chapters of the documented queries."""

    FAILURE = "Failure and saturation"
    SERVING = "Serving"
    ROUTING = "Routing"
    PREFIX_CACHING = "Prefix caching"
    DISAGGREGATION = "P/D disaggregation"
    FLOW_CONTROL = "Flow control"


class Needs(StrEnum):
    """What has to run in a cluster beyond model servers and the Endpoint Picker for a panel to have data."""

    VLLM = "vLLM"
    SGLANG = "SGLang"
    DISAGGREGATION = "prefill and decode pods"
    NIXL = "vLLM with the NIXL connector"
    SPECULATION = "vLLM with speculative decoding"
    EPP_LATENCY = "an Endpoint Picker that measures first tokens (0.9 and later)"
    FLOW_CONTROL = "an Endpoint Picker with flow control"
    FLOW_CONTROL_0_9 = "an Endpoint Picker of 0.9 or later with flow control"
    FLOW_LIMIT = "flow control with a limit"
    PREFIX_INDEX = "an Endpoint Picker with a prefix-cache scorer"
    KV_INDEX = "an Endpoint Picker with a KV-block index and its metrics on"
    STREAM_METRICS = "an Endpoint Picker with --enable-grpc-stream-metrics"
    KUBE_STATE = "kube-state-metrics"
    KUBELET = "scrapes of the kubelet"
    GPU = "NVIDIA's DCGM exporter or GKE's GPU metrics"
    DCGM = "NVIDIA's DCGM exporter"
    ALERTMANAGER = "Alertmanager"
    OPERATOR = "prometheus-operator, scraped"
    VOLUME = "a persistent volume of Prometheus, and scrapes of the kubelet"
    REMOTE_WRITE = "a long-term store"
    AUTOSCALER = "llm-d's workload-variant-autoscaler"
    AUTOSCALER_METRICS = "a workload-variant-autoscaler of 2026"


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Where a number stops being good.

    Attributes:
        warning: From here on it is yellow.
        critical: From here on it is red.
        low_is_bad: It is bad below the limits instead of above them.
    """

    warning: float
    critical: float
    low_is_bad: bool = False


@dataclass(frozen=True, kw_only=True)
class Panel:
    """One panel.

    Attributes:
        title: Title, unique in its dashboard.
        answers: The question it answers and how to read the answer; shown as its description.
        queries: What it shows.
        unit: Unit of all its numbers, or of the first column of a table.
        kind: How it shows them.
        limits: Where the numbers stop being good.
        minimum: Lowest value of the scale.
        maximum: Highest value of the scale.
        decimals: Digits after the point; `None` leaves it to Grafana.
        width: Columns of the 24 that a dashboard has.
        height: Rows, of 30 pixels each.
        topic: Chapter of the documented queries; `None` leaves it out there.
        needs: What must run for it to have data; `None`: nothing special.
        keys: Of a table: the labels that tell its rows apart, shown first.
        columns: Of a table: title and unit of each query's column, in the order of the queries.
        low_first: Of a table: lowest values of the first column at the top.
        drill_down: The dashboard that a click on a series leads to, with its pod chosen.
        nothing: What is shown where there is no number; `None`: Grafana's "No data".
        words: Words for values, where the numbers only stand for states.
    """

    title: str
    answers: str
    queries: tuple[Query, ...]
    unit: Unit
    kind: Kind = Kind.LINES
    limits: Limits | None = None
    minimum: float | None = 0
    maximum: float | None = None
    decimals: int | None = None
    width: int = 8
    height: int = 8
    topic: Topic | None = None
    needs: Needs | None = None
    keys: tuple[str, ...] = ()
    columns: tuple[tuple[str, Unit], ...] = ()
    low_first: bool = False
    drill_down: Target | None = None
    nothing: str | None = None
    words: tuple[tuple[float, str], ...] = ()


def number(
    *,
    title: str,
    answers: str,
    expr: str,
    unit: Unit,
    limits: Limits | None = None,
    maximum: float | None = None,
    decimals: int | None = None,
    topic: Topic | None = None,
    needs: Needs | None = None,
    nothing: str | None = None,
    words: tuple[tuple[float, str], ...] = (),
    width: int = 4,
) -> Panel:
    """Returns a small panel with one number: six of them make the line that is read first."""
    return Panel(
        title=title,
        answers=answers,
        queries=(Query(expr=expr),),
        unit=unit,
        kind=Kind.NUMBER,
        limits=limits,
        minimum=None,
        maximum=maximum,
        decimals=decimals,
        topic=topic,
        needs=needs,
        nothing=nothing,
        words=words,
        width=width,
        height=4,
    )
