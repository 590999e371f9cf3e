"""One engine of a model server: a queue, a batch and a KV cache."""

import random
from collections import deque
from dataclasses import dataclass, field
from typing import Final

from tools.emulators.events import (
    BrokenOff,
    EngineEvent,
    Fetched,
    FetchFailed,
    Finished,
    Generated,
    LeaseExpired,
    Preempted,
    Reason,
    Role,
    Scheduled,
    Sequence,
)
from tools.emulators.failures import Conditions
from tools.emulators.requests import BLOCK_TOKENS

CAPACITY_TOKENS: Final = 32768
"""Tokens that an engine's KV cache holds."""

CAPACITY_BLOCKS: Final = CAPACITY_TOKENS // BLOCK_TOKENS

_PREFILL_TOKENS_PER_SECOND: Final = 12000.0
_LEAST_PREFILL_SECONDS: Final = 0.015
_GAP_SECONDS: Final = 0.018
_GAP_FOR_EACH_RUNNING: Final = 0.0004
_KV_BYTES_PER_TOKEN: Final = 131072
_NETWORK_BYTES_PER_SECOND: Final = 8e9
_LEAST_FETCH_SECONDS: Final = 0.004
_LEAST_QUEUE_SECONDS: Final = 0.0002


@dataclass(kw_only=True)
class Totals:
    """What an engine has done since its start, counted by itself and not by its metrics."""

    scheduled: int = 0
    prompt_tokens: int = 0
    generated_tokens: int = 0
    finished: int = 0
    failed: int = 0
    broken_off: int = 0
    preempted: int = 0
    fetched: int = 0
    fetches_failed: int = 0


@dataclass(kw_only=True)
class Engine:
    """An engine on its way through time.

    Attributes:
        role: What it does for a request.
        dice: Its source of chance.
        waiting: Sequences that wait to be put into the batch.
        running: The batch.
        totals: What it has done.
    """

    role: Role
    dice: random.Random
    waiting: deque[Sequence] = field(default_factory=deque)
    running: list[Sequence] = field(default_factory=list)
    totals: Totals = field(default_factory=Totals)
    _now: float = 0.0
    _conditions: Conditions = field(default_factory=Conditions)

    @property
    def load(self) -> int:
        """Sequences that are in it."""
        return len(self.waiting) + len(self.running)

    @property
    def kv_usage(self) -> float:
        """Share of the KV cache in use, 0 to 1."""
        taken = CAPACITY_TOKENS * (1 - self._conditions.kv_share)
        return min(1.0, (taken + self._used()) / CAPACITY_TOKENS)

    def submit(self, sequence: Sequence) -> None:
        """Takes a sequence into the queue."""
        self.waiting.append(sequence)

    def step(self, now: float, conditions: Conditions) -> list[EngineEvent]:
        """Goes on to a later time; returns what happened until then."""
        self._conditions = conditions
        events: list[EngineEvent] = []
        self._break_off(now, events)
        self._preempt(now, events)
        self._admit(now, events)
        for sequence in list(self.running):
            self._advance(sequence, now, events)
        self._now = now
        return events

    def _used(self) -> int:
        return sum(sequence.tokens for sequence in self.running)

    def _break_off(self, now: float, events: list[EngineEvent]) -> None:
        for sequences in (self.waiting, self.running):
            for sequence in [one for one in sequences if one.abandoned]:
                sequences.remove(sequence)
                self.totals.broken_off += 1
                events.append(BrokenOff(sequence=sequence, at=now))

    def _preempt(self, now: float, events: list[EngineEvent]) -> None:
        chance = self._conditions.preempted_share * (now - self._now)
        for sequence in list(self.running):
            if sequence.first_token is not None and self.dice.random() < chance:
                self.running.remove(sequence)
                self.waiting.appendleft(sequence)
                sequence.preemptions += 1
                self.totals.preempted += 1
                events.append(Preempted(sequence=sequence))

    def _admit(self, now: float, events: list[EngineEvent]) -> None:
        room = CAPACITY_TOKENS * self._conditions.kv_share - self._used()
        while self.waiting and len(self.running) < self._conditions.slots:
            if self.waiting[0].tokens > room and self.running:
                return
            sequence = self.waiting.popleft()
            room -= sequence.tokens
            # Whoever came since the last step and found room didn't wait for the step.
            start = sequence.enqueued if sequence.enqueued > self._now else now
            self._schedule(sequence, start, events)
            self.running.append(sequence)

    def _schedule(self, sequence: Sequence, start: float, events: list[EngineEvent]) -> None:
        conditions = self._conditions
        if sequence.preemptions == 0:
            sequence.queue_seconds = max(_LEAST_QUEUE_SECONDS, start - sequence.enqueued)
            self.totals.scheduled += 1
            events.append(Scheduled(sequence=sequence))
        sequence.scheduled = start
        sequence.base = max(1, sequence.emitted)
        fetches = sequence.remote_tokens > 0 and sequence.preemptions == 0
        wait = self._fetch(sequence, events) if fetches else 0.0
        work = sequence.computed_tokens / _PREFILL_TOKENS_PER_SECOND
        busy = 1 + 0.05 * len(self.running)
        prefill = max(_LEAST_PREFILL_SECONDS, work) * busy
        delay = conditions.prefill_delay if sequence.first_token is None else 0.0
        sequence.first_token_at = start + wait + prefill + delay
        gap = _GAP_SECONDS + _GAP_FOR_EACH_RUNNING * len(self.running)
        sequence.gap = gap * self.dice.uniform(0.85, 1.25) * conditions.token_factor

    def _fetch(self, sequence: Sequence, events: list[EngineEvent]) -> float:
        size = sequence.remote_tokens * _KV_BYTES_PER_TOKEN
        seconds = _LEAST_FETCH_SECONDS + size / _NETWORK_BYTES_PER_SECOND
        if self.dice.random() < self._conditions.failed_transfer_share:
            sequence.remote_tokens = 0
            self.totals.fetches_failed += 1
            events.append(FetchFailed())
            return seconds
        self.totals.fetched += 1
        blocks = -(-sequence.remote_tokens // BLOCK_TOKENS)
        events.append(Fetched(seconds=seconds, size=size, descriptors=blocks))
        return seconds

    def _advance(self, sequence: Sequence, now: float, events: list[EngineEvent]) -> None:
        if sequence.first_token_at > now:
            return
        if sequence.first_token is None and sequence.request.luck < self._conditions.error_share:
            self._finish(sequence, "error", sequence.first_token_at, events)
            return
        end = self._end_of(sequence)
        gaps = int((now - sequence.first_token_at) / sequence.gap)
        target = min(end, sequence.base + gaps)
        self._generate(sequence, target - sequence.emitted, events)
        if sequence.emitted < end:
            return
        at = min(now, sequence.first_token_at + sequence.gap * (end - sequence.base))
        if sequence.request.aborts_after == end and self.role is not Role.PREFILL:
            self.running.remove(sequence)
            self.totals.broken_off += 1
            events.append(BrokenOff(sequence=sequence, at=at))
            return
        limited = sequence.request.limited or self.role is Role.PREFILL
        self._finish(sequence, "length" if limited else "stop", at, events)

    def _end_of(self, sequence: Sequence) -> int:
        aborts = sequence.request.aborts_after
        if self.role is Role.PREFILL or aborts is None:
            return sequence.limit
        return min(sequence.limit, aborts)

    def _generate(self, sequence: Sequence, count: int, events: list[EngineEvent]) -> None:
        if count <= 0:
            return
        first = sequence.first_token is None
        if first:
            sequence.first_token = sequence.first_token_at
            self.totals.prompt_tokens += sequence.request.prompt_tokens
            if self.role is Role.PREFILL and self.dice.random() < (
                self._conditions.failed_transfer_share / 4
            ):
                events.append(LeaseExpired())
        sequence.emitted += count
        self.totals.generated_tokens += count
        events.append(Generated(sequence=sequence, count=count, first=first))

    def _finish(
        self, sequence: Sequence, reason: Reason, at: float, events: list[EngineEvent]
    ) -> None:
        self.running.remove(sequence)
        self.totals.finished += 1
        self.totals.failed += reason == "error"
        events.append(Finished(sequence=sequence, reason=reason, at=at))
