"""What a command and everything that it starts take: time, processor and memory."""

import resource
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import psutil

_PERIOD_SECONDS: Final = 0.2
_MEBIBYTE: Final = 2**20


@dataclass(frozen=True, kw_only=True)
class Usage:
    """What was taken.

    Attributes:
        seconds: Time on the clock.
        cpu_seconds: Time on a processor, of all processes together; other programs change it little.
        mebibytes: Most memory that the processes held together at a time.
    """

    seconds: float
    cpu_seconds: float
    mebibytes: float

    def beyond(self, least: "Usage") -> "Usage":
        """Returns what was taken more than by something smaller."""
        return Usage(
            seconds=self.seconds - least.seconds,
            cpu_seconds=self.cpu_seconds - least.cpu_seconds,
            mebibytes=self.mebibytes - least.mebibytes,
        )


def used(action: Callable[[], object]) -> Usage:
    """Do something and tell what its processes took; those that ran before it don't count."""
    before = {process.pid for process in psutil.Process().children(recursive=True)}
    done = threading.Event()
    most = [0]
    watch = threading.Thread(target=_watch, args=(before, done, most), daemon=True)
    start, cpu = time.perf_counter(), _processor_seconds()
    watch.start()
    try:
        action()
    finally:
        seconds = time.perf_counter() - start
        done.set()
        watch.join()
    return Usage(
        seconds=seconds,
        cpu_seconds=_processor_seconds() - cpu,
        mebibytes=most[0] / _MEBIBYTE,
    )


def _processor_seconds() -> float:
    """Of all processes that were started from here and have ended."""
    # To the microsecond; `os.times` counts in ticks of the clock, and loses what is left of one.
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _watch(before: set[int], done: threading.Event, most: list[int]) -> None:
    while not done.wait(_PERIOD_SECONDS):
        most[0] = max(most[0], sum(_memory(each) for each in _started(before)))


def _started(before: set[int]) -> list[psutil.Process]:
    return [each for each in psutil.Process().children(recursive=True) if each.pid not in before]


def _memory(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.Error:
        return 0
