"""Service level objectives: what is promised to the users of each model."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from components.contradiction import ContradictionError
from components.settings.closed import Closed

Share = Annotated[float, Field(ge=0.94, lt=1)]
"""Below 0.94 the fastest burn-rate alert, 14.4 times the budget, could never be reached."""


class LatencySloSettings(Closed):
    """A share of events that must be fast."""

    share: Share
    """Share of the events, 0.94 to less than 1."""

    seconds: Annotated[float, Field(ge=0.01)]
    """What fast means; the largest bound of the server's histogram at or below it decides. SGLang's first bound for
    the time to first token is 0.1."""


_TTFT = LatencySloSettings(share=0.95, seconds=2.5)
_INTER_TOKEN = LatencySloSettings(share=0.95, seconds=0.2)


class ModelSloSettings(Closed):
    """Objectives of one model."""

    availability: Share = 0.995
    """Share of the requests that don't fail; refusals for overload are failures, callers' mistakes are not."""

    ttft: LatencySloSettings = _TTFT
    """Time to first token at the model server."""

    inter_token: LatencySloSettings = _INTER_TOKEN
    """Gap between two tokens of an answer."""


class NamedSloSettings(Closed):
    """A model with objectives of its own."""

    model: Annotated[str, Field(min_length=1)]
    """Name of the model, as it is in metrics."""

    objectives: ModelSloSettings
    """Its objectives; they replace the default as a whole."""


class SloSettings(Closed):
    """Objectives of all models."""

    period_days: Annotated[int, Field(ge=7, le=90)] = 30
    """Days that an error budget is meant for; alerts on its burn rate are set by it. What is left of it is summed up
    over as much of the period as `prometheus.retention` keeps: 15 days by default."""

    default: ModelSloSettings = ModelSloSettings()
    """Objectives of every model that isn't named."""

    models: tuple[NamedSloSettings, ...] = ()
    """Models with objectives of their own."""

    @model_validator(mode="after")
    def _each_model_once(self) -> Self:
        names = [own.model for own in self.models]
        if repeated := sorted({name for name in names if names.count(name) > 1}):
            raise ContradictionError(
                f"models repeats {', '.join(repeated)}", allowed="each model once"
            )
        return self
