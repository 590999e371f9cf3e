"""Whether the source stack has run what is to be promoted."""

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from components.configuration import parse
from components.deployed import OUTPUT, settings_digest
from components.program_files import PROGRAM
from tools.errors import UserError
from tools.preview.recording.configuration import (
    ConfigurationError,
    read_configuration,
    read_project,
)
from tools.toolchain.environment import environment

_PLACEHOLDER: Final = "encrypted"
_DIRTY: Final = "-dirty"


def require_deployed(project: Path, stack: str) -> str:
    """Refuses what hasn't run on the source stack.

    Returns:
        The deployed commit.

    Raises:
        UserError: It hasn't, or that can't be known.
    """
    return check(project, stack, _outputs(project, stack))


def check(project: Path, stack: str, outputs: Mapping[str, Any]) -> str:
    """Compares a stack's outputs with the working tree; see `require_deployed`."""
    deployed = outputs.get(OUTPUT)
    if not isinstance(deployed, dict) or "settingsDigest" not in deployed:
        raise _refusal(stack, "it doesn't say what it runs")
    problems = []
    if deployed["settingsDigest"] != _digest(project, stack):
        problems.append("its settings aren't those of its stack file")
    revision = str(deployed.get("revision", ""))
    if not revision:
        problems.append("it was deployed from outside of git")
    elif revision.endswith(_DIRTY):
        problems.append(f"it was deployed with changes that weren't committed ({revision[:12]})")
    elif changed := _changed_since(project, revision):
        problems.append(f"it runs {revision[:12]}, since when {changed} changed")
    if problems:
        raise _refusal(stack, "; ".join(problems))
    return revision


def _refusal(stack: str, why: str) -> UserError:
    return UserError(
        f"Stack {stack!r} hasn't run what would be promoted: {why}. Nothing was written.",
        f"Deploy it first: pulumi up --stack {stack}",
    )


def _outputs(project: Path, stack: str) -> Mapping[str, Any]:
    done = subprocess.run(
        ["pulumi", "stack", "output", "--json", "--stack", stack, "--non-interactive"],
        cwd=project,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        told = " ".join(done.stderr.split()).removeprefix("error: ")
        raise UserError(
            f"What stack {stack!r} runs can't be read: {told}",
            "A promotion needs the source stack's backend: PULUMI_BACKEND_URL, or `pulumi login`.",
        )
    outputs: Mapping[str, Any] = json.loads(done.stdout)
    return outputs


def _digest(project: Path, stack: str) -> str | None:
    """Returns the digest of a stack file's settings; `None` for one with mistakes, which never ran."""
    try:
        found = read_configuration(read_project(project), stack, lambda _: _PLACEHOLDER)
    except ConfigurationError as error:
        raise UserError(str(error)) from error
    settings, mistakes = parse(found.texts, frozenset(found.secret_keys))
    return None if settings is None or mistakes else settings_digest(settings)


def _changed_since(project: Path, revision: str) -> str:
    """Returns the parts of the program that differ from a commit; empty for none."""
    done = subprocess.run(
        ["git", "-C", str(project), "diff", "--name-only", "--relative", revision, "--", *PROGRAM],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise UserError(
            f"The deployed commit {revision[:12]} isn't in this repository.",
            "Fetch it: git fetch --all",
        )
    parts = sorted({line.partition("/")[0] for line in done.stdout.splitlines()})
    return ", ".join(parts)
