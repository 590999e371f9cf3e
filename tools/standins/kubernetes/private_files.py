"""Files that only this user may read, gone when the process ends."""

import tempfile
import threading
from pathlib import Path


class PrivateFiles:
    """A folder with mode 0700, made at the first file."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._count = 0

    def write(self, suffix: str, content: str) -> Path:
        """Write a new file with mode 0600 and return its path."""
        with self._lock:
            if self._folder is None:
                self._folder = tempfile.TemporaryDirectory(prefix="pulumi-kubernetes-")
            self._count += 1
            path = Path(self._folder.name) / f"{self._count}{suffix}"
        path.touch(mode=0o600)
        path.write_text(content, encoding="utf-8")
        return path
