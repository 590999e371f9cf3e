"""Draws lengths in tokens."""

import math
from random import Random
from typing import Final

from tools.load.scenario.lengths import Length

_Z95: Final = 1.6448536269514722
"""The normal distribution's 95th percentile, in standard deviations."""


def draw_length(length: Length, random: Random) -> int:
    """One length of this distribution, at least 1."""
    if length.constant is not None:
        return length.constant
    if length.uniform is not None:
        return random.randint(length.uniform.min, length.uniform.max)
    if length.lognormal is not None:
        tail = length.lognormal
        sigma = math.log(tail.p95 / tail.median) / _Z95
        drawn = tail.median * math.exp(sigma * random.gauss(0, 1)) if sigma else tail.median
        return min(tail.max, max(1, round(drawn)))
    if length.exponential is not None:
        short = length.exponential
        return min(short.max, max(1, round(random.expovariate(1 / short.mean))))
    raise ValueError("a length has exactly one distribution")
