"""The report's files."""

from pathlib import Path
from typing import Final

from tools.errors import UserError
from tools.preview.report import Report
from tools.preview.reporting.document import document
from tools.preview.reporting.markdown import markdown
from tools.preview.reporting.page import page

COMMENT: Final = "preview.md"
PAGE: Final = "preview.html"
DOCUMENT: Final = "preview.json"


def write(report: Report, folder: Path) -> None:
    """Writes comment, page and document into a folder, which is made where it is missing.

    Raises:
        UserError: They can't be written there.
    """
    texts = {COMMENT: markdown(report), PAGE: page(report), DOCUMENT: document(report)}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise UserError(f"The report can't be written to {folder}: {error.strerror}") from error
