"""Tells a waiting person which part is being made, what is going on and for how long."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, Protocol

from rich.console import Console
from rich.progress import Progress as Bars
from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

_PLAIN_LINE_SECONDS: Final = 20.0


def elapsed(seconds: float) -> str:
    """A duration as minutes and seconds.

    Args:
        seconds: Not negative.
    """
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


def _print(console: Console, line: str) -> None:
    """Prints a line as it is: its brackets are no markup, and a path is never broken."""
    console.print(line, markup=False, highlight=False, soft_wrap=True)


class Activity(Protocol):
    """One part in the making."""

    def now(self, what: str) -> None:
        """Says what is going on at the moment; called as often as one likes."""

    def note(self, what: str) -> None:
        """Says something that stays on the screen."""

    def done(self, result: str) -> None:
        """Says how it ended."""


class _Live:
    """A line that moves, on a terminal."""

    def __init__(self, bars: Bars, title: str) -> None:
        self._bars = bars
        self._title = title
        self._start = time.monotonic()
        self._task = bars.add_task(title, total=None)

    def now(self, what: str) -> None:
        self._bars.update(self._task, description=f"{self._title}: {what}")

    def note(self, what: str) -> None:
        _print(self._bars.console, f"{self._title}: {what}")

    def done(self, result: str) -> None:
        self.note(f"{result} ({elapsed(time.monotonic() - self._start)})")


class _Plain:
    """Lines that stay, where the output is a file or a pipe; one now and then."""

    def __init__(self, console: Console, title: str) -> None:
        self._console = console
        self._title = title
        self._start = time.monotonic()
        self._told = self._start - _PLAIN_LINE_SECONDS

    def now(self, what: str) -> None:
        moment = time.monotonic()
        if moment - self._told >= _PLAIN_LINE_SECONDS:
            self._told = moment
            self._line(f"{what} ({elapsed(moment - self._start)})")

    def note(self, what: str) -> None:
        self._line(what)

    def done(self, result: str) -> None:
        self._line(f"{result} ({elapsed(time.monotonic() - self._start)})")

    def _line(self, what: str) -> None:
        _print(self._console, f"{self._title}: {what}")
        sys.stdout.flush()


class Progress:
    """The whole set-up as it goes by.

    Args:
        console: Where to write.
        total: How many parts there are.
    """

    def __init__(self, console: Console, total: int) -> None:
        self._console = console
        self._total = total
        self._count = 0

    @contextmanager
    def part(self, title: str) -> Iterator[Activity]:
        """Begins the next part."""
        self._count += 1
        numbered = f"[{self._count}/{self._total}] {title}"
        if not self._console.is_terminal:
            yield _Plain(self._console, numbered)
            return
        columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False))
        with Bars(*columns, TimeElapsedColumn(), console=self._console, transient=True) as bars:
            yield _Live(bars, numbered)
