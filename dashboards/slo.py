"""Service levels: how much of each error budget is left, and how fast it burns."""

from dashboards.building.board import Board, Row
from dashboards.building.panel import Kind, Limits, Panel, number
from dashboards.building.query import Query, largest, of_models, or_zero, total
from dashboards.building.target import FAILURE, VLLM
from dashboards.building.unit import Unit
from dashboards.building.variable import Variable, model, namespace

_BUDGET = "llmd:slo_budget_remaining:ratio"
_OBJECTIVE = "llmd:slo_objective:ratio"
_EVENTS = "llmd:slo_events:rate5m"
_BAD = "llmd:slo_bad_events:rate5m"
_BURNING = Limits(warning=6, critical=14.4)
"""14.4 times the even pace uses up 2 % of a 30-day budget in an hour, 6 times 5 % in six hours."""


def _slos(series: str, *matchers: str, **equal: str) -> str:
    return of_models(series, 'slo=~"$slo"', *matchers, **equal)


def _burn(window: str) -> str:
    """How many times faster than the even pace the budget is used."""
    bad = _slos(f"llmd:slo_bad:ratio_rate{window}")
    return f"{bad} / on (namespace, model, slo) (1 - {_slos(_OBJECTIVE)})"


_NOW = Row(
    title="Now",
    panels=(
        number(
            title="Least budget left",
            answers="What is left of the error budget of the worst objective. Below 0 it is overspent.",
            expr=f"min({_slos(_BUDGET)})",
            unit=Unit.RATIO,
            limits=Limits(warning=0.5, critical=0.1, low_is_bad=True),
            decimals=1,
        ),
        number(
            title="Budgets overspent",
            answers="Objectives that are missed over their period.",
            expr=or_zero(f"count({_slos(_BUDGET)} < 0)"),
            unit=Unit.COUNT,
            limits=Limits(warning=1, critical=2),
        ),
        number(
            title="Fastest burn in an hour",
            answers="How many times faster than the even pace the fastest budget is used. 1 uses it up exactly at the "
            "end of the period; 14.4 is a page.",
            expr=f"max({_burn('1h')})",
            unit=Unit.STATE,
            limits=_BURNING,
            decimals=1,
        ),
        number(
            title="Fastest burn in six hours",
            answers="The same over six hours; 6 is a page.",
            expr=f"max({_burn('6h')})",
            unit=Unit.STATE,
            limits=Limits(warning=1, critical=6),
            decimals=1,
        ),
        number(
            title="Bad events now",
            answers="Failed requests, too slow first tokens and too slow tokens in a second.",
            expr=or_zero(total(_slos(_BAD))),
            unit=Unit.EVENTS_PER_SECOND,
        ),
        number(
            title="Objectives",
            answers="Objectives that are watched.",
            expr=or_zero(f"count({_slos(_OBJECTIVE)})"),
            unit=Unit.COUNT,
        ),
    ),
)

_BUDGETS = Row(
    title="Error budgets",
    panels=(
        Panel(
            title="Objectives now",
            answers="Each objective: what is left of its budget, its objective, and the bad share in the last hour and "
            "day.",
            queries=(
                Query(expr=_slos(_BUDGET)),
                Query(expr=_slos(_OBJECTIVE)),
                Query(expr=_slos("llmd:slo_bad:ratio_rate1h")),
                Query(expr=_slos("llmd:slo_bad:ratio_rate1d")),
            ),
            unit=Unit.RATIO,
            kind=Kind.TABLE,
            keys=("namespace", "model", "slo"),
            columns=(
                ("Budget left", Unit.RATIO),
                ("Objective", Unit.RATIO),
                ("Bad in 1 h", Unit.RATIO),
                ("Bad in 1 d", Unit.RATIO),
            ),
            low_first=True,
            decimals=2,
            width=12,
        ),
        Panel(
            title="Budget left over time",
            answers="A falling line uses budget; a flat one is good; it rises when an old incident leaves the period.",
            queries=(
                Query(
                    expr=f"bottomk(20, {_slos(_BUDGET)})", legend="{{namespace}} {{model}} {{slo}}"
                ),
            ),
            unit=Unit.RATIO,
            minimum=None,
            limits=Limits(warning=0.5, critical=0.1, low_is_bad=True),
            width=12,
        ),
    ),
)

_BURN = Row(
    title="Burn rate",
    panels=(
        Panel(
            title="Burn over an hour",
            answers="Times the even pace; the twenty fastest. Above 14.4 for long is a page.",
            queries=(
                Query(expr=largest(20, _burn("1h")), legend="{{namespace}} {{model}} {{slo}}"),
            ),
            unit=Unit.STATE,
            limits=_BURNING,
        ),
        Panel(
            title="Burn over six hours",
            answers="Times the even pace; the twenty fastest. Above 6 for long is a page.",
            queries=(
                Query(expr=largest(20, _burn("6h")), legend="{{namespace}} {{model}} {{slo}}"),
            ),
            unit=Unit.STATE,
            limits=Limits(warning=1, critical=6),
        ),
        Panel(
            title="Burn over three days",
            answers="Times the even pace; the twenty fastest. Above 1 the objective will be missed.",
            queries=(
                Query(expr=largest(20, _burn("3d")), legend="{{namespace}} {{model}} {{slo}}"),
            ),
            unit=Unit.STATE,
            limits=Limits(warning=1, critical=3),
        ),
    ),
)

_OBJECTIVES = Row(
    title="What is judged",
    panels=(
        *(
            Panel(
                title=title,
                answers=answers,
                queries=(
                    Query(
                        expr=largest(20, _slos("llmd:slo_bad:ratio_rate5m", slo=slo)),
                        legend="{{namespace}} {{model}} {{slo}}",
                    ),
                ),
                unit=Unit.RATIO,
            )
            for slo, title, answers in (
                ("availability", "Failed requests", "Share of requests that failed."),
                ("ttft", "Slow first tokens", "Share of requests whose first token came too late."),
                ("inter_token", "Slow tokens", "Share of tokens that came too late."),
            )
        ),
        Panel(
            title="Judged events",
            answers="How many events each objective judges. Few: one bad event weighs much.",
            queries=(Query(expr=total(_slos(_EVENTS), "slo"), legend="{{slo}}"),),
            unit=Unit.EVENTS_PER_SECOND,
            width=24,
        ),
    ),
)

BOARD = Board(
    name="slo",
    title="llm-d / SLO and error budget",
    description="How much of each error budget is left, and how fast it burns.",
    variables=(
        namespace(_OBJECTIVE),
        model(_OBJECTIVE),
        Variable(name="slo", title="Objective", series=of_models(_OBJECTIVE), label="slo"),
    ),
    rows=(_NOW, _BUDGETS, _BURN, _OBJECTIVES),
    links=(FAILURE, VLLM),
    span="24h",
    refresh="1m",
)
