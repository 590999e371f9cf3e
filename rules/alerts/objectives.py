"""Error budgets that burn too fast, by Google's multi-window multi-burn-rate method.

https://sre.google/workbook/alerting-on-slos/: a factor is how many times faster than evenly the budget of 30 days is
used. The long window says that it matters, the short one that it still goes on.
"""

from collections.abc import Iterator
from typing import Final

from rules.alerts.definition import PERCENTAGE, AlertArgs, Dashboard, Definition, Severity

_DAYS: Final = 30
_FAST: Final = (("1h", "5m", 14.4), ("6h", "30m", 6.0))
"""2 % of the budget in an hour, 5 % in six hours."""
_SLOW: Final = (("1d", "2h", 3.0), ("3d", "6h", 1.0))
"""10 % in a day, 10 % in three days."""

_LEAST_EVENTS: Final = "1 / 60"
"""Events a second; with less than one a minute a single failure would be an alert."""

_WHAT: Final = (
    ("availability", "Availability", "Too many requests fail"),
    ("ttft", "FirstToken", "Too many first tokens are late"),
    ("inter_token", "InterToken", "Too many tokens are late"),
)


def definitions(args: AlertArgs) -> Iterator[Definition]:
    """Returns the alerts."""
    scale = args.objectives.period_days / _DAYS
    for slo, title, summary in _WHAT:
        description = (
            f"{PERCENTAGE} of what {{{{ $labels.model }}}} in {{{{ $labels.namespace }}}} did missed its objective "
            f"({slo}): the error budget is used up too fast."
        )
        yield Definition(
            name=f"LLMD{title}BudgetBurnsFast",
            expr=" or ".join(_burning(slo, *window, scale=scale) for window in _FAST),
            hold="2m",
            severity=Severity.CRITICAL,
            summary=summary,
            description=description,
            dashboard=Dashboard.SLO,
            variables=("namespace", "model", "slo"),
        )
        yield Definition(
            name=f"LLMD{title}BudgetBurnsSlowly",
            expr=" or ".join(_burning(slo, *window, scale=scale) for window in _SLOW),
            hold="15m",
            severity=Severity.WARNING,
            summary=summary,
            description=description,
            dashboard=Dashboard.SLO,
            variables=("namespace", "model", "slo"),
        )


def _burning(slo: str, long: str, short: str, factor: float, *, scale: float) -> str:
    of = f'{{slo="{slo}"}}'
    by = "on (namespace, model, slo)"
    # Whoever keeps to the even pace keeps the promise, however short the period is.
    limit = f"({max(1, factor * scale):g} * (1 - llmd:slo_objective:ratio{of}))"
    return (
        f"(llmd:slo_bad:ratio_rate{long}{of} > {by} {limit} "
        f"and {by} (llmd:slo_bad:ratio_rate{short}{of} > {by} {limit}) "
        f"and {by} (llmd:slo_events:rate5m{of} > {_LEAST_EVENTS}))"
    )
