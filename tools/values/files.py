"""Writing values files: ours are renewed, others are left alone."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import yaml

from tools.errors import UserError

FILE: Final = "values.yaml"
HEADER: Final = "# Made by `llmd-monitoring values`. Give it to Helm after your own values: the last file wins.\n"


def contents(values: Mapping[str, Mapping[str, Any]]) -> Mapping[Path, str]:
    """Returns the text of each file by its relative path, `<namespace>/<folder>/values.yaml`."""
    return {
        Path(namespace) / folder / FILE: HEADER + yaml.safe_dump(given, sort_keys=False)
        for namespace, folders in values.items()
        for folder, given in folders.items()
    }


def write(texts: Mapping[Path, str], folder: Path) -> tuple[Path, ...]:
    """Writes the files that differ, and only those; makes folders that are missing.

    Returns:
        The files that were written.

    Raises:
        UserError: A file of somebody else is in the way, or can't be written; nothing was written before
            every file was looked at.
    """
    try:
        foreign = [folder / path for path in texts if not _is_ours(folder / path)]
        if foreign:
            raise UserError(
                f"{', '.join(map(str, foreign))}: not made by this command, so left as it is.",
                "Name another folder with --out, or move the file away.",
            )
        stale = [path for path, text in texts.items() if not _holds(folder / path, text)]
        for path in stale:
            _replace(folder / path, texts[path])
    except OSError as error:
        raise UserError(
            f"{error.filename or folder} can't be written ({error.strerror}).",
            "Name another folder with --out.",
        ) from error
    return tuple(folder / path for path in stale)


def _is_ours(file: Path) -> bool:
    if not file.exists():
        return True
    return file.read_bytes().startswith(HEADER.encode())


def _holds(file: Path, text: str) -> bool:
    return file.exists() and file.read_bytes() == text.encode()


def _replace(file: Path, text: str) -> None:
    """An interruption leaves the old file or the new one, never half of it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_name(f".{file.name}.new")
    unfinished.write_text(text, encoding="utf-8")
    unfinished.replace(file)
