"""Locks of the file backend whose owner was killed."""

import json
from collections.abc import Iterator
from pathlib import Path

import psutil


def stale_locks(state_dir: Path, stack: str) -> tuple[Path, ...]:
    """Returns the lock files of a file backend whose process is gone.

    Source: pulumi's file backend writes `.pulumi/locks/<organization>/<project>/<stack>/<id>.json` with the
    process ID.
    """
    return tuple(lock for lock in _lock_files(state_dir, stack) if not _alive(lock))


def _lock_files(state_dir: Path, stack: str) -> Iterator[Path]:
    yield from (state_dir / ".pulumi" / "locks").glob(f"*/*/{stack}/*.json")


def _alive(lock: Path) -> bool:
    try:
        pid = int(json.loads(lock.read_text(encoding="utf-8"))["pid"])
    except (OSError, ValueError, KeyError, TypeError):
        # Killed in the middle of writing it; its owner holds nothing any more.
        return False
    try:
        process = psutil.Process(pid)
        # A killed process stays a zombie until its parent takes note.
        return process.status() != psutil.STATUS_ZOMBIE and "pulumi" in process.name()
    except psutil.NoSuchProcess:
        return False
