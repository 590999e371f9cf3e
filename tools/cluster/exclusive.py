"""One command at a time for each cluster."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from tools.cluster.progress import Progress
from tools.errors import UserError

_WAIT_SECONDS: Final = 180.0


@contextmanager
def exclusive(lock_file: Path, report: Progress) -> Iterator[None]:
    """Hold the cluster's lock, which the kernel frees when its holder ends, however that was.

    Raises:
        UserError: another command held it for too long.
    """
    lock = FileLock(lock_file, mode=0o600)
    try:
        lock.acquire(blocking=False)
    except Timeout:
        report("Another command is working on this cluster; waiting for it.")
        try:
            lock.acquire(timeout=_WAIT_SECONDS)
        except Timeout:
            raise UserError(
                f"Another command has held {lock_file} for more than {_WAIT_SECONDS:.0f} s.",
                "Let it finish or end it, then try again.",
            ) from None
    try:
        yield
    finally:
        lock.release()
