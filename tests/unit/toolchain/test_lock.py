"""Two set-ups don't work in one folder at a time."""

import signal
import subprocess
import sys

from tools.paths import REPO
from tools.toolchain.lock import only_set_up
from tools.toolchain.workshop import Workshop

HOLD = """
import sys
from pathlib import Path
from tools.toolchain.lock import only_set_up
from tools.toolchain.workshop import Workshop
with only_set_up(Workshop(root=Path(sys.argv[1])), print):
    print("held", flush=True)
    sys.stdin.read()
"""


def holder(workshop: Workshop) -> subprocess.Popen[str]:
    """Another process that holds the lock until its input ends."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(workshop.root)],
        cwd=REPO,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_the_second_waits_and_says_for_whom(workshop: Workshop) -> None:
    with holder(workshop) as process:
        told: list[str] = []

        def let_the_other_finish(what: str) -> None:
            told.append(what)
            assert process.stdin is not None
            process.stdin.close()

        with only_set_up(workshop, let_the_other_finish):
            assert process.wait() == 0
        assert told == [
            f"Waiting for the set-up that process {process.pid} is doing in {workshop.root} ..."
        ]


def test_a_killed_holder_keeps_nobody_waiting(workshop: Workshop) -> None:
    with holder(workshop) as process:
        process.send_signal(signal.SIGKILL)
        process.wait()
        told: list[str] = []
        with only_set_up(workshop, told.append):
            assert told == []


def test_alone_nothing_is_said(workshop: Workshop) -> None:
    told: list[str] = []
    for _ in range(2):
        with only_set_up(workshop, told.append):
            assert told == []
