"""Metric families as data, and an exporter that holds their values."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Summary

Kind = Literal["counter", "gauge", "histogram", "summary"]
Values = Mapping[str, str]

_UNLABELLED: Final[Values] = {}


@dataclass(frozen=True, kw_only=True)
class Family:
    """One metric family as a program exposes it.

    Attributes:
        name: Its name on the wire; a counter's ends in `_total`.
        kind: Its type.
        labels: Names of its labels, without those that Prometheus adds.
        buckets: Upper bounds of a histogram's buckets, without infinity.
        seeded: Label sets that the program exposes at 0 from its start, without the exporter's constant
            labels. A family without any comes into being with its first event.
    """

    name: str
    kind: Kind
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = ()
    seeded: tuple[Values, ...] = ()


def seeds(label: str, *values: str) -> tuple[Values, ...]:
    """Returns the label sets of one label that are there from the start."""
    return tuple({label: value} for value in values)


PRESENT: Final[tuple[Values, ...]] = (_UNLABELLED,)
"""The seed of a family that is there from the start with its constant labels alone."""


class Exporter:
    """The metrics of one process.

    Args:
        families: What it exposes.
        constants: Labels with one value in this process; each family takes those that it has.
    """

    def __init__(self, families: Iterable[Family], constants: Values = _UNLABELLED) -> None:
        self.registry = CollectorRegistry(auto_describe=False)
        self._families: dict[str, Family] = {}
        self._constants = constants
        self._counters: dict[str, Counter] = {}
        self._gauges: dict[str, Gauge] = {}
        self._histograms: dict[str, Histogram] = {}
        self._summaries: dict[str, Summary] = {}
        for family in families:
            self._register(family)

    def has(self, name: str) -> bool:
        """Tells whether there is a family of this name."""
        return name in self._families

    def seed(self, constants: Values) -> None:
        """Brings the series into being that are there from the start.

        Args:
            constants: Values of labels that tell the engines of one process apart.
        """
        for family in self._families.values():
            for values in family.seeded:
                self._series(family.name, {**constants, **values})

    def add(self, name: str, amount: float = 1, /, **labels: str) -> None:
        """Increases a counter."""
        self._counter(name, labels).inc(amount)

    def set(self, name: str, value: float, /, **labels: str) -> None:
        """Sets a gauge."""
        family = self._families[name]
        gauge = self._gauges[name]
        (gauge.labels(*self._ordered(family, labels)) if family.labels else gauge).set(value)

    def observe(self, name: str, value: float, /, **labels: str) -> None:
        """Adds an observation to a histogram or a summary."""
        family = self._families[name]
        metric: Histogram | Summary
        metric = self._histograms[name] if family.kind == "histogram" else self._summaries[name]
        (metric.labels(*self._ordered(family, labels)) if family.labels else metric).observe(value)

    def _register(self, family: Family) -> None:
        self._families[family.name] = family
        name, text, labels = family.name, family.name.replace("_", " "), family.labels
        match family.kind:
            case "counter":
                self._counters[name] = Counter(
                    name.removesuffix("_total"), text, labels, registry=self.registry
                )
            case "gauge":
                self._gauges[name] = Gauge(name, text, labels, registry=self.registry)
            case "summary":
                self._summaries[name] = Summary(name, text, labels, registry=self.registry)
            case "histogram":
                self._histograms[name] = Histogram(
                    name, text, labels, buckets=family.buckets, registry=self.registry
                )

    def _series(self, name: str, labels: Values) -> None:
        family = self._families[name]
        if not family.labels:
            return
        every: dict[str, Counter | Gauge | Histogram | Summary] = {
            **self._counters,
            **self._gauges,
            **self._histograms,
            **self._summaries,
        }
        every[name].labels(*self._ordered(family, labels))

    def _counter(self, name: str, labels: Values) -> Counter:
        family, counter = self._families[name], self._counters[name]
        return counter.labels(*self._ordered(family, labels)) if family.labels else counter

    def _ordered(self, family: Family, labels: Values) -> list[str]:
        return [labels[name] if name in labels else self._constants[name] for name in family.labels]
