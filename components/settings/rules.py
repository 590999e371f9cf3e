"""Recording rules and alerts."""

from typing import Annotated, Literal, Self, get_args

from pydantic import Field, model_validator

from components.contradiction import ContradictionError
from components.settings.closed import Closed
from components.settings.values import StoreUrl
from rules.alerts import alert_names

RecordingArea = Literal["model-servers", "disaggregation", "gateway", "autoscaler", "gpu", "slo"]
AlertArea = Literal["availability", "slo", "saturation", "routing", "autoscaler", "stack"]

RECORDING_AREAS: tuple[RecordingArea, ...] = get_args(RecordingArea)
ALERT_AREAS: tuple[AlertArea, ...] = get_args(AlertArea)


class RuleSettings(Closed):
    """Recording rules and alerts."""

    recording: tuple[RecordingArea, ...] = RECORDING_AREAS
    """What is recorded; dashboards of an area that is left out stay empty."""

    alerts: tuple[AlertArea, ...] = ALERT_AREAS
    """What is alerted on."""

    silenced: tuple[str, ...] = ()
    """Names of alerts to leave out, e.g. `LLMDAutoscalerThrashes`."""

    runbook_url: StoreUrl | None = None
    """Address of `docs/runbook.md` where your people read it; unset: alerts name the file."""

    grafana_url: StoreUrl | None = None
    """Address of Grafana in people's browsers; unset: the one inside the cluster."""

    waiting_per_pod: Annotated[float, Field(gt=0)] = 20
    """Requests that may wait for capacity, mean over the pods of a model."""

    kv_cache_usage: Annotated[float, Field(gt=0, le=0.999)] = 0.95
    """How full a KV cache may be: a share, 0.999 at most, as nothing is more than full."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        known = alert_names()
        if unknown := sorted(set(self.silenced) - set(known)):
            raise ContradictionError(
                f"silenced names {', '.join(unknown)}",
                allowed=f"names of alerts: {', '.join(known)}",
            )
        if "slo" in self.alerts and "slo" not in self.recording:
            raise ContradictionError(
                "alerts lists slo, recording doesn't",
                allowed="slo in both, or not in alerts: the alerts read what is recorded",
            )
        return self
