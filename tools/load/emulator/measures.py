"""What the emulated server saw itself, exactly: each duration is kept."""

import math
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final

QUANTILES: Final = (0.5, 0.9, 0.95, 0.99)


@dataclass(kw_only=True)
class Measures:
    """Durations in seconds, from the last byte of a request to the moment that the reply was handed to the kernel.

    Attributes:
        received: Whole requests, by what is wrong with them, or `ok`.
        statuses: Replies, by status.
        lost: Connections that the client closed, by what it left unfinished.
        end_to_end: Of whole replies with status 200.
        first_token: Until a stream's first token.
        between_tokens: Between a stream's tokens.
        prompt_tokens: Of replies with status 200.
        output_tokens: Likewise.
    """

    received: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)
    end_to_end: list[float] = field(default_factory=list)
    first_token: list[float] = field(default_factory=list)
    between_tokens: list[float] = field(default_factory=list)
    prompt_tokens: int = 0
    output_tokens: int = 0

    def as_json(self) -> dict[str, Any]:
        """Everything, with quantiles in place of lists."""
        return {
            "received": dict(self.received),
            "statuses": {str(status): number for status, number in self.statuses.items()},
            "lost": dict(self.lost),
            "endToEnd": quantiles(self.end_to_end),
            "firstToken": quantiles(self.first_token),
            "betweenTokens": quantiles(self.between_tokens),
            "promptTokens": self.prompt_tokens,
            "outputTokens": self.output_tokens,
        }


def quantiles(durations: list[float]) -> dict[str, float]:
    """The exact quantiles by nearest rank, by name; empty where there is nothing."""
    ordered = sorted(durations)
    return {f"p{q * 100:g}": ordered[math.ceil(q * len(ordered)) - 1] for q in QUANTILES if ordered}
