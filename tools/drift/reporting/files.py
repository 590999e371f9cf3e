"""The report's files."""

from pathlib import Path
from typing import Final

from tools.drift.report import Report
from tools.drift.reporting.document import document
from tools.drift.reporting.markdown import markdown
from tools.errors import UserError

TEXT: Final = "drift.md"
DOCUMENT: Final = "drift.json"


def write(report: Report, folder: Path) -> None:
    """Writes text and document into a folder, which is made where it is missing.

    Raises:
        UserError: They can't be written there.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / TEXT).write_text(markdown(report), encoding="utf-8")
        (folder / DOCUMENT).write_text(document(report), encoding="utf-8")
    except OSError as error:
        raise UserError(f"The report can't be written to {folder}: {error.strerror}") from error
