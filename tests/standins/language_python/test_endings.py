"""No process outlives the command that caused it."""

import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.polling import eventually
from tests.standins.language_python.project import Project

SLEEPER = """
import os, sys, time
from pathlib import Path

Path("pids.tmp").write_text(f"{os.getppid()} {os.getpid()}")
os.rename("pids.tmp", "pids")
time.sleep(600)
"""


@pytest.fixture
def running(project: Project) -> Iterator[tuple[subprocess.Popen[str], list[psutil.Process]]]:
    """An update that hangs in the program, with the host's and the program's process."""
    project.write(SLEEPER)
    pids: Path = project.folder / "pids"
    with project.start("up", "--yes", "--skip-preview") as engine:
        eventually(pids.exists, "the program to start")
        yield engine, [psutil.Process(int(pid)) for pid in pids.read_text().split()]
        engine.kill()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_host_and_program_end_with_the_engine(
    running: tuple[subprocess.Popen[str], list[psutil.Process]], number: signal.Signals
) -> None:
    engine, processes = running
    engine.send_signal(number)
    eventually(lambda: not any(process.is_running() for process in processes), "their end")


def test_the_program_ends_with_the_host(
    running: tuple[subprocess.Popen[str], list[psutil.Process]],
) -> None:
    _, (host, program) = running
    host.kill()
    eventually(lambda: not program.is_running(), "the program's end")
