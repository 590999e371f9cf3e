"""What a set-up remembers of a result, so that the next one needn't make it again."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Stamp:
    """A finished result.

    Attributes:
        key: What the result was made of; another key means another result.
        source: How it was obtained, for people: `PATH`, `download`, `build`, ...
        detail: From where exactly.
        version: What version it is.
        files: Each file of the result with its identity (see `identity`).
        surroundings: What else was looked at before the decision, such as programs on PATH.
    """

    key: str
    source: str
    detail: str
    version: str
    files: dict[str, str]
    surroundings: str = ""

    def intact(self) -> bool:
        """Whether every file is still the one that was made."""
        return all(identity(Path(name)) == known for name, known in self.files.items())


def identity(path: Path) -> str:
    """Where a path leads, its size in bytes and its time of change; empty when it leads nowhere."""
    try:
        status = path.stat()
    except OSError:
        return ""
    return f"{path.resolve()} {status.st_size} {status.st_mtime_ns}"


def read_stamp(path: Path) -> Stamp | None:
    """Reads a stamp; None when there is none or it can't be understood."""
    try:
        return Stamp(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def write_stamp(path: Path, stamp: Stamp) -> None:
    """Writes a stamp as a whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(".new")
    new.write_text(json.dumps(asdict(stamp), indent=2), encoding="utf-8")
    new.replace(path)
