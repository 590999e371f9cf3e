"""A Pulumi project in a temporary folder, driven by the real command line."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from typing import Any

from tools.paths import REPO
from tools.toolchain.environment import environment

SECONDS = 120


def write_plugins(folder: Path, modules: Mapping[str, str]) -> None:
    """Make executables that start the stand-ins, by plug-in name."""
    folder.mkdir()
    for name, module in modules.items():
        script = folder / name
        script.write_text(f'#!/bin/sh\nexec {sys.executable} -m tools.standins.{module} "$@"\n')
        script.chmod(0o755)


@dataclass(frozen=True, kw_only=True)
class Project:
    """A project with one stack, `dev`.

    Attributes:
        folder: Where `Pulumi.yaml` is.
        environ: The environment of the command line.
    """

    folder: Path
    environ: Mapping[str, str]

    @classmethod
    def create(cls, base: Path, plugins: Mapping[str, str]) -> "Project":
        """An empty project below `base`, with its own backend and plug-ins."""
        for name in ("project", "state", "home"):
            (base / name).mkdir()
        write_plugins(base / "plugins", plugins)
        environ = environment(state_dir=base / "state", pulumi_home=base / "home")
        environ["PATH"] = os.pathsep.join([str(base / "plugins"), environ["PATH"]])
        environ["PYTHONPATH"] = str(REPO)
        project = cls(folder=base / "project", environ=environ)
        project.describe()
        project.pulumi("stack", "init", "dev")
        return project

    def describe(
        self, *, main: str | None = None, options: Mapping[str, object] | None = None
    ) -> None:
        """Write `Pulumi.yaml`."""
        runtime = {"name": "python", "options": dict(options or {})}
        content = {"name": "sample", "runtime": runtime, **({"main": main} if main else {})}
        # JSON is YAML.
        (self.folder / "Pulumi.yaml").write_text(json.dumps(content))

    def write(self, source: str, *, path: str = "__main__.py") -> None:
        """Write a file of the program."""
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(dedent(source))

    @property
    def executable(self) -> str:
        """The real engine's command line."""
        found = shutil.which("pulumi", path=self.environ["PATH"])
        assert found, "there is no pulumi; run the set-up"
        return found

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start the command line and don't wait."""
        return subprocess.Popen(
            [self.executable, "--non-interactive", *arguments],
            cwd=self.folder,
            env=dict(self.environ),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the command line, whatever becomes of it; errors are in `stdout` too."""
        with self.start(*arguments) as process:
            output, _ = process.communicate(timeout=SECONDS)
        return subprocess.CompletedProcess(arguments, process.returncode, output)

    def pulumi(self, *arguments: str) -> str:
        """Run the command line, which has to succeed, and return what it printed."""
        done = self.run(*arguments)
        assert done.returncode == 0, done.stdout
        return done.stdout

    def fails(self, *arguments: str) -> str:
        """Run the command line, which has to fail, and return what it printed."""
        done = self.run(*arguments)
        assert done.returncode not in {0, None}, done.stdout
        return done.stdout

    def up(self, *arguments: str) -> str:
        """Deploy."""
        return self.pulumi("up", "--yes", "--skip-preview", *arguments)

    def outputs(self) -> dict[str, Any]:
        """The stack's outputs, secrets in clear."""
        return dict(self._json("stack", "output", "--show-secrets"))

    def operations(self, *arguments: str) -> dict[str, str]:
        """What a preview would do, by the last part of the URN."""
        steps: Sequence[Mapping[str, Any]] = self._json("preview", *arguments)["steps"]
        return {step["urn"].rsplit("::", 1)[1]: step["op"] for step in steps}

    def _json(self, *arguments: str) -> Any:  # noqa: ANN401
        done = subprocess.run(
            [self.executable, "--non-interactive", *arguments, "--json"],
            cwd=self.folder,
            env=dict(self.environ),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=SECONDS,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout)
