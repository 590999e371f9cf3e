"""Commands on the local stack take turns, and outlive each other's death."""

import subprocess
import sys
import threading
from pathlib import Path

from tools.stack.turn import turn

HOLDER = """
import subprocess, sys
from pathlib import Path
from tools.stack.turn import turn
with turn(Path(sys.argv[1]), print) as held:
    child = subprocess.Popen(["sleep", "60"], pass_fds=(held,))
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


def test_a_killed_command_is_waited_for_until_its_engine_ends(tmp_path: Path) -> None:
    lock, said = tmp_path / "lock", list[str]()
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(lock)], stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        engine = int(holder.stdout.readline())
        holder.kill()
    taken = threading.Event()

    def take() -> None:
        with turn(lock, said.append):
            taken.set()

    waiting = threading.Thread(target=take)
    waiting.start()
    try:
        assert not taken.wait(1.0)
        assert said == ["Another command is at work on the local stack; waiting for it to end."]
    finally:
        subprocess.run(["kill", "-9", str(engine)], check=True)
        waiting.join(30)
    assert taken.is_set()
