"""A model deployment: clients, an Endpoint Picker and the pods behind it."""

import random
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from statistics import fmean
from typing import Final

from tools.emulators.engine import Engine
from tools.emulators.events import (
    Answered,
    BrokenOff,
    Decision,
    EngineEvent,
    Finished,
    PoolEvent,
    Refused,
    Role,
    Routed,
    Sequence,
)
from tools.emulators.failures import Conditions
from tools.emulators.requests import Request, Traffic, arrivals

QUEUE_THRESHOLD: Final = 5
"""Waiting requests at which an endpoint counts as saturated, the Endpoint Picker's default."""

_HOLD_AT: Final = 40.0
"""Mean number of waiting requests from which on the Endpoint Picker keeps further ones itself."""

_LEAST_HOLD_SECONDS: Final = 0.0001

_PREFILL_FROM: Final = 256
"""Tokens without a cache from which on a prompt goes to a prefill pod first."""


@dataclass(frozen=True, kw_only=True)
class EngineAddress:
    """Which engine of which pod."""

    pod: str
    engine: int


@dataclass(kw_only=True)
class PoolTotals:
    """What an Endpoint Picker has done since its start, counted by itself and not by its metrics."""

    arrived: int = 0
    refused: int = 0
    routed: int = 0
    answered: int = 0


@dataclass(frozen=True, kw_only=True)
class Step:
    """What happened in a deployment during one step."""

    pool: tuple[PoolEvent, ...]
    engines: Mapping[EngineAddress, tuple[EngineEvent, ...]]


@dataclass(kw_only=True)
class Pool:
    """A deployment on its way through time.

    Attributes:
        traffic: What its clients send.
        seed: Of everything that is left to chance.
        engines: All engines by their address.
        paused: Whether the clients are silent.
        held: Requests that the Endpoint Picker keeps, for want of room.
        in_flight: Requests that pods work on, by sequence.
        totals: What the Endpoint Picker has done.
    """

    traffic: Traffic
    seed: int
    engines: Mapping[EngineAddress, Engine]
    paused: bool = False
    held: deque[Request] = field(default_factory=deque)
    in_flight: dict[Sequence, Request] = field(default_factory=dict)
    totals: PoolTotals = field(default_factory=PoolTotals)

    def __post_init__(self) -> None:
        self._dice = random.Random(self.seed)  # noqa: S311 - repeatable on purpose
        self._arrivals: Iterator[Request] = arrivals(self.traffic, self.seed)
        self._next = next(self._arrivals)
        self._now = 0.0
        self._prefilling: dict[Sequence, tuple[Request, EngineAddress]] = {}

    def of_role(self, *roles: Role) -> list[EngineAddress]:
        """Returns the engines of these roles."""
        return [address for address, engine in self.engines.items() if engine.role in roles]

    def step(self, now: float, conditions: Conditions) -> Step:
        """Goes on to a later time; returns what happened until then."""
        pool: list[PoolEvent] = []
        for request in self._due(now):
            self.totals.arrived += 1
            if 1 - request.luck < conditions.rejected_share:
                self.totals.refused += 1
                pool.append(Refused(request=request))
            else:
                self.held.append(request)
        self._dispatch(now, conditions, pool)
        engines = {
            address: tuple(engine.step(now, conditions)) for address, engine in self.engines.items()
        }
        for events in engines.values():
            self._follow(events, pool)
        self._now = now
        return Step(pool=tuple(pool), engines=engines)

    def _due(self, now: float) -> Iterable[Request]:
        while self._next.arrived <= now:
            if not self.paused:
                yield self._next
            self._next = next(self._arrivals)

    def _dispatch(self, now: float, conditions: Conditions, events: list[PoolEvent]) -> None:
        decoders = self.of_role(Role.DECODE, Role.BOTH)
        while self.held:
            if fmean(len(self.engines[one].waiting) for one in decoders) >= _HOLD_AT:
                return
            request = self.held.popleft()
            events.append(self._route(request, now, conditions))

    def _route(self, request: Request, now: float, conditions: Conditions) -> Routed:
        decoder = self._least_loaded(Role.DECODE, Role.BOTH)
        cached = request.cached_tokens if conditions.warm else 0
        uncached = request.prompt_tokens - cached
        prefillers = self.of_role(Role.PREFILL)
        decision: Decision = "decode-only"
        # Whoever came since the last step and found room wasn't held until this one.
        enqueued = request.arrived if request.arrived > self._now else now
        if prefillers and uncached >= _PREFILL_FROM:
            decision = "prefill-decode"
            prefiller = self._least_loaded(Role.PREFILL)
            first = Sequence(request=request, limit=1, enqueued=enqueued, local_tokens=cached)
            self._prefilling[first] = (request, decoder)
            self.engines[prefiller].submit(first)
        else:
            sequence = Sequence(
                request=request,
                limit=request.output_tokens,
                enqueued=enqueued,
                local_tokens=cached,
            )
            self.in_flight[sequence] = request
            self.engines[decoder].submit(sequence)
        self.totals.routed += 1
        return Routed(
            request=request,
            pod=decoder.pod,
            decision=decision,
            queue_seconds=max(_LEAST_HOLD_SECONDS, enqueued - request.arrived),
            scheduling_seconds=conditions.scheduling_seconds * self._dice.uniform(0.6, 1.6),
        )

    def _least_loaded(self, *roles: Role) -> EngineAddress:
        candidates = self.of_role(*roles)
        self._dice.shuffle(candidates)
        return min(candidates, key=lambda address: self.engines[address].load)

    def _follow(self, events: Iterable[EngineEvent], pool: list[PoolEvent]) -> None:
        for event in events:
            if not isinstance(event, Finished | BrokenOff):
                continue
            if event.sequence in self._prefilling:
                self._decode(event)
            else:
                pool.append(self._answer(event))

    def _decode(self, event: Finished | BrokenOff) -> None:
        """Hands a request from its prefill engine on; after a failure decode does all the work."""
        request, decoder = self._prefilling.pop(event.sequence)
        failed = isinstance(event, Finished) and event.reason == "error"
        sequence = Sequence(
            request=request,
            limit=request.output_tokens,
            enqueued=event.at,
            remote_tokens=0 if failed else request.prompt_tokens,
        )
        self.in_flight[sequence] = request
        self.engines[decoder].submit(sequence)

    def _answer(self, event: Finished | BrokenOff) -> Answered:
        request = self.in_flight.pop(event.sequence)
        self.totals.answered += 1
        first = event.sequence.first_token
        return Answered(
            sequence=event.sequence,
            seconds=event.at - request.arrived,
            first_token_seconds=None if first is None else first - request.arrived,
            failed=isinstance(event, Finished) and event.reason == "error",
        )
