"""Running programs whose time counts: nothing is printed unless they fail."""

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tools.errors import UserError

_LONGEST_SECONDS: Final = 900
_SHOWN_LINES: Final = 40


@dataclass(frozen=True, kw_only=True)
class Shell:
    """Where programs run.

    Attributes:
        folder: Their working directory.
        environ: Their variables.
    """

    folder: Path
    environ: Mapping[str, str]

    def run(self, *command: str) -> str:
        """Run a program and return its standard output.

        Raises:
            UserError: It failed or took longer than a quarter of an hour.
        """
        try:
            done = subprocess.run(
                command,
                cwd=self.folder,
                env=dict(self.environ),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
                timeout=_LONGEST_SECONDS,
            )
        except FileNotFoundError as error:
            raise UserError(f"{command[0]} is missing.", "Type `make setup`.") from error
        except subprocess.TimeoutExpired as error:
            message = f"`{' '.join(command)}` took longer than {_LONGEST_SECONDS} seconds."
            raise UserError(message) from error
        if done.returncode != 0:
            lines = (done.stdout + done.stderr).splitlines()[-_SHOWN_LINES:]
            raise UserError(
                f"`{' '.join(command)}` failed (exit code {done.returncode}):\n" + "\n".join(lines)
            )
        return done.stdout
