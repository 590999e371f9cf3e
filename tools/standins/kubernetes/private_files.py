"""Files that only this user may read, gone when the process ends."""

import atexit
import shutil
import tempfile
import threading
from pathlib import Path


class PrivateFiles:
    """A folder with mode 0700, made at the first file."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._folder: Path | None = None
        self._count = 0

    def write(self, suffix: str, content: str) -> Path:
        """Write a new file with mode 0600 and return its path."""
        with self._lock:
            if self._folder is None:
                self._folder = Path(tempfile.mkdtemp(prefix="pulumi-kubernetes-"))
                atexit.register(shutil.rmtree, self._folder, ignore_errors=True)
            self._count += 1
            path = self._folder / f"{self._count}{suffix}"
        path.touch(mode=0o600)
        path.write_text(content, encoding="utf-8")
        return path
