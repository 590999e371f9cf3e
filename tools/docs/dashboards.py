"""Writes the dashboards' JSON: what the program installs, and what people import by hand.

Run it after a change in `dashboards/`: `python -m tools.docs.dashboards`.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from dashboards.boards import BOARDS
from dashboards.building.console import console_text
from dashboards.building.document import text
from tools.docs.pages import tell, write_stale
from tools.paths import REPO

FOLDER: Final = REPO / "dashboards" / "json"
CONSOLE_FOLDER: Final = FOLDER / "openshift"
COMMAND: Final = "python -m tools.docs.dashboards"


def documents() -> Mapping[Path, str]:
    """Returns what each file must hold."""
    return {
        **{FOLDER / f"{board.uid}.json": text(board) for board in BOARDS},
        **{CONSOLE_FOLDER / f"{board.uid}.json": console_text(board) for board in BOARDS},
    }


def write() -> tuple[Path, ...]:
    """Writes the files that are stale, removes those of former dashboards, and returns both."""
    wanted = documents()
    former = tuple(path for path in sorted(FOLDER.rglob("*.json")) if path not in wanted)
    for path in former:
        path.unlink()
    return (*write_stale(wanted), *former)


def main() -> None:
    """Rewrites what is stale and says so."""
    tell(write(), up_to_date="dashboards/json is")


if __name__ == "__main__":
    main()
