"""Running the Pulumi command line on one stack of this project."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.errors import UserError

_ENDED_BY_USER = 130


@dataclass(frozen=True, kw_only=True)
class Engine:
    """The engine with everything that a command on one stack needs.

    Attributes:
        project: Folder of `Pulumi.yaml`.
        stack: Name of the stack.
        environment: Variables of the subprocess: PATH, backend, passphrase.
        held: File descriptors that the engine and its plug-ins inherit; a lock on one of them lasts until
            the last of these processes is gone, even where this one is killed.
    """

    project: Path
    stack: str
    environment: Mapping[str, str]
    held: tuple[int, ...] = ()

    def select(self) -> None:
        """Makes the stack where it doesn't exist yet, and selects it."""
        self._capture("stack", "select", self.stack, "--create")

    def show(self, *arguments: str) -> None:
        """Runs a command whose output is for the user.

        Raises:
            UserError: The command failed; what went wrong has been printed by the engine.
        """
        result = subprocess.run(
            self._command(*arguments),
            cwd=self.project,
            env=dict(self.environment),
            pass_fds=self.held,
            check=False,
        )
        if result.returncode in {-2, _ENDED_BY_USER}:
            raise KeyboardInterrupt
        if result.returncode != 0:
            raise UserError(
                f"`pulumi {arguments[0]}` of stack {self.stack!r} failed (exit code {result.returncode}); "
                "its messages are above.",
                "Once the cause is mended, type the same command again: it goes on where it stopped.",
            )

    def export(self) -> Mapping[str, Any]:
        """Returns the stack's state, secrets still encrypted."""
        state: Mapping[str, Any] = json.loads(self._capture("stack", "export"))
        return state

    def outputs(self) -> Mapping[str, Any]:
        """Returns the stack's outputs; secret ones are masked by the engine."""
        outputs: Mapping[str, Any] = json.loads(self._capture("stack", "output", "--json"))
        return outputs

    def _command(self, *arguments: str) -> Sequence[str]:
        color = "auto" if sys.stdout.isatty() else "never"
        chosen = () if arguments[:2] == ("stack", "select") else ("--stack", self.stack)
        return ("pulumi", *arguments, *chosen, "--non-interactive", "--color", color)

    def _capture(self, *arguments: str) -> str:
        result = subprocess.run(
            self._command(*arguments),
            cwd=self.project,
            env=dict(self.environment),
            pass_fds=self.held,
            capture_output=True,
            text=True,
            check=False,
        )
        if result.returncode != 0:
            raise UserError(
                f"`pulumi {' '.join(arguments[:2])}` of stack {self.stack!r} failed "
                f"(exit code {result.returncode}): {result.stderr.strip()}"
            )
        return result.stdout
