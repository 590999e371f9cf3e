"""A scenario: everything that decides what is sent, and when."""

from typing import Annotated

from pydantic import AfterValidator, Field

from components.settings.closed import Closed
from tools.load.scenario.arrivals import Arrivals
from tools.load.scenario.malformed import MalformedSettings
from tools.load.scenario.requests import RequestSettings, at_least_one

MAX_DURATION_SECONDS = 86_400.0


class Scenario(Closed):
    """A load that people can write down."""

    description: Annotated[str, Field(min_length=1, max_length=500)]
    """What it is for, in a sentence."""

    duration_seconds: Annotated[float, Field(gt=0, le=MAX_DURATION_SECONDS)]
    """How long requests are sent; those in flight then get `drainSeconds`."""

    arrivals: Arrivals
    """When requests are sent."""

    requests: Annotated[tuple[RequestSettings, ...], AfterValidator(at_least_one)] = (
        RequestSettings(),
    )
    """Sorts of good requests."""

    malformed: MalformedSettings = MalformedSettings()
    """Requests that are wrong on purpose."""

    timeout_seconds: Annotated[float, Field(gt=0, le=3600)] = 120.0
    """When a request is given up."""

    drain_seconds: Annotated[float, Field(ge=0, le=3600)] = 30.0
    """How long requests in flight may still take at the end."""

    max_in_flight: Annotated[int, Field(ge=1, le=50_000)] = 2_000
    """No more requests at once; what is due beyond it waits, and its waiting counts as latency."""
