"""Requests as they arrive, drawn from a seeded generator."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

MAX_PROMPT_TOKENS: Final = 8000
MAX_OUTPUT_TOKENS: Final = 400
BLOCK_TOKENS: Final = 16
"""Tokens of a KV block; only whole blocks are found in a prefix cache."""


@dataclass(frozen=True, kw_only=True)
class Traffic:
    """What a deployment's clients send.

    Attributes:
        per_second: Mean number of requests in a second.
        prompt_tokens: Median length of a prompt.
        output_tokens: Median length of an answer.
        cached_share: Mean share of a prompt that a warm prefix cache has.
        streaming_share: Share of requests that ask for a stream.
        abort_share: Share of streams that the client breaks off.
        length_share: Share of answers that end at their length limit.
        tenants: Fairness ids of the clients.
    """

    per_second: float = 3.0
    prompt_tokens: int = 600
    output_tokens: int = 40
    cached_share: float = 0.5
    streaming_share: float = 0.7
    abort_share: float = 0.04
    length_share: float = 0.3
    tenants: tuple[str, ...] = ("default-flow", "tenant-a")


@dataclass(frozen=True, kw_only=True)
class Rejection:
    """Why a request gets no answer of a model.

    Attributes:
        by_picker: Whether the Endpoint Picker can't read it; else the model server turns it away.
        status: HTTP status that its client gets.
    """

    by_picker: bool
    status: int


@dataclass(frozen=True, kw_only=True)
class Request:
    """One request.

    Attributes:
        arrived: When, in seconds of the simulation.
        prompt_tokens: Length of the prompt.
        output_tokens: Length of the answer that the client would get.
        cached_tokens: Tokens of the prompt that a warm prefix cache has.
        streaming: Whether the client wants a stream.
        aborts_after: Tokens after which the client breaks off; None where it stays.
        limited: Whether the answer ends at its length limit.
        tenant: Fairness id.
        luck: A number from 0 to 1 that decides what befalls the request.
        model: The model that it asks for; None for the deployment's.
        rejection: What is wrong with it; None where nothing is.
    """

    arrived: float
    prompt_tokens: int
    output_tokens: int
    cached_tokens: int
    streaming: bool
    aborts_after: int | None
    limited: bool
    tenant: str
    luck: float
    model: str | None = None
    rejection: Rejection | None = None


def arrivals(traffic: Traffic, seed: int) -> Iterator[Request]:
    """Yields a deployment's requests in the order of their arrival, without end."""
    dice = random.Random(seed)  # noqa: S311 - repeatable on purpose
    now = 0.0
    while True:
        now += dice.expovariate(traffic.per_second)
        prompt = min(
            int(dice.lognormvariate(0, 0.7) * traffic.prompt_tokens) + 8, MAX_PROMPT_TOKENS
        )
        output = min(
            int(dice.lognormvariate(0, 0.5) * traffic.output_tokens) + 2, MAX_OUTPUT_TOKENS
        )
        share = min(1.0, max(0.0, dice.gauss(traffic.cached_share, 0.2)))
        streaming = dice.random() < traffic.streaming_share
        aborts = streaming and dice.random() < traffic.abort_share
        yield Request(
            arrived=now,
            prompt_tokens=prompt,
            output_tokens=output,
            cached_tokens=int(prompt * share) // BLOCK_TOKENS * BLOCK_TOKENS,
            streaming=streaming,
            aborts_after=max(1, output // 2) if aborts else None,
            limited=dice.random() < traffic.length_share,
            tenant=dice.choice(traffic.tenants),
            luck=dice.random(),
        )
