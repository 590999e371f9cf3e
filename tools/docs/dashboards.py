"""Writes the dashboards' JSON: what the program installs, and what people import by hand.

Run it after a change in `dashboards/`: `python -m tools.docs.dashboards`.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from dashboards.boards import BOARDS
from dashboards.building.document import text
from tools.paths import REPO

FOLDER: Final = REPO / "dashboards" / "json"
COMMAND: Final = "python -m tools.docs.dashboards"


def documents() -> Mapping[Path, str]:
    """Returns what each file must hold."""
    return {FOLDER / f"{board.uid}.json": text(board) for board in BOARDS}


def write() -> tuple[Path, ...]:
    """Writes the files that are stale, removes those of former dashboards, and returns both."""
    wanted = documents()
    former = tuple(path for path in sorted(FOLDER.glob("*.json")) if path not in wanted)
    stale = tuple(
        path
        for path, held in wanted.items()
        if not path.exists() or path.read_text(encoding="utf-8") != held
    )
    FOLDER.mkdir(exist_ok=True)
    for path in former:
        path.unlink()
    for path in stale:
        path.write_text(wanted[path], encoding="utf-8")
    return (*stale, *former)


if __name__ == "__main__":
    for changed in write():
        print(changed.relative_to(REPO))
