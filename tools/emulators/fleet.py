"""What to emulate: the file that the emulators are started with."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from tools.emulators.epp import Generation
from tools.emulators.events import Role
from tools.errors import UserError


class _Closed(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True
    )


class Listener(_Closed):
    """Where a program serves its metrics."""

    host: str
    port: int = Field(ge=1, le=65535)


class ModelServer(_Closed):
    """One pod of vLLM or SGLang."""

    pod: str
    listen: Listener
    role: Role = Role.BOTH
    engine: Literal["vllm", "sglang"] = "vllm"
    engines: int = Field(default=1, ge=1)
    """Data-parallel engines in the pod; vLLM only."""
    priorities: bool = False
    """Whether it schedules by priority; SGLang only."""


class EndpointPickerPod(_Closed):
    """One pod of an Endpoint Picker."""

    pod: str
    listen: Listener
    pool: str
    generations: tuple[Generation, ...] = (Generation.EPP,)
    authenticated: bool = False
    """Whether a scrape needs a token that the API server knows and allows to read `/metrics`."""
    service_account: str = "default"
    """Account in the namespace as which it asks the API server about tokens."""


class ModelDeployment(_Closed):
    """A model in a namespace."""

    namespace: str
    model: str
    pods: tuple[ModelServer, ...] = Field(min_length=1)
    endpoint_picker: EndpointPickerPod | None = None
    gateway: Listener | None = None
    """Where it takes requests from outside of the simulation, by the OpenAI API."""
    requests_per_second: float = Field(default=3.0, gt=0)


class GpuExporter(_Closed):
    """One pod of the DCGM exporter; the GPUs are those of all model servers."""

    node: str
    listen: Listener


class AutoscalerPod(_Closed):
    """One pod of the workload-variant-autoscaler; it scales all deployments."""

    listen: Listener
    old: bool = False
    """Whether it is older than 0.5 and says `inferno_*`."""


class Fleet(_Closed):
    """Everything that is emulated."""

    seed: int = 1
    deployments: tuple[ModelDeployment, ...] = Field(min_length=1)
    gpus: GpuExporter | None = None
    autoscaler: AutoscalerPod | None = None


def load(path: Path) -> Fleet:
    """Reads a fleet from a JSON file.

    Raises:
        UserError: It can't be read, or something in it isn't allowed.
    """
    try:
        return Fleet.model_validate_json(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UserError(f"{path} can't be read: {error.strerror}.") from None
    except ValidationError as error:
        found = "\n".join(
            f"  {'.'.join(str(part) for part in one['loc'])}: {one['msg']}"
            for one in error.errors()
        )
        raise UserError(
            f"{path} doesn't describe a fleet:\n{found}", "docs/emulators.md has an example."
        ) from None
