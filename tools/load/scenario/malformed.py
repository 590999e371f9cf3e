"""What can be wrong with a request, on purpose."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from components.settings.closed import Closed


class MalformedKind(StrEnum):
    """One thing that is wrong; the values are what scenario files and reports say."""

    MALFORMED_JSON = "malformed_json"
    """The body's JSON breaks off."""

    EMPTY_BODY = "empty_body"
    """No body at all."""

    UNKNOWN_MODEL = "unknown_model"
    """A model that nobody serves."""

    MISSING_FIELD = "missing_field"
    """No `messages`, or no `prompt`."""

    WRONG_TYPE = "wrong_type"
    """A number where text is due, and text where a number is due."""

    INVALID_TEMPERATURE = "invalid_temperature"
    """A temperature above the highest allowed, 2."""

    NEGATIVE_MAX_TOKENS = "negative_max_tokens"
    """Fewer than no tokens."""

    HUGE_MAX_TOKENS = "huge_max_tokens"
    """More tokens than any context holds."""

    OVERLONG_CONTEXT = "overlong_context"
    """A prompt longer than the context; see `overlongTokens`."""

    WRONG_CONTENT_TYPE = "wrong_content_type"
    """A good body, said to be plain text."""

    NO_CONTENT_TYPE = "no_content_type"
    """A good body, and no word on what it is."""

    UNKNOWN_PATH = "unknown_path"
    """A path that doesn't exist."""

    WRONG_METHOD = "wrong_method"
    """PUT where POST is due."""

    BROKEN_BODY = "broken_body"
    """The connection is closed in the middle of the body."""

    DISCONNECT_EARLY = "disconnect_early"
    """The client goes away before the reply begins."""

    DISCONNECT_STREAM = "disconnect_stream"
    """The client goes away after the first token."""

    SLOW_BODY = "slow_body"
    """A good body that arrives in pieces over `slowBodySeconds`."""


Weight = Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False)]


class MalformedSettings(Closed):
    """Requests that are wrong on purpose."""

    share: Annotated[float, Field(ge=0, le=1)] = 0.0
    """Which part of all requests is malformed, from 0 to 1."""

    kinds: dict[MalformedKind, Weight] = Field(default={})
    """How often each kind is drawn, relative to the others; empty: every kind alike."""

    overlong_tokens: Annotated[int, Field(ge=1_000, le=1_000_000)] = 200_000
    """Length of an over-long prompt."""

    slow_body_seconds: Annotated[float, Field(gt=0, le=600)] = 3.0
    """How long a slow body takes."""
