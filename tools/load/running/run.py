"""One run from its begin to its end, whatever comes between."""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Protocol

from pydantic import SecretStr

from tools.load.measuring.tally import Tally
from tools.load.running.assignment import Assignment
from tools.load.running.processes import Processes, Progress, how_many, processors, started
from tools.load.scenario.model import Scenario

PATIENCE_SECONDS: Final = 5.0
"""What requests in flight get after the first Ctrl-C."""

_SHOW_SECONDS: Final = 0.5
_MOST_INTERVALS: Final = 400
_INTERVALS: Final = (1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is going to be run.

    Attributes:
        name: The scenario's name or file.
        scenario: The scenario, with what the command line overrides.
        base: The target's base URL.
        models: Whom requests ask that name no model.
        seed: Decides what is random.
        ca_file: CA that an HTTPS target is verified with.
        api_key: Sent as a bearer token; never shown.
    """

    name: str
    scenario: Scenario
    base: str
    models: tuple[str, ...]
    seed: int
    ca_file: str | None = None
    api_key: SecretStr | None = None


@dataclass(frozen=True, kw_only=True)
class Finished:
    """What came of it.

    Attributes:
        plan: What was run.
        tally: Everything counted.
        began: When it began.
        sending_seconds: How long requests were sent.
        interrupted: Whether somebody ended it early.
        processes: How many processes sent.
        lost: How many of them ended before their time.
        losses: Why the way to the target was lost, each time.
        gone: Why it stayed lost, so that the run was ended early; empty where it didn't.
    """

    plan: Plan
    tally: Tally
    began: datetime
    sending_seconds: float
    interrupted: bool
    processes: int
    lost: int
    losses: tuple[str, ...] = ()
    gone: str = ""


class Route(Protocol):
    """A way to the target that can be lost.

    Attributes:
        losses: Why it was lost, each time.
        gone: Why it stays lost; empty as long as it doesn't.
    """

    losses: list[str]
    gone: str


class Display(Protocol):
    """Shows how far a run is."""

    def show(self, progress: Progress) -> None:
        """Is called twice a second."""

    def say(self, line: str) -> None:
        """Tells of something that happens once."""


def interval_seconds(duration: float) -> float:
    """The length of the report's intervals: a second, or more in a long run."""
    fitting = (length for length in _INTERVALS if duration / length <= _MOST_INTERVALS)
    return next(fitting, _INTERVALS[-1])


async def execute(plan: Plan, display: Display, route: Route | None = None) -> Finished:
    """Runs it; the first Ctrl-C lets requests in flight end, the second doesn't.

    Args:
        plan: What to run.
        display: Shows how far it is.
        route: The way to the target, if it can be lost; the run ends early once it stays lost.

    Raises:
        UserError: It can't be started.
    """
    interval = interval_seconds(plan.scenario.duration_seconds)
    number = how_many(plan.scenario.arrivals, processors())

    def assignment(index: int, of: int) -> Assignment:
        return Assignment(
            scenario=plan.scenario,
            base=plan.base,
            models=plan.models,
            seed=plan.seed,
            index=index,
            of=of,
            interval_seconds=interval,
            ca_file=plan.ca_file,
            api_key=plan.api_key,
        )

    async with started(assignment, number, interval) as processes:
        interruption = _Interruption(processes, display)
        watched = None if route is None else _Watched(route, interruption, display)
        with interruption.by_signals():
            began = datetime.now(UTC)
            run = asyncio.create_task(processes.run())
            while not run.done():
                await asyncio.wait((run,), timeout=_SHOW_SECONDS)
                display.show(processes.progress)
                if watched is not None:
                    watched.look()
        progress = await run
    duration = plan.scenario.duration_seconds
    return Finished(
        plan=plan,
        tally=progress.tally,
        began=began,
        sending_seconds=duration
        if interruption.after is None
        else min(duration, interruption.after),
        interrupted=interruption.after is not None,
        processes=number,
        lost=progress.lost,
        losses=() if route is None else tuple(route.losses),
        gone="" if route is None else route.gone,
    )


class _Interruption:
    """Ctrl-C, or a request to terminate.

    Attributes:
        after: How many seconds after the begin it came, if it did.
    """

    def __init__(self, processes: Processes, display: Display) -> None:
        self.after: float | None = None
        self._processes = processes
        self._display = display

    @contextmanager
    def by_signals(self) -> Iterator[None]:
        """Handles signals within."""
        loop = asyncio.get_running_loop()
        signals = (signal.SIGINT, signal.SIGTERM)
        for number in signals:
            loop.add_signal_handler(number, self._interrupt)
        try:
            yield
        finally:
            for number in signals:
                loop.remove_signal_handler(number)

    def _interrupt(self) -> None:
        if self.after is not None:
            self._processes.abandon()
            return
        self.stop()
        self._display.say(
            f"Stopping: requests in flight get {PATIENCE_SECONDS:g} s. Once more ends at once."
        )

    def stop(self) -> None:
        """Sends no more; what is in flight gets its time."""
        self.after = self._processes.progress.elapsed()
        self._processes.stop(PATIENCE_SECONDS)


class _Watched:
    """Tells when the way to the target is lost, and ends the run when it stays so."""

    def __init__(self, route: Route, interruption: _Interruption, display: Display) -> None:
        self._route = route
        self._interruption = interruption
        self._display = display
        self._told = ""

    def look(self) -> None:
        """Is called twice a second."""
        why = self._route.losses[-1] if self._route.losses else ""
        # A server that is down can end a port-forward every second, in the same words.
        if why != self._told:
            self._display.say(f"The port-forward was lost, it is opened again: {why}")
            self._told = why
        if self._route.gone and self._interruption.after is None:
            self._interruption.stop()
