"""Records stacks in a process of their own: `python -m tools.preview.recording`.

This package comes from the revision that reports; the program and all that it imports come from the revision
that is recorded. Stack files may come from others too. One JSON request is read from the standard input, one
JSON line a stack is written to the standard output. Whatever the program itself prints goes to the standard error.
"""

import gc
import json
import os
import sys
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TextIO

import pulumi

from tools.preview.recording.blank_cluster import (
    CURRENT_CONTEXT,
    BlankCluster,
    blank_cluster,
    write_kubeconfig,
)
from tools.preview.recording.configuration import (
    Configuration,
    ConfigurationError,
    Project,
    read_configuration,
    read_project,
)
from tools.preview.recording.hiding import digest, hidden, secret_texts, without
from tools.preview.recording.program import Recording, record

_KUBERNETES: Final = "kubernetes"


@dataclass(frozen=True, kw_only=True)
class _Stage:
    """What all stacks are recorded with.

    Attributes:
        program: Folder of the program.
        scratch: A folder for files that are needed meanwhile.
        key: Key of the digests that take the place of secrets.
        cluster: The cluster that the program sees.
    """

    program: Path
    scratch: Path
    key: bytes
    cluster: BlankCluster


def main(requested: TextIO, answers: TextIO) -> None:
    """Answers a request: `program`, `scratch`, `key` (hexadecimal) and `runs` (`tree` and `stacks` of each)."""
    request = json.load(requested)
    program, scratch = Path(request["program"]), Path(request["scratch"])
    # In place of the folder that this package was found in: the program is the recorded revision's.
    sys.path[0] = str(program)
    sys.dont_write_bytecode = True
    os.chdir(scratch)
    with blank_cluster() as cluster:
        os.environ["KUBECONFIG"] = str(scratch / "kubeconfig")
        stage = _Stage(
            program=program, scratch=scratch, key=bytes.fromhex(request["key"]), cluster=cluster
        )
        for number, run in enumerate(request["runs"]):
            for stack in run["stacks"]:
                answer = _recorded(stage, Path(run["tree"]), stack)
                answers.write(json.dumps({"run": number, "stack": stack, **answer}) + "\n")
                answers.flush()


def _recorded(stage: _Stage, tree: Path, stack: str) -> Mapping[str, object]:
    recording, asked_before = Recording(), stage.cluster.asked
    try:
        project = read_project(tree)
        configuration = read_configuration(
            project, stack, lambda ciphertext: f"encrypted-{digest(stage.key, ciphertext)}"
        )
        texts, undo = _on_the_blank_cluster(
            project, configuration, stage.scratch, stage.cluster.url
        )
        record(
            recording,
            stage.program / "__main__.py",
            texts,
            project=project.name,
            stack=stack,
            secret_keys=configuration.secret_keys,
        )
    except (pulumi.RunError, ConfigurationError) as error:
        return {"error": str(error)}
    except Exception as error:  # noqa: BLE001 - the program is any revision's; the other stacks go on
        return {"error": _told(error, stage.program)}
    # What it holds is JSON already: nothing of it has to be copied.
    resources = [vars(resource) for resource in recording.resources]
    secrets = sorted({text for each in resources for text in secret_texts(each["inputs"])})
    return {
        "resources": undo(without(hidden(resources, stage.key), secrets)),
        "readsCluster": stage.cluster.asked > asked_before,
    }


def _on_the_blank_cluster(
    project: Project, configuration: Configuration, scratch: Path, server: str
) -> tuple[Mapping[str, str], Callable[[Any], Any]]:
    """Leads every way to a cluster to the blank one; the second result puts the real path back."""
    name = f"{project.name}:{_KUBERNETES}"
    try:
        settings = json.loads(configuration.texts.get(name, "{}"))
    except ValueError:
        settings = {}
    settings = settings if isinstance(settings, dict) else {}
    context = settings.get("context")
    stand_in = scratch / "kubeconfig"
    write_kubeconfig(stand_in, server, context if isinstance(context, str) else CURRENT_CONTEXT)
    given = settings.get("kubeconfig")
    if not isinstance(given, str) or not given:
        return configuration.texts, lambda value: value
    texts = {**configuration.texts, name: json.dumps({**settings, "kubeconfig": str(stand_in)})}
    return texts, lambda value: _replaced(value, str(stand_in), given)


def _replaced(value: Any, old: str, new: str) -> Any:  # noqa: ANN401 - JSON in, JSON out
    if isinstance(value, dict):
        return {key: _replaced(item, old, new) for key, item in value.items()}
    if isinstance(value, list):
        return [_replaced(item, old, new) for item in value]
    return new if value == old else value


def _told(error: Exception, program: Path) -> str:
    """One line: what, and where in the program."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if frame.filename.startswith(f"{program}{os.sep}")]
    where = (
        f" ({Path(own[-1].filename).relative_to(program)}, line {own[-1].lineno})" if own else ""
    )
    return f"The program failed: {type(error).__name__}: {error}{where}"


if __name__ == "__main__":
    # A process of seconds: looking for garbage takes longer than it saves.
    gc.disable()
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as answering:
        # The program's own words mustn't get among the answers.
        os.dup2(2, 1)
        main(sys.stdin, answering)
