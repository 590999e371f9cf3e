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
    TurnedAway,
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
        self._submitted: deque[Request] = deque()
        self._abandoned: set[Request] = set()

    @property
    def now(self) -> float:
        """The time of the last step."""
        return self._now

    def submit(self, request: Request) -> None:
        """Takes a request of a client from outside of the simulation; the next step sees it."""
        self._submitted.append(request)

    def abandon(self, request: Request) -> None:
        """Notes that a submitted request's client has gone away, unless it is answered already."""
        if request in self._submitted or request in self.held:
            self._abandoned.add(request)
        for sequence, one in self.in_flight.items():
            sequence.abandoned |= one == request
        for sequence, (one, _) in self._prefilling.items():
            if one == request:
                sequence.abandoned = True
                self._abandoned.add(request)

    def of_role(self, *roles: Role) -> list[EngineAddress]:
        """Returns the engines of these roles."""
        return [address for address, engine in self.engines.items() if engine.role in roles]

    def step(self, now: float, conditions: Conditions) -> Step:
        """Goes on to a later time; returns what happened until then."""
        pool: list[PoolEvent] = []
        for request in self._due(now):
            self.totals.arrived += 1
            unreadable = request.rejection is not None and request.rejection.by_picker
            if unreadable or 1 - request.luck < conditions.rejected_share:
                self.totals.refused += 1
                self._abandoned.discard(request)
                pool.append(Refused(request=request))
            else:
                self.held.append(request)
        turned_away = self._dispatch(now, conditions, pool)
        engines = {
            address: (*turned_away.get(address, ()), *engine.step(now, conditions))
            for address, engine in self.engines.items()
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
        while self._submitted:
            yield self._submitted.popleft()

    def _dispatch(
        self, now: float, conditions: Conditions, events: list[PoolEvent]
    ) -> Mapping[EngineAddress, list[TurnedAway]]:
        """Routes what is held, as far as there is room; returns what model servers turn away at once."""
        turned_away: dict[EngineAddress, list[TurnedAway]] = {}
        decoders = self.of_role(Role.DECODE, Role.BOTH)
        while self.held:
            if fmean(len(self.engines[one].waiting) for one in decoders) >= _HOLD_AT:
                break
            request = self.held.popleft()
            decoder = self._least_loaded(Role.DECODE, Role.BOTH)
            if request.rejection is None:
                events.append(self._route(request, decoder, now, conditions))
                continue
            events.append(self._routed(request, decoder, "decode-only", now, conditions))
            event = TurnedAway(request=request, status=request.rejection.status)
            events.append(event)
            turned_away.setdefault(decoder, []).append(event)
            self._abandoned.discard(request)
            self.totals.answered += 1
        return turned_away

    def _route(
        self, request: Request, decoder: EngineAddress, now: float, conditions: Conditions
    ) -> Routed:
        cached = request.cached_tokens if conditions.warm else 0
        uncached = request.prompt_tokens - cached
        prefillers = self.of_role(Role.PREFILL)
        decision: Decision = "decode-only"
        enqueued = self._leaves(request, now)
        if prefillers and uncached >= _PREFILL_FROM:
            decision = "prefill-decode"
            prefiller = self._least_loaded(Role.PREFILL)
            first = Sequence(
                request=request,
                limit=1,
                enqueued=enqueued,
                local_tokens=cached,
                abandoned=request in self._abandoned,
            )
            self._prefilling[first] = (request, decoder)
            self.engines[prefiller].submit(first)
        else:
            sequence = Sequence(
                request=request,
                limit=request.output_tokens,
                enqueued=enqueued,
                local_tokens=cached,
                abandoned=self._was_abandoned(request),
            )
            self.in_flight[sequence] = request
            self.engines[decoder].submit(sequence)
        return self._routed(request, decoder, decision, now, conditions)

    def _leaves(self, request: Request, now: float) -> float:
        """When a request leaves the gateway: whoever came since the last step wasn't held until this one."""
        return request.arrived if request.arrived > self._now else now

    def _was_abandoned(self, request: Request) -> bool:
        """Tells whether a request's client has gone away, for the last time."""
        if request not in self._abandoned:
            return False
        self._abandoned.discard(request)
        return True

    def _routed(
        self,
        request: Request,
        decoder: EngineAddress,
        decision: Decision,
        now: float,
        conditions: Conditions,
    ) -> Routed:
        self.totals.routed += 1
        return Routed(
            request=request,
            pod=decoder.pod,
            decision=decision,
            queue_seconds=max(_LEAST_HOLD_SECONDS, self._leaves(request, now) - request.arrived),
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
            abandoned=self._was_abandoned(request),
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
