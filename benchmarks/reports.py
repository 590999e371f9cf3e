"""A report on many stacks, held against the engine's previews of them alone.

One baseline is the quickest way to the previews: as many at a time as there are processors, and nothing done with
what they print. The other is how they are made by hand, one after the other. Each stack has a namespace of its own,
so that no two render alike, and a change, so that each has to be rendered at both revisions. None is installed: the
report has to write all that each consists of.
"""

import os
import shutil
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import yaml

from benchmarks.bench import Bench, Place
from benchmarks.comparison import Comparison, Series
from benchmarks.programs import Shell
from benchmarks.stacks import LOCAL, PREFIX
from benchmarks.usage import Usage, used
from tools.paths import CHART_CRD_DIR, REPO, TOOLS_DIR, VENV_DIR

BOUND: Final = 1.3

_BASE_RETENTION: Final = "9d"
_HEAD_RETENTION: Final = "10d"
_RETENTION: Final = "retention: "
_AUTHOR: Final = ("-c", "user.name=benchmark", "-c", "user.email=benchmark@example.com")
_CHANGES: Final = 3
_PROCESSORS: Final = os.cpu_count() or 1

Say = Callable[[str], None]
"""Tells the user what is going on."""


def many_stacks(bench: Bench, *, stacks: int, rounds: int, say: Say) -> list[Comparison]:
    """Compares a report with the engine, on stacks that all have a change, with the previews alone.

    Time on the clock comes first, time on the processors second: other programs change that one little. Third is time
    on the clock against previews one after the other.

    Args:
        bench: Where to measure.
        stacks: How many.
        rounds: How often.
        say: Tells what is going on.
    """
    names = tuple(f"report-{number}" for number in range(1, stacks + 1))
    reports: list[Usage] = []
    previews: list[Usage] = []
    by_hand: list[Usage] = []
    say(f"Report: making {stacks} stacks.")
    with bench.fresh() as place:
        shell = _repository(place, names)
        say(f"Report: {rounds} rounds.")
        for _ in range(rounds):
            reports.append(used(lambda: _report(shell, names)))
            previews.append(used(lambda: _previews(shell, names, at_a_time=_PROCESSORS)))
            by_hand.append(used(lambda: _previews(shell, names, at_a_time=1)))
    title = f"A report on {stacks} stacks"
    return [
        _compared(f"{title}: time", reports, previews, lambda usage: usage.seconds),
        _compared(
            f"{title}: time on processors", reports, previews, lambda usage: usage.cpu_seconds
        ),
        _compared(
            f"{title}, one preview after the other: time",
            reports,
            by_hand,
            lambda usage: usage.seconds,
        ),
    ]


def _compared(
    title: str,
    reports: Sequence[Usage],
    previews: Sequence[Usage],
    value: Callable[[Usage], float],
) -> Comparison:
    return Comparison(
        title=title,
        subject=Series(name="report", values=tuple(value(each) for each in reports)),
        baseline=(Series(name="`pulumi preview`", values=tuple(value(each) for each in previews)),),
        bound=BOUND,
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
        # With the key: the salt beside it is random and may hold the value alone.
        changed = text.replace(_RETENTION + _BASE_RETENTION, _RETENTION + _HEAD_RETENTION)
        path.write_text(changed, encoding="utf-8")
    return shell


def _write(folder: Path, name: str, kubeconfig: Path, retention: str) -> None:
    content = yaml.safe_load(_stack_file(folder, LOCAL).read_text(encoding="utf-8"))
    config: dict[str, Any] = content["config"]
    config[f"{PREFIX}:kubernetes"]["kubeconfig"] = str(kubeconfig)
    config[f"{PREFIX}:namespace"] = name
    config[f"{PREFIX}:prometheus"] = {"retention": retention}
    path = _stack_file(folder, name)
    path.write_text(yaml.safe_dump({"config": config}), encoding="utf-8")


def _stack_file(folder: Path, name: str) -> Path:
    return folder / "stacks" / f"Pulumi.{name}.yaml"


def _report(shell: Shell, names: Sequence[str]) -> None:
    chosen = " ".join(f"--stack {name}" for name in names)
    command = f"python -m tools.cli preview --engine --base HEAD --out report {chosen}"
    shell.run("sh", "-c", f"{command} || [ $? -eq {_CHANGES} ]")


def _previews(shell: Shell, names: Sequence[str], *, at_a_time: int) -> None:
    def preview(name: str) -> None:
        shell.run("pulumi", "preview", "--json", "--stack", name, "--non-interactive")

    with ThreadPoolExecutor(max_workers=at_a_time) as threads:
        list(threads.map(preview, names))
