"""How far a run is: a table that changes on a terminal, plain lines elsewhere."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from rich.console import Console
from rich.live import Live
from rich.table import Table

from tools.load.measuring.histogram import Histogram, merged
from tools.load.measuring.outcome import OK
from tools.load.measuring.tally import Interval, Tally
from tools.load.planning.planned import GOOD_KINDS
from tools.load.reporting.wording import duration
from tools.load.running.processes import Progress
from tools.load.running.run import Display

_RECENT_SECONDS: Final = 10.0
_LINE_SECONDS: Final = 5.0
_MOST_KINDS: Final = 4


@contextmanager
def display(console: Console, seconds: float) -> Iterator[Display]:
    """What fits the console.

    Args:
        console: Where to show it.
        seconds: How long requests are going to be sent.
    """
    if not console.is_terminal:
        yield PlainLines(console, seconds)
        return
    with Live(console=console, refresh_per_second=4, transient=True) as live:
        yield _ChangingTable(live, seconds)


class PlainLines:
    """A line every five seconds."""

    def __init__(self, console: Console, seconds: float) -> None:
        self._console = console
        self._seconds = seconds
        self._next = _LINE_SECONDS

    def show(self, progress: Progress) -> None:
        """Prints a line when it is time."""
        elapsed = progress.elapsed()
        if elapsed < self._next:
            return
        self._next = elapsed + _LINE_SECONDS
        facts = facts_of(progress, self._seconds)
        self.say(", ".join(f"{name} {value}" for name, value in facts.items()))

    def say(self, line: str) -> None:
        """Prints a line now."""
        self._console.print(line, markup=False)


class _ChangingTable:
    def __init__(self, live: Live, seconds: float) -> None:
        self._live = live
        self._seconds = seconds

    def show(self, progress: Progress) -> None:
        table = Table(show_header=False, box=None, pad_edge=False)
        for name, value in facts_of(progress, self._seconds).items():
            table.add_row(name, value)
        self._live.update(table)

    def say(self, line: str) -> None:
        self._live.console.print(line, markup=False)


def facts_of(progress: Progress, seconds: float) -> dict[str, str]:
    """What a reader wants to know meanwhile; latencies are those of the last ten seconds."""
    tally, elapsed = progress.tally, progress.elapsed()
    recent = list(_recent(tally, elapsed))
    span = min(_RECENT_SECONDS, max(elapsed, 1.0))
    end_to_end = merged(interval.end_to_end for interval in recent)
    first = merged(interval.first_token for interval in recent)
    return {
        "time": f"{min(elapsed, seconds):.0f}/{seconds:.0f} s",
        "rate": f"{sum(interval.sent for interval in recent) / span:.1f}/s",
        "in flight": str(sum(progress.in_flight.values())),
        "end to end": _pair(end_to_end),
        "first token": _pair(first),
        "ok": str(sum(n for (_, result), n in tally.results.items() if result == OK)),
        "errors": _errors(tally.results),
    }


def _recent(tally: Tally, elapsed: float) -> Iterator[Interval]:
    first = int(max(0.0, elapsed - _RECENT_SECONDS) / tally.interval_seconds)
    return (interval for number, interval in tally.intervals.items() if number >= first)


def _pair(histogram: Histogram) -> str:
    if not histogram.count:
        return "-"
    return f"p50 {duration(histogram.quantile(0.5))}, p99 {duration(histogram.quantile(0.99))}"


def _errors(results: Counter[tuple[str, str]]) -> str:
    """The most frequent ones, malformed requests by their kind."""
    counted = Counter[str]()
    for (kind, result), number in results.items():
        if result != OK:
            counted[result if kind in GOOD_KINDS else kind] += number
    if not counted:
        return "none"
    shown = counted.most_common(_MOST_KINDS)
    rest = sum(counted.values()) - sum(number for _, number in shown)
    words = [f"{name} {number}" for name, number in shown]
    return " ".join([*words, f"others {rest}"] if rest else words)
