"""What the catalogue says about one raw metric."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

TARGET_LABELS: Final = (
    "namespace",
    "pod",
    "job",
    "instance",
    "container",
    "endpoint",
    "service",
    "node",
    "role",
)
"""Labels that scraping adds to every series; `role` is our monitors'. A label of the same name that the
program itself sets arrives as `exported_<name>`."""


class MetricType(StrEnum):
    """Type on the wire, which the name doesn't always tell."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"
    SUMMARY = "summary"


@dataclass(frozen=True, kw_only=True)
class Metric:
    """A family of raw series.

    Attributes:
        name: Name on the wire; without `_bucket`, `_sum`, `_count` for histograms.
        type: Type on the wire.
        labels: The program's own labels, without those that scraping adds and without `le`.
        unit: Unit as exposed.
        meaning: What it says, and where it misleads.
        buckets: Upper bounds without infinity; a server may be started with others.
        since: First release that has it, as far as known; empty: all that were looked at.
        until: First release that lacks it again; empty: still there.
        needs: Option that switches it on; empty: always there.
        at_first_event: Absent until something happened.
        optional_labels: Labels that only some releases or options add.
    """

    name: str
    type: MetricType
    labels: tuple[str, ...]
    unit: str
    meaning: str
    buckets: tuple[float, ...] = ()
    since: str = ""
    until: str = ""
    needs: str = ""
    at_first_event: bool = False
    optional_labels: tuple[str, ...] = ()

    @property
    def series(self) -> tuple[str, ...]:
        """Names of the series that carry it."""
        if self.type is MetricType.HISTOGRAM:
            return (f"{self.name}_bucket", f"{self.name}_sum", f"{self.name}_count")
        if self.type is MetricType.SUMMARY:
            return (self.name, f"{self.name}_sum", f"{self.name}_count")
        return (self.name,)

    @property
    def scraped_labels(self) -> frozenset[str]:
        """All labels that its series can have in Prometheus."""
        own = {*self.labels, *self.optional_labels}
        if self.type is MetricType.HISTOGRAM:
            own.add("le")
        renamed = {f"exported_{label}" for label in own if label in TARGET_LABELS}
        return frozenset({*own, *renamed, *TARGET_LABELS})
