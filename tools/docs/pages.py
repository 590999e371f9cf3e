"""Writing what is made from the code, and saying what was stale."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from tools.paths import REPO


def write_stale(wanted: Mapping[Path, str]) -> tuple[Path, ...]:
    """Writes the files that don't hold what they must, and returns them."""
    stale = tuple(path for path, text in wanted.items() if not _holds(path, text))
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(wanted[path], encoding="utf-8")
    return stale


def tell(changed: Sequence[Path], *, up_to_date: str) -> None:
    """Prints which files changed.

    Args:
        changed: The files.
        up_to_date: What is up to date where none did, e.g. `docs/promql.md is`.
    """
    for path in changed:
        print(f"wrote {path.relative_to(REPO)}")
    if not changed:
        print(f"{up_to_date} up to date")


def _holds(path: Path, text: str) -> bool:
    return path.exists() and path.read_text(encoding="utf-8") == text
