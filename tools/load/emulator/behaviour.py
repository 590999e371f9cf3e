"""What the emulated server does."""

from dataclasses import dataclass, field
from enum import StrEnum

from tools.load.emulator.delays import Delays, constant


class Fault(StrEnum):
    """A way to fail."""

    RESET = "reset"
    """Reset the connection once the request is there."""

    CLOSE = "close"
    """Close the connection without a reply."""

    STALL = "stall"
    """Never reply."""

    GARBAGE = "garbage"
    """Bytes that aren't HTTP."""

    GARBAGE_JSON = "garbage_json"
    """Status 200 and a body that isn't JSON."""

    GARBAGE_STREAM = "garbage_stream"
    """A stream with an event that isn't JSON."""

    HALF_BODY = "half_body"
    """Less of a body than its length says, then close."""

    HALF_STREAM = "half_stream"
    """A stream that is closed after its first token."""

    STREAM_ERROR = "stream_error"
    """A stream with an error in it."""

    INTERNAL = "internal"
    """Status 500."""


@dataclass(kw_only=True)
class Behaviour:
    """How the server answers.

    Attributes:
        first_token: Until the first token, or until the whole reply of a request that isn't streamed.
        between_tokens: Between two tokens of a stream.
        model: The only model.
        context: Most tokens of a prompt and its reply.
        fault: How some requests fail.
        fault_every: Every how many well-formed requests one fails.
    """

    first_token: Delays = field(default_factory=lambda: constant(0.05))
    between_tokens: Delays = field(default_factory=lambda: constant(0.01))
    model: str = "emulated"
    context: int = 8192
    fault: Fault | None = None
    fault_every: int = 1
