"""An emulated server in a process of its own, and what it measured itself."""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import httpx
import psutil

from tools import paths

MEDIAN_MS: Final = 100.0
P95_MS: Final = 250.0


@dataclass(frozen=True, kw_only=True)
class Server:
    """A running one.

    Attributes:
        url: Its base URL.
        process: Its process.
    """

    url: str
    process: psutil.Process

    def measured(self) -> Mapping[str, Any]:
        """Its own exact figures."""
        figures: Mapping[str, Any] = httpx.get(f"{self.url}/stats", trust_env=False).json()
        return figures

    def cpu_seconds(self) -> float:
        """CPU time that it took so far."""
        times = self.process.cpu_times()
        return float(times.user + times.system)


@contextmanager
def running() -> Iterator[Server]:
    """A fresh server, whose delays are always the same ones."""
    command = [sys.executable, "-m", "tools.load.emulator"]
    options = ["--median-ms", str(MEDIAN_MS), "--p95-ms", str(P95_MS)]
    with subprocess.Popen(
        [*command, *options], cwd=paths.REPO, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None  # noqa: S101 - it was started with a pipe
        try:
            yield Server(url=process.stdout.readline().strip(), process=psutil.Process(process.pid))
        finally:
            process.terminate()
