"""What happens in the simulation; exporters turn it into metrics."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from tools.emulators.requests import Request


class Role(StrEnum):
    """What an engine does for a request."""

    BOTH = "both"
    PREFILL = "prefill"
    DECODE = "decode"


Reason = Literal["stop", "length", "error"]
Decision = Literal["decode-only", "prefill-decode"]


@dataclass(kw_only=True, eq=False)
class Sequence:
    """A request inside one engine.

    Attributes:
        request: The request.
        limit: Tokens that this engine generates for it.
        enqueued: When it came to the engine.
        local_tokens: Tokens of the prompt that the engine's own cache has.
        remote_tokens: Tokens of the prompt that come from a prefill engine.
        queue_seconds: How long it waited before it was first put into the batch.
        scheduled: When it was last put into the batch.
        first_token_at: When its first token is or was due, since it was last put into the batch.
        first_token: When its first token came.
        gap: Seconds between two of its tokens.
        emitted: Tokens generated so far.
        base: Tokens that it has at `first_token_at`; a preempted one goes on where it was.
        preemptions: How often it was preempted.
        abandoned: Whether its client has gone away.
    """

    request: Request
    limit: int
    enqueued: float
    local_tokens: int = 0
    remote_tokens: int = 0
    queue_seconds: float = 0.0
    scheduled: float = 0.0
    first_token_at: float = 0.0
    first_token: float | None = None
    gap: float = 0.02
    emitted: int = 0
    base: int = 1
    preemptions: int = 0
    abandoned: bool = False

    @property
    def tokens(self) -> int:
        """Tokens that it keeps in the KV cache."""
        return self.request.prompt_tokens + self.emitted

    @property
    def computed_tokens(self) -> int:
        """Tokens of the prompt that no cache had."""
        return self.request.prompt_tokens - self.local_tokens - self.remote_tokens


@dataclass(frozen=True, kw_only=True)
class Scheduled:
    """A sequence was put into the batch for the first time."""

    sequence: Sequence


@dataclass(frozen=True, kw_only=True)
class Generated:
    """A sequence got tokens; `first` is set when its first one is among them."""

    sequence: Sequence
    count: int
    first: bool


@dataclass(frozen=True, kw_only=True)
class Finished:
    """A sequence came to its end at this time."""

    sequence: Sequence
    reason: Reason
    at: float


@dataclass(frozen=True, kw_only=True)
class BrokenOff:
    """The client of a sequence went away."""

    sequence: Sequence
    at: float


@dataclass(frozen=True, kw_only=True)
class Preempted:
    """A running sequence had to give up its KV cache."""

    sequence: Sequence


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """A sequence's KV cache was read from a prefill engine."""

    seconds: float
    size: int
    descriptors: int


@dataclass(frozen=True, kw_only=True)
class FetchFailed:
    """A sequence's KV cache could not be read from a prefill engine."""


@dataclass(frozen=True, kw_only=True)
class LeaseExpired:
    """A prefill engine kept a KV cache that nobody came to read."""


@dataclass(frozen=True, kw_only=True)
class TurnedAway:
    """A model server refused a request for what its client said; the engine never saw it."""

    request: Request
    status: int


EngineEvent = (
    Scheduled
    | Generated
    | Finished
    | BrokenOff
    | Preempted
    | Fetched
    | FetchFailed
    | LeaseExpired
    | TurnedAway
)


@dataclass(frozen=True, kw_only=True)
class Refused:
    """The Endpoint Picker refused a request, for want of room or because it can't read it."""

    request: Request


@dataclass(frozen=True, kw_only=True)
class Routed:
    """The Endpoint Picker gave a request to a pod."""

    request: Request
    pod: str
    decision: Decision
    queue_seconds: float
    scheduling_seconds: float


@dataclass(frozen=True, kw_only=True)
class Answered:
    """The last byte of an answer passed the Endpoint Picker.

    Attributes:
        sequence: The request in its last engine.
        seconds: From its arrival at the Endpoint Picker.
        first_token_seconds: The same up to the first token; None where none came.
        failed: Whether the model server answered with an error.
    """

    sequence: Sequence
    seconds: float
    first_token_seconds: float | None
    failed: bool


PoolEvent = Refused | Routed | Answered | TurnedAway
