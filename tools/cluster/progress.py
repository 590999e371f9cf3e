"""Telling the person who waits what is being done."""

import time
from collections.abc import Callable

Progress = Callable[[str], None]
"""Is given one line for each thing done."""


def silent(line: str) -> None:
    """Tell nobody."""


class Stopwatch:
    """Seconds since it was made."""

    def __init__(self) -> None:
        self._begun = time.monotonic()

    def elapsed(self) -> float:
        """The seconds until now."""
        return time.monotonic() - self._begun
