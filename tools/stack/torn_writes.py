"""Files of the file backend that a killed engine left half written.

The engine writes a state into a file beside it and renames that, so a state itself is whole at any moment. What
tells its content type, `<file>.attrs`, is written in place: killed there, the engine can't read the state any more
and says `failed to load checkpoint: EOF`. Without that file it takes the default.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_ATTRIBUTES: Final = "*.attrs"
_UNFINISHED: Final = "*.json.*.tmp"


def remove_torn_writes(state_dir: Path) -> tuple[Path, ...]:
    """Removes what was never written to its end; returns what it removed.

    Args:
        state_dir: Folder of the file backend; nobody may be using it.

    Source: package `fileblob` of the Go Cloud Development Kit, which the engine's file backend is made of.
    """
    torn = tuple(_torn(state_dir / ".pulumi"))
    for file in torn:
        file.unlink(missing_ok=True)
    return torn


def _torn(folder: Path) -> Iterator[Path]:
    yield from (file for file in folder.rglob(_ATTRIBUTES) if not _is_json(file))
    yield from folder.rglob(_UNFINISHED)


def _is_json(file: Path) -> bool:
    try:
        json.loads(file.read_text(encoding="utf-8"))
    except ValueError:
        return False
    return True
