"""The llm-d deployments whose model servers and Endpoint Pickers (EPP) are scraped."""

from collections import Counter
from collections.abc import Iterable
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from components.contradiction import ContradictionError
from components.monitors.names import SERVER_MONITORS
from components.settings.closed import Closed
from components.settings.values import (
    DnsLabel,
    DnsName,
    EppReleaseName,
    LabelKey,
    LabelValue,
    PortName,
    ScrapeInterval,
)

Generation = Literal["gaie", "router"]
Deployment = Literal["modelservice", "recipes"]
Engine = Literal["vllm", "sglang"]
Maker = Literal["stack", "charts"]

_GUIDE_PORTS: Final[dict[Deployment, str]] = {"modelservice": "vllm", "recipes": "modelserver"}


def _repeated(names: Iterable[str]) -> str:
    """Returns the names that come more than once, as text; empty where there are none."""
    return ", ".join(sorted(name for name, count in Counter(names).items() if count > 1))


class ModelServerSettings(Closed):
    """The model servers of one role."""

    enabled: bool = True
    """Scrape them."""

    ports: tuple[PortName, ...] = ()
    """Names of the container ports that serve metrics; unset: the one of llm-d's guides, `modelserver` with recipes
    and `vllm` with modelservice. Wide expert parallelism has one for each rank: `rank0` to `rank7`."""

    interval: ScrapeInterval = "30s"
    """How often they are scraped."""

    @model_validator(mode="after")
    def _distinct_ports(self) -> Self:
        if repeated := _repeated(self.ports):
            raise ContradictionError(f"ports repeats {repeated}", allowed="distinct names")
        return self


class EppSettings(Closed):
    """One Endpoint Picker."""

    release: EppReleaseName
    """Name of its Helm release; the chart calls its Service `<release>-epp`."""

    inference_pool: bool = True
    """Its chart makes an InferencePool, as llm-d-router-standalone does too unless `router.inferencePool.create` is
    false there, and `standalone` unless `inferenceExtension.endpointsServer.createInferencePool` is. Its pods have
    another label without one."""

    authentication: bool = True
    """Its `/metrics` asks for a token. A token does no harm where it doesn't."""

    token_secret: DnsName | None = None
    """Secret with the token, key `token`. With `monitors: stack` it exists already, and its account may get
    `/metrics`; with `charts` the chart makes it, except on GKE. Unset: one that is made, with everything it needs."""

    interval: ScrapeInterval = "10s"
    """How often it is scraped."""

    @model_validator(mode="after")
    def _token(self) -> Self:
        if self.token_secret is not None and not self.authentication:
            raise ContradictionError(
                "tokenSecret is set and authentication is false",
                allowed="tokenSecret with authentication, or neither",
            )
        if self.release in SERVER_MONITORS:
            raise ContradictionError(
                f"release is {self.release}, the name of a monitor of the model servers",
                allowed="another name",
            )
        return self


class ModelSettings(Closed):
    """One llm-d deployment: the model servers of a namespace, and the EPPs before them."""

    namespace: DnsLabel
    """Namespace of the deployment; made when missing, never deleted."""

    monitors: Maker = "stack"
    """Who makes the monitors: this stack, or llm-d's charts with the values that this stack puts out. Never both:
    a target that is scraped twice doubles every sum."""

    generation: Generation = "router"
    """Chart of the EPP: `router` (llm-d 0.8 and newer: llm-d-router-gateway, llm-d-router-standalone), or `gaie`
    (before: `inferencepool` and `standalone` of Gateway API Inference Extension, up to 1.5)."""

    deployment: Deployment = "recipes"
    """How the model servers are deployed: by kustomize `recipes` (llm-d 0.8 and newer), or by the chart
    `modelservice`."""

    engine: Engine = "vllm"
    """Program of the model servers."""

    decode: ModelServerSettings = ModelServerSettings()
    """Servers that decode, and those that do both."""

    prefill: ModelServerSettings = ModelServerSettings()
    """Servers that only prefill; monitoring them where there are none does no harm."""

    epp: tuple[EppSettings, ...] = ()
    """The Endpoint Pickers."""

    pod_labels: dict[LabelKey, LabelValue] = Field(default={})
    """Labels that a model server's pod must have besides its role; unset: every one of the namespace is scraped."""

    labels: dict[LabelKey, LabelValue] = Field(default={})
    """Labels on the monitors, e.g. those that a Prometheus of your own selects by."""

    @model_validator(mode="after")
    def _something_to_scrape(self) -> Self:
        if not (self.decode.enabled or self.prefill.enabled or self.epp):
            raise ContradictionError(
                "decode and prefill are off and epp is empty, so there is nothing to scrape",
                allowed="at least one of them; or leave this deployment out",
            )
        return self

    @model_validator(mode="after")
    def _distinct_pickers(self) -> Self:
        if repeated := _repeated(epp.release for epp in self.epp):
            raise ContradictionError(
                f"epp repeats the release {repeated}", allowed="each release once"
            )
        if repeated := _repeated(values_folder(self.generation, epp.release) for epp in self.epp):
            raise ContradictionError(
                f"two releases of epp would both have the values in {repeated}",
                allowed=f"releases that differ in more than a leading {self.generation}-",
            )
        return self

    @model_validator(mode="after")
    def _what_charts_can_do(self) -> Self:
        if self.monitors != "charts":
            return self
        if self.deployment == "recipes" and (self.decode.enabled or self.prefill.enabled):
            raise ContradictionError(
                "monitors is charts and deployment is recipes, which no chart installs",
                allowed="monitors: stack; or deployment: modelservice; or decode and prefill off, where kustomize "
                "makes their monitors",
            )
        if self.pod_labels:
            raise ContradictionError(
                "monitors is charts and podLabels is set, which the charts have no value for",
                allowed="monitors: stack, or no podLabels",
            )
        if any(len(servers.ports) > 1 for servers in (self.decode, self.prefill)):
            raise ContradictionError(
                "monitors is charts and a role has several ports; the chart's monitor scrapes one",
                allowed="monitors: stack, or one port",
            )
        if repeated := _repeated(epp.token_secret for epp in self.epp if epp.token_secret):
            raise ContradictionError(
                f"monitors is charts and two releases of epp would both make the Secret {repeated}",
                allowed="a tokenSecret of its own for each, or none",
            )
        return self

    def ports(self, servers: ModelServerSettings) -> tuple[str, ...]:
        """Returns the names of the ports that the servers of one role are scraped at."""
        return servers.ports or (_GUIDE_PORTS[self.deployment],)


def values_folder(generation: Generation, release: str) -> str:
    """Returns the folder of an EPP's values file, e.g. `gaie-inference-scheduling`."""
    return f"{generation}-{release.removeprefix(f'{generation}-')}"


def _distinct_namespaces(models: tuple[ModelSettings, ...]) -> tuple[ModelSettings, ...]:
    if repeated := _repeated(model.namespace for model in models):
        raise ContradictionError(
            f"the namespace {repeated} is given more than once",
            allowed="each namespace once; several EPPs of a namespace go into its list epp",
        )
    return models


Models = Annotated[tuple[ModelSettings, ...], AfterValidator(_distinct_namespaces)]
"""All llm-d deployments of a cluster."""
