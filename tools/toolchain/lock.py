"""One set-up at a time."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from filelock import FileLock, Timeout

from tools.toolchain.workshop import Workshop


@contextmanager
def only_set_up(workshop: Workshop, told: Callable[[str], None]) -> Iterator[None]:
    """Waits until no other set-up works in the same folder, then keeps others out.

    The operating system gives the lock back when its holder dies.

    Args:
        workshop: The folder.
        told: Called once with whom we wait for, when we do.
    """
    workshop.root.mkdir(parents=True, exist_ok=True)
    owner = workshop.root / "set-up.owner"
    lock = FileLock(workshop.root / "set-up.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        try:
            holder = owner.read_text(encoding="utf-8").strip()
        except OSError:
            holder = "another process"
        told(f"Waiting for the set-up that {holder} is doing in {workshop.root} ...")
        lock.acquire()
    try:
        owner.write_text(f"process {os.getpid()}\n", encoding="utf-8")
        yield
    finally:
        owner.unlink(missing_ok=True)
        lock.release()
