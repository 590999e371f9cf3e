"""`llmd-monitoring load` in a process of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tools.paths import REPO

WAIT = 60


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "tools.cli", "load", *arguments]


def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*arguments),
        cwd=REPO,
        capture_output=True,
        text=True,
        timeout=WAIT,
        check=False,
        env={**os.environ, **variables},
    )


def reported(file: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(file.read_text())
    return content
