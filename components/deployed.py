"""What a stack runs, as an output: by it a promotion knows whether the source stack has run it first."""

import hashlib
import json
import subprocess
from collections.abc import Mapping
from typing import Final

from components.program_files import PROGRAM
from components.settings import Settings

OUTPUT: Final = "deployed"

_DIGITS: Final = 16
_SECONDS: Final = 10
_COMMIT: Final = "# branch.oid "
_NO_COMMIT: Final = "(initial)"


def deployed_output(settings: Settings) -> Mapping[str, str | None]:
    """Returns what is being deployed.

    Returns:
        `revision`: the git commit, with `-dirty` where the program isn't as committed; `None` outside of git.
        `settingsDigest`: see `settings_digest`.
    """
    return {"revision": revision(), "settingsDigest": settings_digest(settings)}


def settings_digest(settings: Settings) -> str:
    """Returns what tells settings apart: what differs from the defaults, the cluster's address and secrets aside."""
    told = settings.model_dump(
        mode="json", by_alias=True, exclude_defaults=True, exclude={"kubernetes"}
    )
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:_DIGITS]


def revision() -> str | None:
    """Returns the commit of the program in the current folder, `None` where it can't be known."""
    # Looking must not write to the repository's index, where a git of the user's may be at work.
    looking = ("git", "--no-optional-locks", "status", "--porcelain=v2", "--branch", "--")
    try:
        done = subprocess.run(
            (*looking, *PROGRAM), capture_output=True, text=True, timeout=_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    if done.returncode != 0:
        return None
    lines = done.stdout.splitlines()
    commit = next(line.removeprefix(_COMMIT) for line in lines if line.startswith(_COMMIT))
    if commit == _NO_COMMIT:
        return None
    changed = any(not line.startswith("#") for line in lines)
    return f"{commit}-dirty" if changed else commit
