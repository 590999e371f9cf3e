"""Service level objectives: what is promised to the users of each model."""

from collections.abc import Iterator
from typing import Annotated, Final, Self

from pydantic import Field, model_validator

from components.contradiction import ContradictionError
from components.settings.closed import Closed

Share = Annotated[float, Field(ge=0.94, le=0.99999)]
"""Below 0.94 the fastest burn-rate alert, 14.4 times the budget of 30 days, has next to no room; above five nines the
noise of rates would be an alert."""

PERIOD_DAYS: Final = range(7, 91)
"""Days that an error budget can be meant for."""


class LatencySloSettings(Closed):
    """A share of events that must be fast."""

    share: Share
    """Share of the events, 0.94 to 0.99999."""

    seconds: Annotated[float, Field(ge=0.01)]
    """What fast means; the largest bound of the server's histogram at or below it decides. SGLang's first bound for
    the time to first token is 0.1."""


_TTFT = LatencySloSettings(share=0.95, seconds=2.5)
_INTER_TOKEN = LatencySloSettings(share=0.95, seconds=0.2)


class ModelSloSettings(Closed):
    """Objectives of one model."""

    availability: Share = 0.995
    """Share of the requests that don't fail, 0.94 to 0.99999; refusals for overload are failures, callers' mistakes
    are not."""

    ttft: LatencySloSettings = _TTFT
    """Time to first token at the model server."""

    inter_token: LatencySloSettings = _INTER_TOKEN
    """Gap between two tokens of an answer."""

    def shares(self) -> Iterator[tuple[tuple[str, ...], str, float]]:
        """Yields each share: its key, the objective as rules name it (label `slo`), and its value."""
        yield ("availability",), "availability", self.availability
        yield ("ttft", "share"), "ttft", self.ttft.share
        yield ("interToken", "share"), "inter_token", self.inter_token.share


class NamedSloSettings(Closed):
    """A model with objectives of its own."""

    model: Annotated[str, Field(min_length=1)]
    """Name of the model, as it is in metrics."""

    objectives: ModelSloSettings
    """Its objectives; they replace the default as a whole."""


class SloSettings(Closed):
    """Objectives of all models."""

    period_days: Annotated[int, Field(ge=PERIOD_DAYS[0], le=PERIOD_DAYS[-1])] = 30
    """Days that an error budget is meant for; alerts on its burn rate are set by it, and a long period asks for high
    shares: at 90 days at least 0.9769. What is left of the budget is summed up over as much of the period as
    `prometheus.retention` keeps: 15 days by default."""

    default: ModelSloSettings = ModelSloSettings()
    """Objectives of every model that isn't named."""

    models: tuple[NamedSloSettings, ...] = ()
    """Models with objectives of their own."""

    def shares(self) -> Iterator[tuple[tuple[str | int, ...], str, float]]:
        """Yields each share: its key below this group, the objective as rules name it, and its value."""
        for key, objective, share in self.default.shares():
            yield ("default", *key), objective, share
        for place, own in enumerate(self.models):
            for key, objective, share in own.objectives.shares():
                yield ("models", place, "objectives", *key), objective, share

    @model_validator(mode="after")
    def _each_model_once(self) -> Self:
        names = [own.model for own in self.models]
        if repeated := sorted({name for name in names if names.count(name) > 1}):
            raise ContradictionError(
                f"models repeats {', '.join(repeated)}", allowed="each model once"
            )
        return self
