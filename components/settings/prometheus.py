"""The Prometheus servers, and the stores that they write to."""

from typing import Annotated, Self

from pydantic import Field, field_validator, model_validator

from components.contradiction import ContradictionError
from components.settings.closed import Closed
from components.settings.references import ConfigMapKeyReference, SecretKeyReference
from components.settings.resources import ResourceAmounts, ResourceSettings, StorageSettings
from components.settings.values import DiskSize, LabelName, Retention, StoreUrl, TraceUrl


class BasicAuthSettings(Closed):
    """User and password, each in a Secret."""

    username: SecretKeyReference
    """Where the user name is."""

    password: SecretKeyReference
    """Where the password is."""


class RemoteWriteSettings(Closed):
    """One long-term store that Prometheus sends its samples to."""

    url: StoreUrl
    """Address of the store's remote-write endpoint."""

    name: Annotated[str, Field(min_length=1)] | None = None
    """Name in Prometheus' own metrics; unique."""

    basic_auth: BasicAuthSettings | None = None
    """User and password; excludes `bearerToken`."""

    bearer_token: SecretKeyReference | None = None
    """Bearer token; excludes `basicAuth`."""

    ca: ConfigMapKeyReference | None = None
    """CA that signed the store's certificate; unset: the public ones."""

    @model_validator(mode="after")
    def _one_authentication(self) -> Self:
        if self.basic_auth is not None and self.bearer_token is not None:
            raise ContradictionError(
                "both basicAuth and bearerToken are set", allowed="one of them, or none"
            )
        return self


class PrometheusSettings(Closed):
    """The Prometheus servers."""

    retention: Retention = "15d"
    """How long samples are kept; alerts on error budgets look back three days."""

    retention_size: DiskSize | None = None
    """How much disk samples may fill before the oldest go, e.g. `45GB`; keep it below `storage.size`."""

    storage: StorageSettings | None = None
    """Persistent volume; unset: samples are lost with the pod."""

    resources: ResourceSettings = ResourceSettings(
        requests=ResourceAmounts(cpu="1", memory="4Gi"),
        limits=ResourceAmounts(cpu="4", memory="8Gi"),
    )
    """CPU and memory of each server."""

    replicas: Annotated[int, Field(ge=1, le=10)] = 1
    """Servers that scrape the same targets."""

    shards: Annotated[int, Field(ge=1, le=50)] = 1
    """Groups that the targets are divided into; each server then answers for its own part only."""

    startup_seconds: Annotated[int, Field(ge=60, le=7200)] = 300
    """How long a server may replay its log at start before it is restarted."""

    external_labels: dict[LabelName, str] = Field(default={})
    """Labels on everything that leaves this Prometheus: alerts, remote write, federation."""

    remote_write: tuple[RemoteWriteSettings, ...] = ()
    """Long-term stores."""

    trace_url: TraceUrl | None = None
    """Address of a trace in your tracing UI, `{traceId}` in place of its id: Prometheus then keeps exemplars, and dots
    in Grafana's latency panels lead to traces; unset: neither."""

    @field_validator("external_labels")
    @classmethod
    def _no_templates(cls, labels: dict[str, str]) -> dict[str, str]:
        # The chart evaluates them with `tpl`.
        if any("{{" in value for value in labels.values()):
            raise ValueError("values without {{, which Helm would evaluate")
        return labels

    @model_validator(mode="after")
    def _distinct_remote_writes(self) -> Self:
        names = [store.name for store in self.remote_write if store.name is not None]
        if repeated := sorted({name for name in names if names.count(name) > 1}):
            raise ContradictionError(
                f"remoteWrite repeats the name {', '.join(repeated)}", allowed="distinct names"
            )
        return self
