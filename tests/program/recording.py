"""The real program, run against recording mocks: no engine, no cluster, real inputs."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pulumi
import yaml

from tools.preview.recording.program import Recorded, Recording, record
from tools.preview.recording.secrecy import is_secret

__all__ = ["Recorded", "is_secret"]

REPO: Final = Path(__file__).resolve().parents[2]
PROJECT: Final = "llmd-monitoring"


def in_clear(value: object) -> object:
    """Returns what anybody may read of a recorded input: it without its secrets."""
    if is_secret(value):
        return "[secret]"
    if isinstance(value, dict):
        return {key: in_clear(item) for key, item in value.items()}
    if isinstance(value, list):
        return [in_clear(item) for item in value]
    return value


def revealed(value: object) -> object:
    """Returns a recorded input with each secret shown as what it is: `{"secret": value}`.

    Whole numbers are whole again: on the wire each number is a floating-point one.
    """
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if is_secret(value):
        return {"secret": revealed(value["value"])}
    if isinstance(value, dict):
        return {key: revealed(item) for key, item in value.items()}
    if isinstance(value, list):
        return [revealed(item) for item in value]
    return value


@dataclass(frozen=True, kw_only=True)
class Run:
    """What one run of the program did."""

    resources: tuple[Recorded, ...]
    outputs: Mapping[str, Any]

    def of_type(self, suffix: str) -> tuple[Recorded, ...]:
        """Returns the resources whose type ends so, e.g. `:Secret`."""
        return tuple(resource for resource in self.resources if resource.type.endswith(suffix))

    def one(self, suffix: str, name: str | None = None) -> Recorded:
        """Returns the only resource of a type, or the one of that name."""
        found = [r for r in self.of_type(suffix) if name is None or r.name == name]
        assert len(found) == 1, f"{suffix} {name or ''}: found {[r.name for r in found]}"
        return found[0]


def stack_configuration(stack: str) -> dict[str, Any]:
    """Returns the configuration of a stack file, by full key."""
    text = (REPO / "stacks" / f"Pulumi.{stack}.yaml").read_text(encoding="utf-8")
    return dict((yaml.safe_load(text) or {}).get("config") or {})


def stacks() -> tuple[str, ...]:
    """Returns the names of all stacks that have a file."""
    files = sorted((REPO / "stacks").glob("Pulumi.*.yaml"))
    return tuple(file.name.split(".")[1] for file in files)


def stacks_on(platform: str) -> tuple[str, ...]:
    """Returns the names of the stacks of a platform."""
    key = f"{PROJECT}:platform"
    return tuple(s for s in stacks() if stack_configuration(s).get(key, "generic") == platform)


def run_program(
    configuration: Mapping[str, Any], *, secret_keys: tuple[str, ...] = (), stack: str = "test"
) -> Run:
    """Runs `__main__.py` as the engine would, with a configuration by full key.

    Raises:
        pulumi.RunError: The program refused its configuration.
    """
    recording = Recording()
    _record(recording, configuration, secret_keys, stack)
    return Run(resources=tuple(recording.resources), outputs=recording.outputs)


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """How the program refused its configuration.

    Attributes:
        message: What the user is told.
        resources: What had been registered by then.
    """

    message: str
    resources: tuple[Recorded, ...]


def refusal_of(configuration: Mapping[str, Any], *, stack: str = "test") -> Refusal:
    """Runs the program with a configuration that it has to refuse."""
    recording = Recording()
    try:
        _record(recording, configuration, (), stack)
    except pulumi.RunError as error:
        return Refusal(message=str(error), resources=tuple(recording.resources))
    raise AssertionError("the program took the configuration")


def _record(
    recording: Recording,
    configuration: Mapping[str, Any],
    secret_keys: tuple[str, ...],
    stack: str,
) -> None:
    texts = {key: _as_text(value) for key, value in configuration.items()}
    program = REPO / "__main__.py"
    record(recording, program, texts, project=PROJECT, stack=stack, secret_keys=secret_keys)


def _as_text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)
