"""What a command takes, with everything that it starts."""

import subprocess
import sys

import pytest

from benchmarks.usage import Usage, used


def run(code: str) -> None:
    subprocess.run([sys.executable, "-c", code], check=True)


def test_time_and_memory_of_a_program_are_counted() -> None:
    usage = used(lambda: run("import time; held = bytearray(64 * 2**20); time.sleep(1)"))
    assert usage.seconds >= 1
    assert usage.mebibytes >= 64


def test_processor_time_is_that_of_programs_and_not_of_waiting() -> None:
    working = used(lambda: run("import time\nwhile time.process_time() < 0.5: pass"))
    waiting = used(lambda: run("import time; time.sleep(0.5)"))
    assert working.cpu_seconds >= 0.5
    assert working.cpu_seconds > waiting.cpu_seconds


def test_memory_of_programs_that_ran_before_is_not() -> None:
    code = "import sys; held = bytearray(256 * 2**20); print(flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as before:
        assert before.stdout is not None
        before.stdout.readline()
        usage = used(lambda: run("import time; time.sleep(1)"))
        before.communicate()
    assert usage.mebibytes < 256


def test_a_failure_is_no_measurement() -> None:
    with pytest.raises(subprocess.CalledProcessError):
        used(lambda: run("raise SystemExit(3)"))


def test_what_is_taken_beyond_something_smaller() -> None:
    least = Usage(seconds=1.0, cpu_seconds=0.5, mebibytes=100.0)
    more = Usage(seconds=3.0, cpu_seconds=1.5, mebibytes=164.0)
    assert more.beyond(least) == Usage(seconds=2.0, cpu_seconds=1.0, mebibytes=64.0)
