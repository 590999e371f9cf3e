"""PromQL as text, put together by small functions."""

from collections.abc import Sequence
from typing import Final

TARGET: Final = ("namespace", "pod", "job", "instance")
"""Labels that tell one scraped program from another."""

WINDOW: Final = "5m"
"""Window of all recorded rates: ten scrapes of 30 s, so one missed scrape does no harm."""
WINDOW_SECONDS: Final = 300


def selector(name: str, *matchers: str) -> str:
    """A series with matchers such as `role="decode"`."""
    return f"{name}{{{', '.join(matchers)}}}" if matchers else name


def rate(series: str, window: str = WINDOW) -> str:
    """Growth per second."""
    return f"rate({series}[{window}])"


def aggregate(operation: str, labels: Sequence[str], expression: str) -> str:
    """`sum by (...) (...)` and the like."""
    return f"{operation} by ({', '.join(labels)}) ({expression})"


def total(labels: Sequence[str], expression: str) -> str:
    """Sum that keeps some labels."""
    return aggregate("sum", labels, expression)


def label_set(expression: str, label: str, value: str) -> str:
    """Gives each series a label with a fixed value."""
    return f'label_replace({expression}, "{label}", "{value}", "", "")'


def label_copied(expression: str, *, to: str, source: str, pattern: str = "(.*)") -> str:
    """Copies a label where its value matches; a value that doesn't match leaves the series as it is."""
    return f'label_replace({expression}, "{to}", "$1", "{source}", "{pattern}")'


def union(*expressions: str) -> str:
    """All series; of those with equal labels the first."""
    return " or ".join(expressions)


def first_known(*generations: str) -> str:
    """For each target the series of the first generation that it exposes.

    A program that exposes two generations counts each event in both. The choice is made for each target,
    since programs of both ages may run side by side.
    """
    return f" or on ({', '.join(TARGET)}) ".join(generations)


def rate_from_first_event(name: str, *matchers: str) -> str:
    """Growth per second of a counter that is absent until its first event.

    `rate` starts at the first sample, so it misses what that sample already counts. It is added here for as
    long as the window reaches back before it, if the target was already scraped then: otherwise it is
    the history of a program that was found only now.
    """
    series = selector(name, *matchers)
    target = ", ".join(TARGET)
    appeared = (
        f"((min_over_time({series}[{WINDOW}]) unless {series} offset {WINDOW})"
        f" and on ({target}) (up offset {WINDOW} == 1)) / {WINDOW_SECONDS}"
    )
    return union(label_set(rate(series), "part", "grown"), label_set(appeared, "part", "appeared"))


def ratio(part: str, whole: str) -> str:
    """A share; no series where there is nothing to share, instead of NaN."""
    return f"({part}) / (({whole}) > 0)"


def zero_where_missing(expression: str, base: str) -> str:
    """Fills in 0 for label sets that only a base has."""
    return union(f"({expression})", f"0 * ({base})")
