"""Drift at the terminal."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from tools.drift.found import Drift
from tools.drift.report import Report
from tools.preview.reporting.shown import one_line

_MOST_FIELDS = 4


def show(console: Console, report: Report) -> None:
    """Prints a row an object, and what undoes the drift."""
    if report.drifts:
        table = Table()
        for heading in ("made by", "object", "is", "where"):
            table.add_column(heading, overflow="fold")
        for drift in report.drifts:
            table.add_row(*map(Text, _row(drift)))
        console.print(table)
    console.print(report.summary, markup=False)
    if report.cure:
        console.print(report.cure, markup=False)


def _row(drift: Drift) -> tuple[str, str, str, str]:
    paths = [one_line(path, 80) for path in drift.paths]
    more = [f"and {len(paths) - _MOST_FIELDS} more"] if len(paths) > _MOST_FIELDS else []
    where = [*paths[:_MOST_FIELDS], *more, *([drift.note] if drift.note else [])]
    return (
        str(drift.resource.source),
        one_line(drift.resource.title),
        drift.told,
        "\n".join(where),
    )
