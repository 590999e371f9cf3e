"""Many llm-d deployments in a stack, held against a bare program that makes the same objects."""

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from benchmarks.bench import Bench, Place
from benchmarks.comparison import Comparison, Series
from benchmarks.measuring import Say
from benchmarks.programs import Shell
from benchmarks.stacks import PREFIX, Stack
from benchmarks.usage import Usage, used
from components.labels import common_labels
from components.monitors.manifest import Manifest
from components.monitors.prometheus_operator import by_namespace
from components.object_metadata import FORCE_ANNOTATION
from components.settings import Settings
from tools.paths import REPO, VENV_DIR

DEPLOYMENTS_BOUND: Final = 1.15

_BARE: Final = REPO / "benchmarks" / "bare" / "__main__.py"

# A state in files is written whole after each step, which takes the square of the objects' number on either side.
_STATE_AT_THE_END: Final = {"PULUMI_SKIP_CHECKPOINTS": "true"}

# Only what is measured: dashboards alone would make the state of one side larger.
_SMALL_STACK: Final[Mapping[str, Any]] = {
    f"{PREFIX}:grafana": {"enabled": False},
    f"{PREFIX}:alertmanager": {"enabled": False},
}


@dataclass(frozen=True, kw_only=True)
class Updates:
    """What each update of one side took more with deployments than without, a round each."""

    previews: list[Usage]
    first: list[Usage]
    unchanged: list[Usage]


def many_deployments(bench: Bench, *, deployments: int, rounds: int, say: Say) -> list[Comparison]:
    """Compares what deployments add to preview, first and unchanged update: time, processor and memory.

    Both sides start without deployments on a fresh cluster of their own; what they take then doesn't count, since
    this program installs much besides.
    """
    models = models_of(deployments)
    ours, bare = (Updates(previews=[], first=[], unchanged=[]) for _ in range(2))
    for number in range(1, rounds + 1):
        say(f"{deployments} deployments: round {number} of {rounds}, this program.")
        with bench.fresh() as place:
            stack = reconfigured(place.local, _SMALL_STACK)
            stack.up()
            least = _least(stack)
            _measure(reconfigured(stack, {f"{PREFIX}:models": models}), least, ours)
        say(f"{deployments} deployments: round {number} of {rounds}, bare program.")
        with bench.fresh() as place:
            reconfigured(place.local, _SMALL_STACK).up()
            stack = bare_stack(place)
            stack.up()
            least = _least(stack)
            give_objects(stack.shell.folder, place.kubeconfig, objects_of(models))
            _measure(stack, least, bare)
    return [
        comparison
        for what, attribute in (
            ("a preview", "previews"),
            ("a first update", "first"),
            ("an update without changes", "unchanged"),
        )
        for comparison in _compared(
            f"What {deployments} deployments add to {what}",
            getattr(ours, attribute),
            getattr(bare, attribute),
        )
    ]


def models_of(deployments: int) -> list[dict[str, Any]]:
    """Returns the setting `models` for so many deployments, each with prefill, decode and one EPP."""
    return [
        {"namespace": f"llm-d-{number:03}", "epp": [{"release": f"epp-{number:03}"}]}
        for number in range(deployments)
    ]


def objects_of(models: Sequence[Mapping[str, Any]]) -> list[list[Manifest]]:
    """Returns the objects that this program makes for deployments, by namespace."""
    settings = Settings.model_validate({"models": models})
    labels = common_labels(settings.release, "model-monitors")
    return [
        [
            {"kind": "Namespace", "metadata": {"name": namespace}},
            *(_ours_alone(item) for item in (*made.access, *made.monitors)),
        ]
        for namespace, made in by_namespace(settings.models, settings.targets, labels).items()
    ]


def _ours_alone(item: Manifest) -> Manifest:
    annotations = {**item["metadata"].get("annotations", {}), FORCE_ANNOTATION: "true"}
    return {**item, "metadata": {**item["metadata"], "annotations": annotations}}


def reconfigured(stack: Stack, configuration: Mapping[str, Any]) -> Stack:
    """Returns a stack with further configuration in its copy of the stack file, its state written at the end."""
    file = Path(stack.options[1])
    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    content["config"] |= configuration
    file.write_text(yaml.safe_dump(content), encoding="utf-8")
    environ = {**stack.shell.environ, **_STATE_AT_THE_END}
    shell = Shell(folder=stack.shell.folder, environ=environ)
    return Stack(shell=shell, name=stack.name, options=stack.options)


def bare_stack(place: Place) -> Stack:
    """Returns the stack of the bare program without objects, in a project of its own on the same cluster."""
    folder = place.folder / "bare"
    folder.mkdir()
    shutil.copy(_BARE, folder)
    options = {"toolchain": "pip", "virtualenv": str(VENV_DIR)}
    project = {"name": "bare", "runtime": {"name": "python", "options": options}}
    (folder / "Pulumi.yaml").write_text(json.dumps(project), encoding="utf-8")
    give_objects(folder, place.kubeconfig, [])
    environ = {**place.local.shell.environ, **_STATE_AT_THE_END}
    stack = Stack(shell=Shell(folder=folder, environ=environ), name="bare")
    stack.create()
    return stack


def give_objects(folder: Path, kubeconfig: Path, namespaces: list[list[Manifest]]) -> None:
    """Writes what the bare program in a folder is to make."""
    given = {"kubeconfig": str(kubeconfig), "namespaces": namespaces}
    (folder / "objects.json").write_text(json.dumps(given), encoding="utf-8")


@dataclass(frozen=True, kw_only=True)
class _Least:
    """What a side takes without deployments."""

    preview: Usage
    update: Usage


def _least(stack: Stack) -> _Least:
    return _Least(preview=used(stack.preview), update=used(stack.up_at_once))


def _measure(stack: Stack, least: _Least, updates: Updates) -> None:
    updates.previews.append(used(stack.preview).beyond(least.preview))
    updates.first.append(used(stack.up_at_once).beyond(least.update))
    updates.unchanged.append(used(stack.up_at_once).beyond(least.update))


def _compared(title: str, ours: Sequence[Usage], bare: Sequence[Usage]) -> list[Comparison]:
    return [
        Comparison(
            title=f"{title}, {what}",
            subject=Series(
                name="this program", values=tuple(getattr(usage, key) for usage in ours)
            ),
            baseline=(
                Series(
                    name="a bare program, same objects",
                    values=tuple(getattr(usage, key) for usage in bare),
                ),
            ),
            bound=DEPLOYMENTS_BOUND,
            unit=unit,
        )
        for what, key, unit in (
            ("time", "seconds", "s"),
            ("processor", "cpu_seconds", "s"),
            ("memory", "mebibytes", "MiB"),
        )
    ]
