"""One command at a time on the local stack."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tools.cluster.progress import Progress
from tools.errors import UserError
from tools.stack.orphans import end_orphans

_POLL_SECONDS: Final = 0.2
_REMINDER_SECONDS: Final = 15.0
_SEARCH_SECONDS: Final = 2.0
_LONGEST_WAIT_SECONDS: Final = 1200.0


@contextmanager
def turn(lock_file: Path, say: Progress) -> Iterator[int]:
    """Holds the lock; yields its file descriptor, for subprocesses to inherit.

    A lock of the kernel's belongs to the open file: it is free only once every process that inherited the
    descriptor has ended. So an engine that outlives a killed command is waited for; plug-ins that outlive
    their engine are ended.

    Args:
        lock_file: The file to lock; made where it's missing.
        say: Tells the user that somebody else is at work.

    Raises:
        UserError: Somebody else was at work for twenty minutes.
    """
    lock_file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(lock_file, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _wait(descriptor, lock_file, say)
        yield descriptor
    finally:
        os.close(descriptor)


def _wait(descriptor: int, lock_file: Path, say: Progress) -> None:
    searched = time.monotonic()
    begun = reminded = searched - _REMINDER_SECONDS
    while not _taken(descriptor):
        now = time.monotonic()
        if now - begun > _LONGEST_WAIT_SECONDS:
            raise UserError(
                f"Another command on the local stack has held {lock_file} for twenty minutes.",
                "End it (`ps` shows `pulumi`), then type this again.",
            )
        if now - reminded >= _REMINDER_SECONDS:
            say("Another command is at work on the local stack; waiting for it to end.")
            reminded = now
        if now - searched >= _SEARCH_SECONDS:
            searched = now
            if ended := end_orphans(lock_file):
                say(f"Ended what a killed command had left: {', '.join(sorted(ended))}.")
        time.sleep(_POLL_SECONDS)


def _taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
