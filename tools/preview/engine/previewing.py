"""Asks the engine what an update of a stack would change; needs its backend, its secrets and its cluster."""

import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tools.preview.comparing.change import Change
from tools.preview.engine.steps import changes_of
from tools.preview.masking import Masking
from tools.toolchain.environment import collecting_seldom, environment

_SECONDS: Final = 1800
_LONGEST_REASON: Final = 600


@dataclass(frozen=True, kw_only=True)
class EnginePreview:
    """What the engine says.

    Attributes:
        changes: What an update would change.
        error: Why it says nothing; `None` where it does.
    """

    changes: tuple[Change, ...] = ()
    error: str | None = None


def engine_preview(project: Path, stack: str, masking: Masking) -> EnginePreview:
    """Previews one stack with the user's own backend and credentials; nothing is changed.

    Args:
        project: Folder of `Pulumi.yaml`.
        stack: Name of the stack.
        masking: Hides what the engine doesn't know to be secret.
    """
    try:
        done = subprocess.run(
            [
                "pulumi",
                "preview",
                "--json",
                "--stack",
                stack,
                "--non-interactive",
                "--color",
                "never",
            ],
            cwd=project,
            env=collecting_seldom(environment()),
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return EnginePreview(error=f"the engine's preview hadn't ended after {_SECONDS} seconds")
    except OSError as error:
        return EnginePreview(error=f"the engine can't be run: {error.strerror}")
    document = _document(done.stdout)
    if done.returncode != 0 or document is None:
        told = masking.text(told_reason(document or {}, done.stderr))
        return EnginePreview(error=f"the engine's preview failed: {told[:_LONGEST_REASON]}")
    return EnginePreview(changes=changes_of(document.get("steps") or [], masking))


def _document(text: str) -> Mapping[str, Any] | None:
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def told_reason(document: Mapping[str, Any], stderr: str) -> str:
    """Returns why the engine failed.

    Its errors come as diagnostics of its document, or as text where it never got so far.
    """
    told = [
        str(each.get("message", ""))
        for each in document.get("diagnostics") or []
        if each.get("severity") == "error"
    ]
    lines = [line for line in stderr.splitlines() if not line.startswith("warning:")]
    return " ".join(" ".join(told or lines).split()).removeprefix("error: ")
