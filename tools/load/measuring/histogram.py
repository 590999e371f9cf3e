"""A histogram of durations with a bounded relative error, that can be merged and kept small.

The idea is HdrHistogram's: whole microseconds, exact up to 512, then 256 buckets for each power of
two. A quantile is off by at most 1/512 of its value (0.2 %), whatever the distribution.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

_UNIT: Final = 1_000_000
_BITS: Final = 8
_EXACT_BITS: Final = _BITS + 1

_ROUNDING: Final = 1e-9
"""As a float, 0.07 * 100 is a hair above 7; a rank isn't."""

RELATIVE_ERROR: Final = 1 / 2**_EXACT_BITS
"""The most that a quantile of more than 512 µs is off, as a part of its value."""


@dataclass(kw_only=True, slots=True)
class Histogram:
    """Durations in seconds.

    Attributes:
        counts: How many fell into each bucket, by its number; buckets without any are left out.
        count: How many there are.
        total: Their sum in seconds, exact.
        largest: The longest, exact.
    """

    counts: dict[int, int] = field(default_factory=dict)
    count: int = 0
    total: float = 0.0
    largest: float = 0.0

    def add(self, seconds: float) -> None:
        """Counts one duration; a negative one counts as 0."""
        value = int(seconds * _UNIT + 0.5) if seconds > 0 else 0
        shift = value.bit_length() - _EXACT_BITS
        bucket = value if shift <= 0 else (shift << _BITS) + (value >> shift)
        self.counts[bucket] = self.counts.get(bucket, 0) + 1
        self.count += 1
        if seconds > 0:
            self.total += seconds
            self.largest = max(self.largest, seconds)

    def merge(self, other: "Histogram") -> None:
        """Counts everything that the other one counted."""
        for bucket, count in other.counts.items():
            self.counts[bucket] = self.counts.get(bucket, 0) + count
        self.count += other.count
        self.total += other.total
        self.largest = max(self.largest, other.largest)

    def quantile(self, q: float) -> float | None:
        """The duration in seconds that a part `q` of all doesn't exceed; None of an empty one.

        Args:
            q: From 0 to 1.
        """
        if not self.count:
            return None
        rank = max(1, min(self.count, math.ceil(q * self.count - _ROUNDING)))
        seen = 0
        for bucket in sorted(self.counts):
            seen += self.counts[bucket]
            if seen >= rank:
                return min(_middle(bucket) / _UNIT, self.largest)
        return self.largest

    def mean(self) -> float | None:
        """The average in seconds; None of an empty one."""
        return self.total / self.count if self.count else None


def merged(histograms: Iterable[Histogram]) -> Histogram:
    """One histogram of all."""
    whole = Histogram()
    for histogram in histograms:
        whole.merge(histogram)
    return whole


def _middle(bucket: int) -> float:
    """The value in the middle of a bucket, in microseconds."""
    if bucket < 2**_EXACT_BITS:
        return float(bucket)
    shift = (bucket >> _BITS) - 1
    lowest = (bucket - (shift << _BITS)) << shift
    return lowest + ((1 << shift) - 1) / 2
