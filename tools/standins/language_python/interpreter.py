"""Which Python interpreter runs the program: `runtime.options` of `Pulumi.yaml` decides."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

TOOLCHAINS = ("pip", "uv")
"""Values of `toolchain` that only mean "there is a virtual environment", so nothing has to run."""

OPTIONS = ("toolchain", "typechecker", "virtualenv")


class RuntimeOptionError(Exception):
    """`runtime.options` of `Pulumi.yaml` can't be followed; the message says why and what to do."""


@dataclass(frozen=True, kw_only=True)
class Interpreter:
    """A Python interpreter, and the environment variables that programs find it by.

    Attributes:
        executable: Absolute path of the interpreter.
        virtualenv: The virtual environment named by `Pulumi.yaml`, or None for the host's own.
    """

    executable: Path
    virtualenv: Path | None = None

    @property
    def is_current(self) -> bool:
        """Whether the host itself runs in this environment."""
        return self.virtualenv is None or self.virtualenv.resolve() == Path(sys.prefix).resolve()

    def environ(self, base: Mapping[str, str]) -> dict[str, str]:
        """The variables of an activated virtual environment on top of `base`."""
        environ = dict(base)
        if self.virtualenv is None:
            return environ
        environ.pop("PYTHONHOME", None)
        environ["VIRTUAL_ENV"] = str(self.virtualenv)
        environ["PATH"] = os.pathsep.join(
            [str(self.executable.parent), *filter(None, [base.get("PATH")])]
        )
        return environ


def choose(options: Mapping[str, object], *, root: Path) -> Interpreter:
    """The interpreter for a project.

    Args:
        options: `runtime.options` of `Pulumi.yaml`.
        root: The project's folder; a relative `virtualenv` starts there.

    Raises:
        RuntimeOptionError: An option is unknown, wrong, or names a missing virtual environment.
    """
    for name, value in options.items():
        if name not in OPTIONS:
            msg = f"runtime option {name!r} is unknown; allowed are {', '.join(OPTIONS)}"
            raise RuntimeOptionError(msg)
        if not isinstance(value, str):
            msg = f"runtime option {name!r} must be a string, got {value!r}"
            raise RuntimeOptionError(msg)
    toolchain = str(options.get("toolchain", "pip"))
    if toolchain not in TOOLCHAINS:
        msg = (
            f"runtime option 'toolchain' is {toolchain!r}, and the stand-in language host knows "
            f"{' and '.join(TOOLCHAINS)} only; install Pulumi's own language host to use another"
        )
        raise RuntimeOptionError(msg)
    name = str(options.get("virtualenv") or (".venv" if toolchain == "uv" else ""))
    if not name:
        return Interpreter(executable=Path(sys.executable))
    virtualenv = root / Path(name).expanduser()
    executable = virtualenv / "bin" / "python"
    if not executable.is_file():
        msg = (
            f"the virtual environment {name!r} of Pulumi.yaml has no interpreter at {executable}; "
            f"create it (python3 -m venv {virtualenv}) and install the program's requirements"
        )
        raise RuntimeOptionError(msg)
    return Interpreter(executable=executable, virtualenv=virtualenv)
