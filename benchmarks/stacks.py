"""The two Pulumi projects that are measured: this one's `local` stack, and an empty one."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from benchmarks.programs import Shell
from tools.paths import REPO, VENV_DIR

LOCAL: Final = "local"
_STACK_FILE: Final = REPO / "stacks" / f"Pulumi.{LOCAL}.yaml"
PREFIX: Final = "llmd-monitoring"


@dataclass(frozen=True, kw_only=True)
class Stack:
    """A stack that the engine updates as a person would: `pulumi up`, with its preview.

    Attributes:
        shell: Where the engine runs; the working directory is the project's folder.
        name: The stack's name.
        options: Further options of every command.
    """

    shell: Shell
    name: str
    options: tuple[str, ...] = ()

    def create(self) -> None:
        """Make the stack."""
        self._pulumi("stack", "init", self.name, "--no-select")

    def up(self) -> None:
        """Update the stack."""
        self._pulumi("up", "--yes", "--stack", self.name, *self.options)

    def preview(self) -> None:
        """Show what an update would do."""
        self._pulumi("preview", "--stack", self.name, *self.options)

    def up_at_once(self) -> None:
        """Update the stack without a preview before."""
        self._pulumi("up", "--yes", "--skip-preview", "--stack", self.name, *self.options)

    def up_unchanged(self) -> None:
        """Update the stack, which must have nothing to do."""
        self._pulumi("up", "--yes", "--expect-no-changes", "--stack", self.name, *self.options)

    def _pulumi(self, *arguments: str) -> None:
        self.shell.run("pulumi", "--non-interactive", "--color", "never", *arguments)


def local_stack(
    folder: Path, environ: Mapping[str, str], *, kubeconfig: Path, chart: Path | None
) -> Stack:
    """This project's `local` stack on another cluster, the committed stack file untouched.

    Args:
        folder: Where to keep the changed copy of the stack file.
        environ: The engine's variables.
        kubeconfig: The other cluster.
        chart: Another chart than the stack file's, None for that one.
    """
    content = yaml.safe_load(_STACK_FILE.read_text(encoding="utf-8"))
    config: dict[str, Any] = content["config"]
    config[f"{PREFIX}:kubernetes"]["kubeconfig"] = str(kubeconfig)
    if chart is not None:
        config[f"{PREFIX}:chart"]["path"] = str(chart)
    file = folder / _STACK_FILE.name
    file.write_text(yaml.safe_dump(content), encoding="utf-8")
    shell = Shell(folder=REPO, environ=environ)
    return Stack(shell=shell, name=LOCAL, options=("--config-file", str(file)))


def chart_of_local_stack() -> Path:
    """The chart that the committed stack file names."""
    content = yaml.safe_load(_STACK_FILE.read_text(encoding="utf-8"))
    return REPO / str(content["config"][f"{PREFIX}:chart"]["path"])


def empty_stack(folder: Path, environ: Mapping[str, str]) -> Stack:
    """A project whose program only imports the SDK, run by the same interpreter.

    Args:
        folder: Where to write it; made.
        environ: The engine's variables.
    """
    folder.mkdir(parents=True)
    options = {"toolchain": "pip", "virtualenv": str(VENV_DIR)}
    project = {"name": "empty", "runtime": {"name": "python", "options": options}}
    # JSON is YAML.
    (folder / "Pulumi.yaml").write_text(json.dumps(project), encoding="utf-8")
    (folder / "__main__.py").write_text("import pulumi\n", encoding="utf-8")
    return Stack(shell=Shell(folder=folder, environ=environ), name="empty")
