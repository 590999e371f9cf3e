"""When requests are sent: open loop at a rate that the server can't slow down, or closed loop."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from components.contradiction import ContradictionError
from components.settings.closed import Closed

MAX_RATE = 20_000.0

Rate = Annotated[float, Field(gt=0, le=MAX_RATE, allow_inf_nan=False)]
"""Requests a second."""

RateOrZero = Annotated[float, Field(ge=0, le=MAX_RATE, allow_inf_nan=False)]


class ConstantArrivals(Closed):
    """Evenly spaced."""

    rate: Rate
    """Requests a second."""


class PoissonArrivals(Closed):
    """Independent of each other, as from many people."""

    rate: Rate
    """Mean requests a second."""


class RampArrivals(Closed):
    """A rate that grows or falls evenly over the whole run."""

    start_rate: RateOrZero
    """Requests a second at the begin."""

    end_rate: RateOrZero
    """Requests a second at the end."""

    @model_validator(mode="after")
    def _some_rate(self) -> Self:
        if self.start_rate == 0 and self.end_rate == 0:
            raise ContradictionError(
                "both startRate and endRate are 0", allowed="at least one above 0"
            )
        return self


class BurstArrivals(Closed):
    """A base rate with bursts at regular times; each period ends with its burst."""

    rate: RateOrZero
    """Requests a second between the bursts."""

    burst_rate: Rate
    """Requests a second during a burst."""

    every_seconds: Annotated[float, Field(gt=0, le=3600)]
    """From the begin of one burst to that of the next."""

    burst_seconds: Annotated[float, Field(gt=0, le=3600)]
    """How long a burst lasts."""

    @model_validator(mode="after")
    def _burst_within_period(self) -> Self:
        if self.burst_seconds >= self.every_seconds:
            raise ContradictionError(
                f"burstSeconds ({self.burst_seconds:g}) isn't below everySeconds "
                f"({self.every_seconds:g})",
                allowed="a burst that is shorter than its period",
            )
        return self


class ClosedArrivals(Closed):
    """A fixed number of users, each waiting for its reply before it asks again."""

    concurrency: Annotated[int, Field(ge=1, le=10_000)]
    """Users."""

    think_seconds: Annotated[float, Field(ge=0, le=3600)] = 0.0
    """Pause of a user after each reply."""


class Arrivals(Closed):
    """One way of arriving."""

    constant: ConstantArrivals | None = None
    """Evenly spaced requests."""

    poisson: PoissonArrivals | None = None
    """Independent requests."""

    ramp: RampArrivals | None = None
    """A rate that grows or falls."""

    bursts: BurstArrivals | None = None
    """A base rate with bursts."""

    closed: ClosedArrivals | None = None
    """A fixed number of users."""

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        ways = ("constant", "poisson", "ramp", "bursts", "closed")
        given = [way for way in ways if getattr(self, way) is not None]
        if len(given) != 1:
            raise ContradictionError(
                f"arrivals has {' and '.join(given) or 'no way of arriving'}",
                allowed=f"exactly one of {', '.join(ways)}",
            )
        return self

    def mean_rate(self) -> float | None:
        """Requests a second on average, or None for a closed loop, whose rate the server decides."""
        if self.bursts is not None:
            share = self.bursts.burst_seconds / self.bursts.every_seconds
            return self.bursts.rate * (1 - share) + self.bursts.burst_rate * share
        if self.ramp is not None:
            return (self.ramp.start_rate + self.ramp.end_rate) / 2
        even = self.constant or self.poisson
        return None if even is None else even.rate

    def peak_rate(self) -> float | None:
        """The most requests a second, or None for a closed loop."""
        if self.bursts is not None:
            return max(self.bursts.rate, self.bursts.burst_rate)
        if self.ramp is not None:
            return max(self.ramp.start_rate, self.ramp.end_rate)
        return self.mean_rate()
