"""Alerts on error budgets that could never fire, or would look back further than samples are kept."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil
from typing import Final

from components.contradiction import ContradictionError
from components.settings.rules import RuleSettings
from components.settings.slo import PERIOD_DAYS, SloSettings
from rules.alerts.objectives import burn_rates
from rules.burn_rate import BurnRate
from rules.duration import in_seconds

_SHARE_STEP: Final = 10_000
"""Shares are proposed with four digits."""


@dataclass(frozen=True, kw_only=True)
class KeptSamples:
    """How long samples are kept.

    Attributes:
        key: The key that says so.
        retention: Its value, a duration of Prometheus.
    """

    key: tuple[str, ...]
    retention: str


def unreachable_limits(slo: SloSettings, rules: RuleSettings) -> Iterator[ContradictionError]:
    """Yields each objective so low that an alert would wait for more bad events than there are events.

    A budget of a long period may burn fast for a short time, so that the share that is too much can reach 100 %.
    """
    watched = _watched(rules)
    for key, objective, share in slo.shares():
        unreachable = [
            (name, burn)
            for name, of, burn in watched
            if of == objective and burn.limit(share, slo.period_days) >= 1
        ]
        if unreachable:
            name, fastest = unreachable[0]
            limit = fastest.limit(share, slo.period_days)
            yield ContradictionError(
                f"is {share}, and slo.periodDays is {slo.period_days}: {name} would wait for {limit:.0%} of the "
                "events to be bad, and never fire",
                allowed=f"at least {_least_share(fastest, slo.period_days)}, slo.periodDays of at most "
                f"{_longest_period(fastest, share)}, or {name} in rules.silenced",
                key=("slo", *key),
            )


def unkept_windows(kept: KeptSamples | None, rules: RuleSettings) -> Iterator[ContradictionError]:
    """Yields a retention that is shorter than the longest window of an alert."""
    watched = _watched(rules)
    if kept is None or not watched:
        return
    name, _, longest = max(watched, key=lambda one: in_seconds(one[2].long))
    if in_seconds(kept.retention) < in_seconds(longest.long):
        yield ContradictionError(
            f"is {kept.retention}, and {name} looks back {longest.long}: it would judge by what is left",
            allowed=f"at least {longest.long}, or no slo in rules.alerts",
            key=kept.key,
        )


def _watched(rules: RuleSettings) -> list[tuple[str, str, BurnRate]]:
    """Alerts on burn rates that this stack gets, fastest first: name, objective, burn rate."""
    if "slo" not in rules.alerts:
        return []
    watched = [one for one in burn_rates() if one[0] not in rules.silenced]
    return sorted(watched, key=lambda one: -one[2].factor)


def _least_share(burn: BurnRate, period_days: int) -> float:
    least = ceil((1 - 1 / burn.pace(period_days)) * _SHARE_STEP)
    return next(
        share
        for step in (least, least + 1)
        if burn.limit(share := step / _SHARE_STEP, period_days) < 1
    )


def _longest_period(burn: BurnRate, share: float) -> int:
    return max(days for days in PERIOD_DAYS if burn.limit(share, days) < 1)
