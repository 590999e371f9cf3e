"""Delays of a known distribution that come in a fixed order.

No draw is random: each distribution is a table of its quantiles, walked in steps that visit them evenly. So
a few hundred requests already have the distribution's quantiles, and each run has the same delays.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import exp, log
from statistics import NormalDist
from typing import Final

_POINTS: Final = 1009
"""A prime, so that any step visits each."""

_STEP: Final = 624
"""About the golden section of it, so that neighbours in time are far apart in size."""


@dataclass(kw_only=True)
class Delays:
    """An endless, fixed series of delays in seconds."""

    table: Sequence[float]
    _at: int = field(default=0, init=False)

    def next(self) -> float:
        """The next delay."""
        self._at = (self._at + _STEP) % len(self.table)
        return self.table[self._at]


def constant(seconds: float) -> Delays:
    """Always this delay."""
    return Delays(table=(seconds,))


def lognormal(median: float, p95: float) -> Delays:
    """A long tail, as real servers have.

    Args:
        median: Seconds that half of all don't exceed.
        p95: Seconds that 95 % of all don't exceed.
    """
    normal = NormalDist()
    sigma = log(p95 / median) / normal.inv_cdf(0.95)
    points = ((number + 0.5) / _POINTS for number in range(_POINTS))
    return Delays(table=[median * exp(sigma * normal.inv_cdf(point)) for point in points])
