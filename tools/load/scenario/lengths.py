"""How many tokens prompts and replies have."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from components.contradiction import ContradictionError
from components.settings.closed import Closed

MAX_TOKENS = 1_000_000

Tokens = Annotated[int, Field(ge=1, le=MAX_TOKENS)]


class UniformLength(Closed):
    """Any length between two, each as likely."""

    min: Tokens
    """The shortest."""

    max: Tokens
    """The longest."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.min > self.max:
            raise ContradictionError(
                f"min ({self.min}) is above max ({self.max})", allowed="min at most max"
            )
        return self


class LognormalLength(Closed):
    """Mostly short with a long tail, as real prompts are."""

    median: Tokens
    """Half of all are shorter."""

    p95: Tokens
    """One in twenty is longer."""

    max: Tokens = MAX_TOKENS
    """None is longer."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.median <= self.p95 <= self.max:
            raise ContradictionError(
                f"median ({self.median}), p95 ({self.p95}) and max ({self.max}) aren't in order",
                allowed="median at most p95, p95 at most max",
            )
        return self


class ExponentialLength(Closed):
    """Short ones are the most frequent."""

    mean: Tokens
    """Average length."""

    max: Tokens = MAX_TOKENS
    """None is longer."""


class Length(Closed):
    """One distribution of lengths, in tokens."""

    constant: Tokens | None = None
    """Always this length."""

    uniform: UniformLength | None = None
    """Between two lengths."""

    lognormal: LognormalLength | None = None
    """A median with a long tail."""

    exponential: ExponentialLength | None = None
    """A mean, short ones most frequent."""

    @model_validator(mode="after")
    def _one_distribution(self) -> Self:
        ways = ("constant", "uniform", "lognormal", "exponential")
        given = [way for way in ways if getattr(self, way) is not None]
        if len(given) != 1:
            raise ContradictionError(
                f"there is {' and '.join(given) or 'no distribution'}",
                allowed=f"exactly one of {', '.join(ways)}",
            )
        return self
