"""A report on many stacks, held against the engine's previews of them alone."""

import os
import shutil
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import yaml

from benchmarks.alternation import alternate
from benchmarks.bench import Bench, Place
from benchmarks.comparison import Comparison
from benchmarks.programs import Shell
from benchmarks.stacks import LOCAL, PREFIX
from tools.paths import CHART_CRD_DIR, REPO, TOOLS_DIR, VENV_DIR

BOUND: Final = 1.3

_BASE_RETENTION: Final = "9d"
_HEAD_RETENTION: Final = "10d"
_AUTHOR: Final = ("-c", "user.name=benchmark", "-c", "user.email=benchmark@example.com")
_CHANGES: Final = 3

Say = Callable[[str], None]
"""Tells the user what is going on."""


def many_stacks(bench: Bench, *, stacks: int, rounds: int, say: Say) -> Comparison:
    """Measures a report with the engine on stacks that all have a change.

    Both sides run as many previews at a time as there are processors.

    Args:
        bench: Where to measure.
        stacks: How many.
        rounds: How often.
        say: Tells what is going on.
    """
    names = tuple(f"report-{number}" for number in range(1, stacks + 1))
    say(f"Report: making {stacks} stacks.")
    with bench.fresh() as place:
        shell = _repository(place, names)
        say(f"Report: {rounds} rounds.")
        subject, baseline = alternate(
            {
                f"report on {stacks} stacks": lambda: _report(shell, names),
                f"`pulumi preview` of {stacks} stacks": lambda: _previews(shell, names),
            },
            rounds=rounds,
        )
    return Comparison(
        title="A report on many stacks", subject=subject, baseline=(baseline,), bound=BOUND
    )


def _repository(place: Place, names: Sequence[str]) -> Shell:
    """Clones this project's last commit, and gives it stacks whose working tree has a change."""
    folder = place.folder / "clone"
    shell = Shell(folder=folder, environ={**place.helm.environ, "PYTHONPATH": str(folder)})
    Shell(folder=REPO, environ=place.helm.environ).run(
        "git", "clone", "--quiet", "--no-hardlinks", str(REPO), str(folder)
    )
    for made in (TOOLS_DIR, VENV_DIR):
        (folder / made.name).symlink_to(made)
    shutil.copytree(CHART_CRD_DIR, folder / CHART_CRD_DIR.relative_to(REPO), dirs_exist_ok=True)
    for name in names:
        _write(folder, name, place.kubeconfig, _BASE_RETENTION)
        shell.run("pulumi", "stack", "init", name, "--no-select", "--non-interactive")
    shell.run("git", "add", "stacks")
    shell.run("git", *_AUTHOR, "commit", "--quiet", "--message", "stacks")
    for name in names:
        path = _stack_file(folder, name)
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace(_BASE_RETENTION, _HEAD_RETENTION), encoding="utf-8")
    return shell


def _write(folder: Path, name: str, kubeconfig: Path, retention: str) -> None:
    content = yaml.safe_load(_stack_file(folder, LOCAL).read_text(encoding="utf-8"))
    config: dict[str, Any] = content["config"]
    config[f"{PREFIX}:kubernetes"]["kubeconfig"] = str(kubeconfig)
    config[f"{PREFIX}:prometheus"] = {"retention": retention}
    path = _stack_file(folder, name)
    path.write_text(yaml.safe_dump({"config": config}), encoding="utf-8")


def _stack_file(folder: Path, name: str) -> Path:
    return folder / "stacks" / f"Pulumi.{name}.yaml"


def _report(shell: Shell, names: Sequence[str]) -> None:
    chosen = " ".join(f"--stack {name}" for name in names)
    command = f"python -m tools.cli preview --engine --base HEAD --out report {chosen}"
    shell.run("sh", "-c", f"{command} || [ $? -eq {_CHANGES} ]")


def _previews(shell: Shell, names: Sequence[str]) -> None:
    def preview(name: str) -> None:
        shell.run("pulumi", "preview", "--json", "--stack", name, "--non-interactive")

    with ThreadPoolExecutor(max_workers=os.cpu_count()) as threads:
        list(threads.map(preview, names))
