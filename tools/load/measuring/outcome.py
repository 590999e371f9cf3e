"""How one request ended, as the client saw it."""

from dataclasses import dataclass, field
from typing import Final

OK: Final = "ok"
"""A whole, well-formed reply with status 200."""

REFUSED: Final = "refused"
"""Nobody listens at the address."""

UNREACHABLE: Final = "unreachable"
"""The host has no address, or there is no way to it."""

TLS: Final = "tls"
"""The server's certificate can't be verified, or it speaks no TLS."""

RESET: Final = "reset"
"""The server reset the connection, or closed it before its reply began."""

TRUNCATED: Final = "truncated"
"""The server went away in the middle of its reply."""

GARBAGE: Final = "garbage"
"""A reply that isn't HTTP, or whose body isn't what the API says."""

STREAM_ERROR: Final = "stream_error"
"""A stream with an error in it."""

TIMEOUT: Final = "timeout"
"""No whole reply within the scenario's `timeoutSeconds`."""

LEFT: Final = "left"
"""The client went away, on purpose."""

UNFINISHED: Final = "unfinished"
"""Still in flight when the run had ended and `drainSeconds` were over."""

UNSENT: Final = "unsent"
"""Due, and not sent before the run ended: there were `maxInFlight` already."""

BROKEN: Final = "broken"
"""A failure of the generator itself, which would be a defect."""


def status_result(status: int) -> str:
    """The result of a reply with another status than 200."""
    return f"http_{status}"


@dataclass(kw_only=True, slots=True)
class Outcome:
    """One request, all times in seconds of the monotonic clock.

    Attributes:
        kind: `chat`, `completions` or a malformed kind.
        good: Whether the request was a good one.
        result: `ok`, `http_<status>` or one of the words above.
        due: When it had to be sent; all latencies count from here, so that a generator or server that falls
            behind can't hide it (no coordinated omission).
        sent: When it really was.
        first: When the first token came; None where none came or the reply wasn't streamed.
        end: When it ended.
        gaps: Times between tokens, as they came.
        prompt_tokens: What the server counted.
        output_tokens: What the server counted, or else how many pieces came.
    """

    kind: str
    good: bool
    result: str
    due: float
    sent: float
    end: float
    first: float | None = None
    gaps: list[float] = field(default_factory=list)
    prompt_tokens: int = 0
    output_tokens: int = 0
