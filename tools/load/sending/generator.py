"""One process' part of a run: sends what is due, and counts how it ends."""

import asyncio
import time
from collections.abc import Coroutine, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from typing import Any, Final

from tools.load.measuring import outcome
from tools.load.measuring.outcome import Outcome
from tools.load.measuring.tally import Tally
from tools.load.planning.drawing import Drawing
from tools.load.planning.planned import GOOD_KINDS, Planned
from tools.load.planning.schedule import due_times
from tools.load.scenario.arrivals import ClosedArrivals
from tools.load.scenario.model import Scenario
from tools.load.sending.client import Client

LATE_SECONDS: Final = 0.25
"""A request that is due at the end of a run may be sent so much later."""


_EARLY_SECONDS: Final = 0.0005
"""An event loop wakes up on whole milliseconds: half of one early and half of one late are late by less together."""


class Orders:
    """What the run's owner tells a generator.

    Attributes:
        stop: Send no more; what is in flight gets a little time.
        abandon: Wait for nothing any more.
        patience: Seconds that requests in flight get after a stop.
    """

    def __init__(self) -> None:
        self.stop = asyncio.Event()
        self.abandon = asyncio.Event()
        self.patience = 0.0


@dataclass(frozen=True, kw_only=True)
class Part:
    """Which part of the requests a process sends.

    Attributes:
        index: Its number, from 0.
        of: How many processes there are.
    """

    index: int
    of: int

    def share(self, whole: int) -> int:
        """How many of so many things are this process'; all shares add up."""
        return whole // self.of + (1 if self.index < whole % self.of else 0)


class Generator:
    """Sends one part of a scenario's requests.

    Args:
        scenario: What to send.
        drawing: Draws the requests.
        seed: Decides random arrivals.
        part: This process' part.
        client: The session with the target.
        interval_seconds: Length of the report's intervals.
    """

    def __init__(
        self,
        scenario: Scenario,
        drawing: Drawing,
        *,
        seed: int,
        part: Part,
        client: Client,
        interval_seconds: float,
    ) -> None:
        self._scenario = scenario
        self._drawing = drawing
        self._seed = seed
        self._part = part
        self._client = client
        self._interval_seconds = interval_seconds
        self._tally = Tally(interval_seconds=interval_seconds)
        self._begin = self._end = 0.0
        self._in_flight: set[asyncio.Task[None]] = set()
        self._limit = asyncio.Semaphore(max(1, part.share(scenario.max_in_flight)))
        self._cpu = 0.0

    @property
    def in_flight(self) -> int:
        """Requests that wait for their end."""
        return len(self._in_flight)

    def take(self) -> Tally:
        """What was counted since the last time."""
        tally, self._tally = self._tally, Tally(interval_seconds=self._interval_seconds)
        used = time.process_time()
        tally.cpu_seconds, self._cpu = used - self._cpu, used
        return tally

    async def run(self, begin: float, orders: Orders) -> None:
        """Sends until the scenario ends or it is stopped, then waits for what is in flight.

        Args:
            begin: When to begin, on the monotonic clock.
            orders: End it early.
        """
        self._begin, self._cpu = begin, time.process_time()
        self._end = begin + self._scenario.duration_seconds
        closed = self._scenario.arrivals.closed
        sending = asyncio.create_task(
            self._open_loop() if closed is None else self._closed_loop(closed)
        )
        await _first(sending, orders.stop.wait())
        self._end = min(self._end, time.monotonic())
        sending.cancel()
        with suppress(asyncio.CancelledError):
            await sending
        drain = self._scenario.drain_seconds
        await self._drain(min(drain, orders.patience) if orders.stop.is_set() else drain, orders)

    async def _open_loop(self) -> None:
        duration = self._scenario.duration_seconds
        upcoming = self._own(due_times(self._scenario.arrivals, duration, self._seed))
        try:
            async with asyncio.timeout(self._end + LATE_SECONDS - time.monotonic()):
                for number, offset in upcoming:
                    await self._start(self._drawing.request(number), offset)
        except TimeoutError:
            pass  # What was due by now and isn't sent is counted below.
        finally:
            passed = time.monotonic() - self._begin
            for number, offset in upcoming:
                if offset > passed:
                    break
                self._skip(self._drawing.request(number), offset)

    def _own(self, due: Iterator[float]) -> Iterator[tuple[int, float]]:
        part = self._part
        return ((number, at) for number, at in enumerate(due) if number % part.of == part.index)

    async def _start(self, planned: Planned, offset: float) -> None:
        due = self._begin + offset
        try:
            if (wait := due - time.monotonic()) > _EARLY_SECONDS:
                await asyncio.sleep(wait - _EARLY_SECONDS)
            await self._limit.acquire()
        except asyncio.CancelledError:
            if due <= time.monotonic():
                self._skip(planned, offset)
            raise
        self._tally.add_due(offset)
        task = asyncio.create_task(self._exchange(planned, due))
        self._in_flight.add(task)
        task.add_done_callback(self._ended)

    def _skip(self, planned: Planned, offset: float) -> None:
        self._tally.add_due(offset)
        self._tally.add_unsent(planned.kind, outcome.UNSENT)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._in_flight.discard(task)
        self._limit.release()

    async def _exchange(self, planned: Planned, due: float) -> None:
        sent = time.monotonic()
        due = min(due, sent)
        self._tally.add_sent(due - self._begin, sent - self._begin)
        try:
            ended = await self._client.send(planned, due)
        except asyncio.CancelledError:
            ended = _unfinished(planned, due, sent)
        self._tally.add_end(ended, self._begin)

    async def _closed_loop(self, closed: ClosedArrivals) -> None:
        await asyncio.sleep(max(0.0, self._begin - time.monotonic()))
        numbers = count(self._part.index, self._part.of)
        for _ in range(self._part.share(closed.concurrency)):
            user = asyncio.create_task(self._user(numbers, closed.think_seconds))
            self._in_flight.add(user)
            user.add_done_callback(self._in_flight.discard)
        await asyncio.sleep(self._end - time.monotonic())

    async def _user(self, numbers: Iterator[int], think: float) -> None:
        while (now := time.monotonic()) < self._end:
            self._tally.add_due(now - self._begin)
            await self._exchange(self._drawing.request(next(numbers)), now)
            if think:
                await asyncio.sleep(max(0.0, min(think, self._end - time.monotonic())))

    async def _drain(self, seconds: float, orders: Orders) -> None:
        if not self._in_flight:
            return
        ended = asyncio.gather(*self._in_flight, return_exceptions=True)
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await _first(asyncio.shield(ended), orders.abandon.wait())
        for task in tuple(self._in_flight):
            task.cancel()
        await ended


async def _first(work: asyncio.Future[Any], signal: Coroutine[Any, Any, Any]) -> None:
    """Waits until one of them is done; the signal is no longer waited for then."""
    waiting = asyncio.create_task(signal)
    try:
        await asyncio.wait((work, waiting), return_when=asyncio.FIRST_COMPLETED)
    finally:
        waiting.cancel()


def _unfinished(planned: Planned, due: float, sent: float) -> Outcome:
    return Outcome(
        kind=planned.kind,
        good=planned.kind in GOOD_KINDS,
        result=outcome.UNFINISHED,
        due=due,
        sent=sent,
        end=time.monotonic(),
    )
