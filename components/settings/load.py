"""Requests on demand, from inside of the cluster."""

import re
from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from components.contradiction import ContradictionError
from components.settings.closed import Closed
from components.settings.references import SecretKeyReference
from components.settings.resources import ResourceAmounts, ResourceSettings
from components.settings.values import StoreUrl, matching, shown_as

_CRON_FIELD: Final = r"(\*|[0-9A-Za-z]+(-[0-9A-Za-z]+)?)(/[0-9]+)?"
_CRON: Final = re.compile(
    rf"({_CRON_FIELD}(,{_CRON_FIELD})*)( {_CRON_FIELD}(,{_CRON_FIELD})*){{4}}"
)
_IMAGE_PART: Final = r"[a-z0-9]+([._-]+[a-z0-9]+)*"
_IMAGE: Final = re.compile(
    rf"([A-Za-z0-9][-A-Za-z0-9.]*(:[0-9]+)?/)?{_IMAGE_PART}(/{_IMAGE_PART})*"
    r"(:[A-Za-z0-9_][-A-Za-z0-9._]{0,127})?(@sha256:[0-9a-f]{64})?"
)

Schedule = Annotated[
    str,
    matching(_CRON, "five fields of cron such as */30 * * * *"),
    shown_as("cron schedule"),
]
Image = Annotated[
    str,
    matching(_IMAGE, "a container image such as registry.example.com/llmd-monitoring:1.0"),
    shown_as("container image"),
]
ScenarioName = Literal["smoke", "errors", "saturate", "prefix", "pd", "soak"]


class LoadSettings(Closed):
    """Requests on demand: a Job, or by schedule a CronJob, that runs `llmd-monitoring load` in the cluster."""

    enabled: bool = False
    """Send requests; they reach real model servers and take their time."""

    image: Image | None = None
    """Image with this project in it, which nobody publishes: `docs/load.md` says how to build it. Required when
    enabled."""

    target: StoreUrl | None = None
    """URL of the gateway or model server, as seen from inside of the cluster. Required when enabled."""

    scenario: ScenarioName = "smoke"
    """Built-in scenario: what is sent, and for how long."""

    duration_seconds: Annotated[int, Field(ge=1, le=86_400)] | None = None
    """How long requests are sent; unset: as long as the scenario says."""

    model: Annotated[str, Field(min_length=1)] | None = None
    """Model to ask; unset: the first that the target lists."""

    schedule: Schedule | None = None
    """When to run again and again, e.g. `*/30 * * * *`; unset: once."""

    verify: bool = True
    """Afterwards compare what was sent with what this stack's Prometheus counted; the Job fails where they differ.
    On other platforms than `generic` there is nothing to compare with."""

    api_key: SecretKeyReference | None = None
    """Key of a Secret whose value the target wants as a bearer token."""

    resources: ResourceSettings = ResourceSettings(
        requests=ResourceAmounts(cpu="250m", memory="256Mi"),
        limits=ResourceAmounts(memory="1Gi"),
    )
    """CPU and memory; above 1,500 requests a second each further 1,500 take one more CPU."""

    @model_validator(mode="after")
    def _has_what_it_needs(self) -> Self:
        needed = (("image", self.image), ("target", self.target))
        missing = [name for name, value in needed if value is None]
        if self.enabled and missing:
            raise ContradictionError(
                f"enabled is true and {' and '.join(missing)} is unset",
                allowed="both set, or enabled: false; `docs/load.md` says how to build an image",
            )
        return self
