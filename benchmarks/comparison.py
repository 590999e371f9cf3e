"""What is compared with what, and what is allowed: pure arithmetic."""

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, kw_only=True)
class Series:
    """Repeated measurements of one thing.

    Attributes:
        name: What was measured.
        values: Each measurement, in the order in which they were made; at least one.
    """

    name: str
    values: tuple[float, ...]

    @property
    def median(self) -> float:
        """The middle one."""
        return median(self.values)


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """One measured thing, and those that it is held against.

    Attributes:
        title: What the comparison is about.
        subject: The measured thing.
        baseline: Their medians together are what counts as 1.
        bound: The largest allowed ratio.
        unit: What all of them are measured in.
    """

    title: str
    subject: Series
    baseline: tuple[Series, ...]
    bound: float
    unit: str = "s"

    @property
    def ratio(self) -> float:
        """The subject in units of the baseline."""
        return self.subject.median / sum(series.median for series in self.baseline)

    @property
    def holds(self) -> bool:
        """Whether the bound is kept; a ratio that equals it does."""
        return self.ratio <= self.bound


def as_json(comparison: Comparison) -> Mapping[str, object]:
    """The comparison with every measurement, for machines."""
    return {
        "title": comparison.title,
        "unit": comparison.unit,
        "subject": _series_as_json(comparison.subject),
        "baseline": [_series_as_json(series) for series in comparison.baseline],
        "ratio": comparison.ratio,
        "bound": comparison.bound,
        "holds": comparison.holds,
    }


def _series_as_json(series: Series) -> Mapping[str, object]:
    return {"name": series.name, "median": series.median, "values": list(series.values)}
