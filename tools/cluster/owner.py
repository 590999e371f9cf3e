"""The process a cluster is kept for, and how its end is noticed."""

import time
from pathlib import Path
from typing import Final

import psutil

WATCHDOG: Final = "watchdog"
"""The part that waits for the owner's end."""

_PERIOD_SECONDS: Final = 0.5
_CLOCK_TOLERANCE_SECONDS: Final = 2.0


def watchdog_arguments(directory: Path, owner: psutil.Process) -> tuple[str, ...]:
    """The Python interpreter's arguments for a watchdog of this cluster."""
    started = f"{owner.create_time():.2f}"
    return ("-m", "tools.cluster.watchdog", str(directory), str(owner.pid), started)


def find_owner(pid: int, started: float) -> psutil.Process | None:
    """The process of this id, unless it is another one than that begun at this time (Unix time)."""
    try:
        process = psutil.Process(pid)
        same = abs(process.create_time() - started) < _CLOCK_TOLERANCE_SECONDS
    except psutil.NoSuchProcess:
        return None
    return process if same else None


def wait_for_end(owner: psutil.Process) -> None:
    """Return once the process has ended."""
    try:
        while owner.is_running() and owner.status() != psutil.STATUS_ZOMBIE:
            time.sleep(_PERIOD_SECONDS)
    except psutil.NoSuchProcess:
        return
