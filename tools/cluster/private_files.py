"""Files and folders that only their owner can read."""

import itertools
import os
from pathlib import Path


def make_private_folder(folder: Path) -> None:
    """Make the folder, with its parents, or tighten the one that is there, to mode 0700."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)


def write_private(path: Path, content: str) -> None:
    """Give the file this content in one step, with mode 0600.

    A reader sees the old content or the new one, also when the writer is killed. A file that has
    the content already is not touched, save its mode. There is one writer at a time.
    """
    if path.is_file() and path.read_text() == content:
        path.chmod(0o600)
        return
    half = half_written(path)
    half.unlink(missing_ok=True)
    descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(content)
    half.replace(path)


def half_written(path: Path) -> Path:
    """Where a file's new content lies until it is complete; left over only by a killed writer."""
    return path.with_name(f".{path.name}.new")


def open_log(path: Path) -> int:
    """Open an empty log with mode 0600; the last run's log is kept beside it as `*.previous.log`.

    Returns:
        The file descriptor, for appending.
    """
    if path.exists():
        path.replace(path.with_suffix(".previous.log"))
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)


def last_lines(path: Path, count: int) -> tuple[str, ...]:
    """The last lines of a log before a stack trace; none if there is no such file."""
    if not path.is_file():
        return ()
    lines = path.read_text(errors="replace").splitlines()
    told = itertools.takewhile(lambda line: not line.startswith("goroutine "), lines)
    return tuple(line for line in told if line.strip())[-count:]
