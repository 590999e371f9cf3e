"""The sending processes: one for each 750 requests a second, as far as there are processors."""

import asyncio
import math
import os
import sys
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

from tools import paths
from tools.errors import UserError
from tools.load.measuring.tally import Tally
from tools.load.running import frames
from tools.load.running.assignment import Assignment
from tools.load.scenario.arrivals import Arrivals

_RATE_EACH: Final = 750.0
"""A stream of 16 tokens costs a process 0.6 ms or so; half of its time leaves room for bursts."""
_USERS_EACH: Final = 500
_READY_SECONDS: Final = 60.0
_HEAD_START_SECONDS: Final = 0.2
_END_SECONDS: Final = 10.0


def how_many(arrivals: Arrivals, processors: int) -> int:
    """How many processes a load needs; no more than there are processors."""
    peak = arrivals.peak_rate()
    if arrivals.closed is not None:
        needed = math.ceil(arrivals.closed.concurrency / _USERS_EACH)
    else:
        needed = math.ceil((peak or 0.0) / _RATE_EACH)
    return max(1, min(needed, processors))


def processors() -> int:
    """Processors that this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@dataclass(kw_only=True)
class Progress:
    """How far a run is.

    Attributes:
        tally: Everything counted so far.
        begin: When it began, on the monotonic clock.
        in_flight: Requests that wait for their end, by process.
        lost: Processes that ended before their time.
    """

    tally: Tally
    begin: float = 0.0
    in_flight: dict[int, int] = field(default_factory=dict)
    lost: int = 0

    def elapsed(self) -> float:
        """Seconds since the begin."""
        return max(0.0, time.monotonic() - self.begin)


class Processes:
    """Sending processes that are ready to begin.

    Args:
        children: The processes.
        progress: Is kept up to date.
    """

    def __init__(self, children: Sequence[asyncio.subprocess.Process], progress: Progress) -> None:
        self._children = children
        self.progress = progress

    async def run(self) -> Progress:
        """Begins, and ends when all of them have ended."""
        begin = time.monotonic() + _HEAD_START_SECONDS
        self.progress.begin = begin
        self._order(f"begin {begin!r}")
        readers = (self._follow(index, child) for index, child in enumerate(self._children))
        await asyncio.gather(*readers)
        return self.progress

    def stop(self, patience: float) -> None:
        """Sends no more; what is in flight gets so many seconds."""
        self._order(f"stop {patience}")

    def abandon(self) -> None:
        """Ends at once."""
        self._order("abandon")

    def _order(self, line: str) -> None:
        for child in self._children:
            assert child.stdin is not None  # noqa: S101 - it was started with a pipe
            if not child.stdin.is_closing():
                child.stdin.write(line.encode() + b"\n")

    async def _follow(self, index: int, child: asyncio.subprocess.Process) -> None:
        assert child.stdout is not None  # noqa: S101 - it was started with a pipe
        progress = self.progress
        while frame := await frames.read(child.stdout):
            if frame.tally is not None:
                progress.tally.merge(frame.tally)
            progress.in_flight[index] = frame.in_flight
            if frame.last:
                return
        progress.in_flight[index] = 0
        progress.lost += 1


@asynccontextmanager
async def started(
    make: Callable[[int, int], Assignment], number: int, interval_seconds: float
) -> AsyncIterator[Processes]:
    """Starts processes and waits until they are ready; ends them afterwards, whatever happens.

    Args:
        make: The assignment of a process, by its number and how many there are.
        number: How many.
        interval_seconds: Length of the report's intervals.

    Raises:
        UserError: One can't be started.
    """
    children: list[asyncio.subprocess.Process] = []
    try:
        for index in range(number):
            child = await _start(make(index, number))
            children.append(child)
        async with asyncio.timeout(_READY_SECONDS):
            for child in children:
                assert child.stdout is not None  # noqa: S101 - it was started with a pipe
                if await frames.read(child.stdout) is None:
                    raise UserError("a sending process ended at its start; what it said is above")
        yield Processes(children, Progress(tally=Tally(interval_seconds=interval_seconds)))
    except TimeoutError:
        raise UserError(
            f"the sending processes weren't ready within {_READY_SECONDS:g} s",
            next_step="The machine is busy; try again.",
        ) from None
    finally:
        await asyncio.gather(*(_end(child) for child in children))


async def _start(assignment: Assignment) -> asyncio.subprocess.Process:
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tools.load.running.child",
        cwd=paths.REPO,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=1 << 22,
        # Ctrl-C on the terminal is for the owner, which lets its processes end in order.
        start_new_session=True,
    )
    assert child.stdin is not None  # noqa: S101 - it was started with a pipe
    child.stdin.write(assignment.to_line())
    return child


async def _end(child: asyncio.subprocess.Process) -> None:
    assert child.stdin is not None  # noqa: S101 - it was started with a pipe
    child.stdin.close()
    try:
        async with asyncio.timeout(_END_SECONDS):
            await child.wait()
    except TimeoutError:
        child.kill()
        await child.wait()
