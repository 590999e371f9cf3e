"""Runs vegeta, an established load tool at a constant rate (https://github.com/tsenart/vegeta)."""

import base64
import json
import os
import subprocess
import tempfile
from pathlib import Path
from typing import Any, Final

from benchmarks.load.figures import Figures
from benchmarks.load.ours import OUTPUT_TOKENS, PROMPT_WORDS
from benchmarks.load.server import Server
from tools import paths
from tools.errors import UserError
from tools.load.planning.text import Prose
from tools.toolchain.build import go_environment

NAME: Final = "vegeta"

_FOLDER: Final = Path(__file__).parent
_PACKAGE: Final = "github.com/tsenart/vegeta/v12"
_NAMES: Final = {"p50": "50th", "p90": "90th", "p95": "95th", "p99": "99th"}


def build() -> Path:
    """Builds the pinned version, once.

    Raises:
        UserError: Go is missing, or the build failed.
    """
    program = paths.REPO / ".cache" / "vegeta"
    if program.exists():
        return program
    command = ["go", "build", "-trimpath", "-o", str(program), _PACKAGE]
    try:
        subprocess.run(command, cwd=_FOLDER, env=go_environment(os.environ), check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise UserError(
            f"vegeta can't be built: {error}", next_step="Install Go: https://go.dev/dl/"
        ) from None
    return program


def attack(program: Path, server: Server, *, rate: float, seconds: float) -> Figures:
    """Sends the same request again and again at a constant rate."""
    begun = server.cpu_seconds()
    with tempfile.TemporaryDirectory() as folder:
        targets, results = Path(folder, "targets.json"), Path(folder, "results")
        targets.write_text(json.dumps(_target(server.url)) + "\n", encoding="utf-8")
        options = [f"-rate={rate:g}", f"-duration={seconds:g}s", "-format=json", "-timeout=120s"]
        files = [f"-targets={targets}", f"-output={results}"]
        process = subprocess.Popen([str(program), "attack", *options, *files])
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        report = subprocess.run(
            [str(program), "report", "-type=json", str(results)],
            check=True,
            capture_output=True,
            text=True,
        )
    said: dict[str, Any] = json.loads(report.stdout)
    measured = server.measured()
    return Figures(
        tool=NAME,
        wanted=rate,
        requests=said["requests"],
        # vegeta's `duration` is from its first request to its last.
        seconds=said["duration"] / 1e9,
        ok=said["status_codes"].get("200", 0),
        received=sum(measured["received"].values()),
        quantiles={name: said["latencies"][theirs] / 1e9 for name, theirs in _NAMES.items()},
        truth=measured["endToEnd"],
        cpu_seconds=used.ru_utime + used.ru_stime,
        server_cpu_seconds=server.cpu_seconds() - begun,
    )


def _target(url: str) -> dict[str, Any]:
    content = {
        "model": "emulated",
        "max_tokens": OUTPUT_TOKENS,
        "temperature": 0.7,
        "stream": False,
        "messages": [{"role": "user", "content": Prose().cut(0, PROMPT_WORDS)}],
    }
    return {
        "method": "POST",
        "url": f"{url}/v1/chat/completions",
        "header": {"content-type": ["application/json"]},
        "body": base64.b64encode(json.dumps(content).encode()).decode(),
    }
