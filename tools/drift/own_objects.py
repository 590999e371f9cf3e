"""Drift of the program's own objects, as the engine sees it when it reads them all again."""

import json
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tools.drift.found import Drift
from tools.drift.releases import Release, release_of
from tools.errors import UserError
from tools.preview.comparing.change import Change, Operation
from tools.preview.comparing.fields import Field
from tools.preview.engine.previewing import told_reason
from tools.preview.engine.steps import changes_of
from tools.preview.masking import Masking
from tools.preview.resource import Computed, Hidden

_SECONDS: Final = 1800
_LONGEST_REASON: Final = 600
_SERVERS: Final = frozenset({"generation", "managedFields", "resourceVersion", "uid"})
"""Fields of `metadata` that the API server writes, and changes with anything else."""


@dataclass(frozen=True, kw_only=True)
class OwnObjects:
    """What the engine's refresh would find.

    Attributes:
        drifts: Objects that aren't as the state says.
        releases: The Helm releases that the state knows.
    """

    drifts: tuple[Drift, ...]
    releases: tuple[Release, ...]


def read_own_objects(
    project: Path, stack: str, environment: Mapping[str, str], masking: Masking
) -> OwnObjects:
    """Asks the engine what a refresh would find; state and cluster stay as they are.

    Args:
        project: Folder of `Pulumi.yaml`.
        stack: Name of the stack.
        environment: Variables of the engine: PATH, backend, passphrase.
        masking: Hides what the engine doesn't know to be secret.

    Raises:
        UserError: The engine can't be asked, or fails.
    """
    command = ("pulumi", "refresh", "--preview-only", "--json", "--stack", stack)
    try:
        done = subprocess.run(
            [*command, "--non-interactive", "--color", "never"],
            cwd=project,
            env=dict(environment),
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_SECONDS,
            check=False,
        )
        document = json.loads(done.stdout) if done.stdout.startswith("{") else {}
    except subprocess.TimeoutExpired:
        raise UserError(f"The engine hadn't ended after {_SECONDS} seconds.") from None
    except (OSError, ValueError) as error:
        raise UserError(f"The engine can't be asked: {error}") from error
    if done.returncode != 0:
        told = masking.text(told_reason(document, done.stderr))
        raise UserError(
            f"Stack {stack!r} can't be compared with its cluster: {told[:_LONGEST_REASON]}",
            "A comparison needs the stack's backend, its secrets and its cluster: see docs/drift.md.",
        )
    steps = document.get("steps") or []
    return OwnObjects(drifts=tuple(drifts(steps, masking)), releases=tuple(releases(steps)))


def drifts(steps: Sequence[Mapping[str, Any]], masking: Masking) -> Iterator[Drift]:
    """Yields what the steps of a refresh say has changed or gone."""
    for change in changes_of(steps, masking):
        if change.operation is Operation.DELETE:
            yield Drift(resource=change.resource)
        elif found := tuple(_fields(change)):
            yield Drift(resource=change.resource, fields=found)


def _fields(change: Change) -> Iterator[Field]:
    for field in change.fields:
        if field.path[:1] == ("metadata",) and field.path[1:2] and field.path[1] in _SERVERS:
            continue
        if field.path[:1] and field.path[0].startswith("__"):
            continue
        if isinstance(field.after, Computed):
            # The engine tells where a secret differs, and not how.
            yield Field(
                path=field.path, before=Hidden(digest="state"), after=Hidden(digest="cluster")
            )
            continue
        yield field


def releases(steps: Sequence[Mapping[str, Any]]) -> Iterator[Release]:
    """Yields the Helm releases among the resources of the state."""
    for step in steps:
        found = release_of(step.get("oldState") or {})
        if found is not None:
            yield found
