"""Error budgets that burn too fast: `rules.burn_rate` tells from where on."""

from collections.abc import Iterator
from typing import Final

from rules.alerts.definition import PERCENTAGE, AlertArgs, Dashboard, Definition, Severity
from rules.burn_rate import FAST, SLOW, BurnRate

_LEAST_EVENTS: Final = "1 / 60"
"""Events a second; with less than one a minute a single failure would be an alert."""

_WHAT: Final = (
    ("availability", "Availability", "Too many requests fail"),
    ("ttft", "FirstToken", "Too many first tokens are late"),
    ("inter_token", "InterToken", "Too many tokens are late"),
)


def burn_rates() -> Iterator[tuple[str, str, BurnRate]]:
    """Yields what each alert watches: its name, the objective (label `slo`), and one of its burn rates."""
    for slo, title, _ in _WHAT:
        yield from ((_fast(title), slo, burn) for burn in FAST)
        yield from ((_slow(title), slo, burn) for burn in SLOW)


def definitions(args: AlertArgs) -> Iterator[Definition]:
    """Returns the alerts."""
    days = args.objectives.period_days
    for slo, title, summary in _WHAT:
        description = (
            f"{PERCENTAGE} of what {{{{ $labels.model }}}} in {{{{ $labels.namespace }}}} did missed its objective "
            f"({slo}): the error budget is used up too fast."
        )
        yield Definition(
            name=_fast(title),
            expr=" or ".join(_burning(slo, burn, days) for burn in FAST),
            hold="2m",
            severity=Severity.CRITICAL,
            summary=summary,
            description=description,
            dashboard=Dashboard.SLO,
            variables=("namespace", "model", "slo"),
        )
        yield Definition(
            name=_slow(title),
            expr=" or ".join(_burning(slo, burn, days) for burn in SLOW),
            hold="15m",
            severity=Severity.WARNING,
            summary=summary,
            description=description,
            dashboard=Dashboard.SLO,
            variables=("namespace", "model", "slo"),
        )


def _fast(title: str) -> str:
    return f"LLMD{title}BudgetBurnsFast"


def _slow(title: str) -> str:
    return f"LLMD{title}BudgetBurnsSlowly"


def _burning(slo: str, burn: BurnRate, period_days: int) -> str:
    of = f'{{slo="{slo}"}}'
    by = "on (namespace, model, slo)"
    limit = f"({burn.pace(period_days):g} * (1 - llmd:slo_objective:ratio{of}))"
    return (
        f"(llmd:slo_bad:ratio_rate{burn.long}{of} > {by} {limit} "
        f"and {by} (llmd:slo_bad:ratio_rate{burn.short}{of} > {by} {limit}) "
        f"and {by} (llmd:slo_events:rate5m{of} > {_LEAST_EVENTS}))"
    )
