"""Programs that the user has already installed."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tools.toolchain.parts import Program
from tools.toolchain.stamps import identity
from tools.toolchain.versions import Version, VersionRange

_ANSWER_SECONDS = 20


@dataclass(frozen=True, kw_only=True)
class Installed:
    """An executable that told its version."""

    path: Path
    version: Version


def users_path(path: str, *, without: tuple[Path, ...]) -> str:
    """A PATH less our own folders, so that we never find what we made ourselves.

    Args:
        path: The PATH to search.
        without: Folders whose insides don't count.
    """
    return os.pathsep.join(
        folder
        for folder in path.split(os.pathsep)
        if folder and not any(Path(folder).absolute().is_relative_to(ours) for ours in without)
    )


def candidates(names: tuple[str, ...], path: str) -> dict[str, Path]:
    """The executables of these names on a PATH; only when every one of them is there."""
    found = {name: shutil.which(name, path=path) for name in names}
    paths = {name: Path(where) for name, where in found.items() if where is not None}
    return paths if len(paths) == len(names) else {}


def surroundings(found: Mapping[str, Path]) -> str:
    """A text that changes when other executables are found, or they are replaced."""
    return "\n".join(f"{name}: {identity(path)}" for name, path in sorted(found.items()))


def version_of(program: Program, path: Path) -> Version | None:
    """Asks an executable for its version.

    Returns:
        None when it can't be run, doesn't answer in time or names no version.
    """
    try:
        answer = subprocess.run(
            [str(path), *program.ask_version],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_ANSWER_SECONDS,
            check=False,
            env={**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"},
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    if answer.returncode != 0:
        return None
    return Version.first_in(answer.stdout) or Version.first_in(answer.stderr)


def fitting(
    programs: tuple[Program, ...], found: Mapping[str, Path], accepted: VersionRange
) -> tuple[dict[str, Installed], str]:
    """Which of the found executables will do.

    Args:
        programs: What is needed.
        found: Where executables of these names lie.
        accepted: The versions that will do.

    Returns:
        The executables when all of them fit, else none; and why not, for people.
    """
    fit: dict[str, Installed] = {}
    for program in programs:
        if program.name not in found:
            return {}, ""
        path = found[program.name]
        version = version_of(program, path)
        if version is None:
            return {}, f"{path} doesn't tell its version"
        if version not in accepted:
            return {}, f"{path} is {version}, needed is {accepted}"
        fit[program.name] = Installed(path=path, version=version)
    return fit, ""
