"""How fast an error budget may burn, by Google's multi-window multi-burn-rate method.

https://sre.google/workbook/alerting-on-slos/: a factor is how many times faster than evenly the budget of 30 days is
used. The long window says that it matters, the short one that it still goes on.
"""

from dataclasses import dataclass
from typing import Final

_DAYS: Final = 30


@dataclass(frozen=True, kw_only=True)
class BurnRate:
    """A pace that is too fast, and what it is measured over.

    Attributes:
        long: The long window, a duration such as `1h`.
        short: The short window.
        factor: Times the even pace of a budget of 30 days.
    """

    long: str
    short: str
    factor: float

    def pace(self, period_days: int) -> float:
        """Times the even pace of a budget of so many days.

        Whoever keeps to the even pace keeps the promise, however short the period is.
        """
        return max(1, self.factor * period_days / _DAYS)

    def limit(self, share: float, period_days: int) -> float:
        """Share of bad events from where on an objective is in danger; 1 or more is never exceeded."""
        return self.pace(period_days) * (1 - share)


FAST: Final = (
    BurnRate(long="1h", short="5m", factor=14.4),
    BurnRate(long="6h", short="30m", factor=6.0),
)
"""2 % of the budget in an hour, 5 % in six hours."""

SLOW: Final = (
    BurnRate(long="1d", short="2h", factor=3.0),
    BurnRate(long="3d", short="6h", factor=1.0),
)
"""10 % in a day, 10 % in three days."""
