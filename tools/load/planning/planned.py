"""A request, ready to be sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

GOOD_KINDS = ("chat", "completions")


class Manner(Enum):
    """How a request is sent."""

    WHOLE = "whole"
    """As anybody would."""

    SLOW_BODY = "slow body"
    """The body in pieces, with pauses."""

    BROKEN_BODY = "broken body"
    """The connection is closed in the middle of the body."""

    LEAVE_EARLY = "leave early"
    """The connection is closed before the reply."""

    LEAVE_STREAM = "leave stream"
    """The connection is closed after the first token."""


@dataclass(kw_only=True, slots=True)
class Planned:
    """One request.

    Attributes:
        number: Its place in the run, from 0.
        kind: `chat` or `completions` of a good one, the malformed kind of any other.
        model: Whom it asks.
        method: HTTP method.
        path: Path below the target's base URL.
        headers: Header fields.
        body: The body.
        streamed: Whether the reply comes token by token.
        manner: How it is sent.
        body_seconds: Over which time a slow body is sent.
    """

    number: int
    kind: str
    model: str
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    streamed: bool
    manner: Manner = Manner.WHOLE
    body_seconds: float = 0.0
