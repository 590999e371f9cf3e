"""Records stacks in a process of its own, and reads what it answers."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from tools import paths
from tools.preview.masking import Masking
from tools.preview.resource import Resource, Source
from tools.toolchain.environment import environment

_SECONDS: Final = 300
_CREDENTIALS: Final = ("PULUMI_", "AWS_", "AZURE_", "ARM_", "GOOGLE_", "VAULT_", "KUBECONFIG")
_TOLD_OF_STDERR: Final = 400


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """What one stack's program registered at one revision.

    Attributes:
        resources: In the order of their registration; empty where it failed.
        error: Why it failed; `None` where it didn't.
        reads_cluster: Whether the program looks at the cluster before it plans.
    """

    resources: tuple[Resource, ...] = ()
    error: str | None = None
    reads_cluster: bool = False


@dataclass(frozen=True, kw_only=True)
class Run:
    """Stacks of one revision.

    Attributes:
        tree: The project's folder at that revision, where the stack files are.
        stacks: Names of the stacks.
    """

    tree: Path
    stacks: Sequence[str]


def record_runs(
    program: Path, runs: Sequence[Run], masking: Masking
) -> tuple[Mapping[str, Recorded], ...]:
    """Records stacks of several revisions, each as one and the same program would make it.

    Args:
        program: The project's folder whose program runs.
        runs: The stacks, by revision.
        masking: Hides secrets; same key for all revisions.
    """
    if not any(run.stacks for run in runs):
        return tuple({} for _ in runs)
    with tempfile.TemporaryDirectory(prefix="llmd-recording-") as scratch:
        request = {
            "program": str(program.resolve()),
            "scratch": scratch,
            "key": masking.key.hex(),
            "runs": [{"tree": str(run.tree.resolve()), "stacks": list(run.stacks)} for run in runs],
        }
        try:
            done = subprocess.run(
                [sys.executable, "-m", "tools.preview.recording"],
                input=json.dumps(request),
                capture_output=True,
                text=True,
                errors="replace",
                cwd=paths.REPO,
                env=_environment(scratch),
                timeout=_SECONDS,
                check=False,
            )
            answered, ending = done.stdout, done.stderr
        except subprocess.TimeoutExpired as error:
            answered = (error.stdout or b"").decode() if isinstance(error.stdout, bytes) else ""
            ending = f"the program hadn't ended after {_SECONDS} seconds"
    answers = {
        (answer["run"], answer["stack"]): answer
        for answer in map(json.loads, answered.splitlines())
    }
    lost = f"The program ended early: {' '.join(ending.split())[-_TOLD_OF_STDERR:]}"
    return tuple(
        {
            stack: _read(answers.get((number, stack), {"error": lost}), masking)
            for stack in run.stacks
        }
        for number, run in enumerate(runs)
    )


def _environment(home: str) -> dict[str, str]:
    """No credential, and no home with one, so that the report is the same for everybody."""
    kept = {key: value for key, value in environment().items() if not key.startswith(_CREDENTIALS)}
    kept.pop("PYTHONPATH", None)
    return {**kept, "HOME": home, "PULUMI_HOME": home}


def _read(answer: Mapping[str, Any], masking: Masking) -> Recorded:
    if "error" in answer:
        return Recorded(error=masking.text(str(answer["error"])))
    return Recorded(
        resources=tuple(_resource(each, masking) for each in answer["resources"] if each["custom"]),
        reads_cluster=answer["readsCluster"],
    )


def _resource(recorded: Mapping[str, Any], masking: Masking) -> Resource:
    token, name = recorded["type"], recorded["name"]
    resource = program_resource(
        token,
        name,
        masking.inputs(recorded["inputs"], secret=token.endswith(":Secret")),
        protect=recorded["protect"],
        retain=recorded["retain_on_delete"],
    )
    return replace(resource, origins={key: tuple(of) for key, of in recorded["origins"].items()})


def program_resource(
    token: str, name: str, inputs: Mapping[str, Any], *, protect: bool, retain: bool
) -> Resource:
    """Returns a resource that the program registers.

    Args:
        token: Its type token.
        name: Its logical name.
        inputs: Its inputs, secrets hidden.
        protect: Whether the engine refuses to delete it.
        retain: Whether a deletion leaves it in the cluster.
    """
    return Resource(
        identity=f"{token}::{name}",
        token=token,
        kind=_shown_kind(token),
        name=_object_name(inputs) or name,
        source=Source.PROGRAM,
        inputs=inputs,
        protect=protect,
        retain=retain,
    )


def _shown_kind(token: str) -> str:
    """Returns what people call a resource of a type token."""
    kind = token.rpartition(":")[2]
    return f"Provider {kind}" if token.startswith("pulumi:providers:") else kind


def _object_name(inputs: Mapping[str, Any]) -> str:
    """Returns `<namespace>/<name>` of a Kubernetes object or a release; empty for anything else."""
    metadata = inputs.get("metadata")
    if not isinstance(metadata, dict):
        metadata = inputs if "chart" in inputs else {}
    name, namespace = metadata.get("name"), metadata.get("namespace")
    if not isinstance(name, str):
        return ""
    return f"{namespace}/{name}" if isinstance(namespace, str) else name
