import os
import subprocess
from pathlib import Path

import psutil

from tools.cluster.owner import find_owner, wait_for_end, watchdog_arguments


def test_owner_is_found_by_what_the_watchdog_is_told(tmp_path: Path) -> None:
    me = psutil.Process()
    *_, directory, pid, started = watchdog_arguments(tmp_path, me)
    assert directory == str(tmp_path)
    assert find_owner(int(pid), float(started)) == me


def test_recycled_process_id_is_not_the_owner() -> None:
    assert find_owner(os.getpid(), psutil.Process().create_time() - 60) is None


def test_ended_owner_is_not_found() -> None:
    with subprocess.Popen(["/bin/true"]) as child:
        started = psutil.Process(child.pid).create_time()
        child.wait()
        assert find_owner(child.pid, started) is None


def test_end_of_the_owner_is_noticed() -> None:
    with subprocess.Popen(["/bin/sleep", "600"]) as child:
        owner = psutil.Process(child.pid)
        child.kill()
        wait_for_end(owner)
        assert child.wait(5) != 0
