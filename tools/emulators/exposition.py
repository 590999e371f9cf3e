"""How the programs write their metrics down; each has its own habits.

vLLM and SGLang use prometheus_client for Python, the Endpoint Picker the Go client. Python writes a bucket's bound as
`1.0`, Go as `1`; Python adds a `_created` gauge to each counter and histogram unless it runs several processes.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from prometheus_client.samples import Sample

_CREATED: Final = "_created"
_GO_EXPONENTS: Final = range(-4, 6)
"""Decimal exponents that Go's shortest format writes without an `e`."""


class Style(StrEnum):
    """Whose habits to follow."""

    PYTHON = "python"
    """One process: `_created` gauges."""

    PYTHON_MULTIPROCESS = "python-multiprocess"
    """Several processes: no `_created`."""

    GO = "go"
    """No `_created`, bounds without `.0`."""


@dataclass(frozen=True, kw_only=True)
class Exposition:
    """An answer to a scrape."""

    body: bytes
    content_type: str


class _Writer(Protocol):
    def __call__(self, registry: CollectorRegistry) -> bytes: ...


_text: Final[_Writer] = generate_latest


def expose(registry: CollectorRegistry, style: Style) -> Exposition:
    """Writes all metrics down.

    Args:
        registry: The metrics.
        style: Whose habits to follow.
    """
    if style is Style.PYTHON:
        return Exposition(
            body=_text(registry), content_type="text/plain; version=1.0.0; charset=utf-8"
        )
    plain = CollectorRegistry(auto_describe=False)
    plain.register(_Rewritten(registry, go=style is Style.GO))
    return Exposition(body=_text(plain), content_type="text/plain; version=0.0.4; charset=utf-8")


def go_float(value: float) -> str:
    """Returns a number in the shortest format of Go, which client_golang writes bounds with.

    Source: `strconv.FormatFloat(f, 'g', -1, 64)`.
    """
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    text = repr(value).removesuffix(".0")
    if value == 0 or math.floor(math.log10(abs(value))) in _GO_EXPONENTS:
        return text
    tries = (f"{value:.{places}e}" for places in range(17))
    return next(written for written in tries if float(written) == value)


class _Rewritten(Collector):
    """The metrics of a registry without creation times, and with Go's bounds where asked."""

    def __init__(self, registry: CollectorRegistry, *, go: bool) -> None:
        self._registry = registry
        self._go = go

    def collect(self) -> Iterator[Metric]:
        for metric in self._registry.collect():
            metric.samples = [
                self._sample(sample)
                for sample in metric.samples
                if not sample.name.endswith(_CREATED)
            ]
            yield metric

    def _sample(self, sample: Sample) -> Sample:
        bound = sample.labels.get("le")
        if not self._go or bound is None:
            return sample
        return sample._replace(labels={**sample.labels, "le": go_float(float(bound))})
