"""Commands on the local stack take turns, and outlive each other's death."""

import os
import subprocess
import sys
import threading
from pathlib import Path

from tools.stack.orphans import end_orphans, mark
from tools.stack.turn import turn

HOLDER = """
import os, subprocess, sys
from pathlib import Path
from tools.stack.orphans import mark
from tools.stack.turn import turn
lock = Path(sys.argv[1])
with turn(lock, print) as held:
    environment = {**os.environ, **mark(lock)}
    child = subprocess.Popen([sys.argv[2], "60"], pass_fds=(held,), env=environment)
    print(child.pid, flush=True)
    child.wait()
"""


def silent(line: str) -> None:
    assert line


def test_the_lock_file_is_for_its_owner_only(tmp_path: Path) -> None:
    lock = tmp_path / "folder" / "lock"
    with turn(lock, silent):
        assert lock.stat().st_mode & 0o777 == 0o600
        assert lock.parent.stat().st_mode & 0o777 == 0o700


def test_it_can_be_taken_again_after_it_was_given_back(tmp_path: Path) -> None:
    for _ in range(2):
        with turn(tmp_path / "lock", silent):
            pass


def killed_command(lock: Path, program: Path) -> int:
    """Kills a command that held the lock; the program that it started lives on."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(lock), str(program)],
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout is not None
        started = int(holder.stdout.readline())
        holder.kill()
    return started


def named(folder: Path, name: str) -> Path:
    """A program of that name that sleeps."""
    program = folder / name
    program.symlink_to("/bin/sleep")
    return program


def test_a_killed_command_is_waited_for_until_its_engine_ends(tmp_path: Path) -> None:
    lock, said = tmp_path / "lock", list[str]()
    engine = killed_command(lock, named(tmp_path, "pulumi"))
    told, taken = threading.Event(), threading.Event()

    def say(line: str) -> None:
        said.append(line)
        told.set()

    def take() -> None:
        with turn(lock, say):
            taken.set()

    waiting = threading.Thread(target=take)
    waiting.start()
    try:
        assert told.wait(30.0)
        assert not taken.wait(3.0)
        assert said == ["Another command is at work on the local stack; waiting for it to end."]
    finally:
        subprocess.run(["kill", "-9", str(engine)], check=True)
        waiting.join(30)
    assert taken.is_set()


def test_a_plug_in_that_outlived_its_engine_is_ended(tmp_path: Path) -> None:
    lock, said = tmp_path / "lock", list[str]()
    killed_command(lock, named(tmp_path, "pulumi-resource-kubernetes"))
    with turn(lock, said.append):
        # The kernel keeps the first 15 characters of a name.
        assert said[-1].startswith("Ended what a killed command had left: pulumi-resource")


def test_what_a_living_command_started_is_let_be(tmp_path: Path) -> None:
    program = named(tmp_path, "pulumi-resource-tls")
    environment = {**os.environ, **mark(tmp_path / "lock")}
    with subprocess.Popen([str(program), "60"], env=environment) as plugin:
        assert end_orphans(tmp_path / "lock") == ()
        assert plugin.poll() is None
        plugin.kill()
