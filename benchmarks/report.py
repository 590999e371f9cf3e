"""The comparisons for people and for machines."""

import json
from collections.abc import Sequence

from rich.table import Table

from benchmarks.comparison import Comparison, Series, as_json


def table(comparisons: Sequence[Comparison]) -> Table:
    """A row for each measured thing, and one for each comparison's ratio."""
    made = Table(title_justify="left", title="Medians, each side measured in turn")
    made.add_column("what")
    for heading in ("median", "least", "most"):
        made.add_column(heading, justify="right")
    for comparison in comparisons:
        made.add_section()
        made.add_row(f"[bold]{comparison.title}[/bold], {comparison.unit}")
        for series in (comparison.subject, *comparison.baseline):
            made.add_row(*_row(series))
        verdict = "[green]kept[/green]" if comparison.holds else "[bold red]exceeded[/bold red]"
        made.add_row(
            f"ratio, allowed is {comparison.bound:g}: {verdict}", f"{comparison.ratio:.2f}"
        )
    return made


def document(comparisons: Sequence[Comparison], stand_ins: Sequence[str]) -> str:
    """Everything as JSON."""
    content = {
        "standIns": list(stand_ins),
        "comparisons": [as_json(comparison) for comparison in comparisons],
    }
    return json.dumps(content, indent=2) + "\n"


def _row(series: Series) -> tuple[str, str, str, str]:
    name = series.name.replace("[", r"\[")
    least, most = min(series.values), max(series.values)
    return name, f"{series.median:.2f}", f"{least:.2f}", f"{most:.2f}"
