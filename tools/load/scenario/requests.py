"""What good requests are like."""

from typing import Annotated, Literal, TypeVar

from pydantic import AfterValidator, Field

from components.settings.closed import Closed
from tools.load.scenario.lengths import Length, Tokens

Endpoint = Literal["chat", "completions"]

Name = Annotated[str, Field(min_length=1, max_length=253, pattern=r"^[\x21-\x7e]+$")]
"""A name that may stand in a header."""


Entry = TypeVar("Entry")


def at_least_one(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """Admits a list that isn't empty; unlike a limit of length, it is silent where entries are wrong."""
    if not entries:
        raise ValueError("a list of at least one")
    return entries


class SharedPrefix(Closed):
    """Prompts that begin alike, as with system prompts; what a prefix cache is for."""

    groups: Annotated[int, Field(ge=1, le=100_000)]
    """How many different prefixes there are."""

    tokens: Tokens
    """Length of a prefix, before the prompt of its own that each request has."""

    share: Annotated[float, Field(ge=0, le=1)] = 1.0
    """Which part of the requests has a shared prefix, from 0 to 1."""


class LoraSettings(Closed):
    """Adapters; an OpenAI-compatible server takes an adapter's name in place of a model's."""

    adapters: Annotated[tuple[Name, ...], AfterValidator(at_least_one)]
    """Their names."""

    share: Annotated[float, Field(ge=0, le=1)] = 1.0
    """Which part of the requests uses one, from 0 to 1."""


class RequestSettings(Closed):
    """One sort of good request."""

    weight: Annotated[float, Field(gt=0, le=1_000_000)] = 1.0
    """How often it is drawn, relative to the other sorts."""

    endpoint: Endpoint = "chat"
    """`chat` is `/v1/chat/completions`, `completions` is `/v1/completions`."""

    stream: bool = True
    """Have the reply sent token by token."""

    prompt_tokens: Length = Length(constant=64)
    """Length of the prompt; about one token a word."""

    output_tokens: Length = Length(constant=32)
    """The reply's `max_tokens`."""

    ignore_eos: bool = False
    """Ask vLLM or SGLang for replies of exactly `outputTokens`; other servers may refuse the field."""

    temperature: Annotated[float, Field(ge=0, le=2)] = 0.7
    """Randomness of the reply."""

    shared_prefix: SharedPrefix | None = None
    """Begin prompts alike."""

    models: tuple[Name, ...] = ()
    """Models to ask, each as often; empty: the one of `--model`, or the first that the server lists."""

    lora: LoraSettings | None = None
    """Ask adapters."""

    objectives: tuple[Name, ...] = ()
    """Names of InferenceObjectives, sent in the EPP's header; empty: none is sent."""

    fairness_ids: Annotated[int, Field(ge=0, le=100_000)] = 0
    """From how many tenants requests come, named in the EPP's fairness header; 0: none is named."""

    priorities: tuple[Annotated[int, Field(ge=-(2**31), lt=2**31)], ...] = ()
    """Values of vLLM's `priority` field; empty: none is sent."""
