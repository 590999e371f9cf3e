"""The whole report as one HTML page that loads nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tools.html_templates import html_templates
from tools.preview.comparing.change import Change
from tools.preview.report import Report
from tools.preview.reporting.counting import ORDER, in_words, reason
from tools.preview.reporting.shown import Row, cleaned, rows

_FOLDER: Final = Path(__file__).parent


@dataclass(frozen=True, kw_only=True)
class Pair:
    """One line of a table with two sides.

    Attributes:
        mark: `@` for a path, a space for what both have, `~` for what differs.
        before: Left side; `None` for nothing.
        after: Right side; `None` for nothing.
    """

    mark: str
    before: str | None
    after: str | None


def page(report: Report) -> str:
    """Returns the page."""
    environment = html_templates(_FOLDER)
    environment.filters["cleaned"] = cleaned
    return environment.get_template("page.html.j2").render(
        report=report,
        operations=[str(operation) for operation in ORDER],
        in_words=in_words,
        reason=reason,
        pairs=pairs,
    )


def pairs(change: Change) -> Sequence[Pair]:
    """Returns a change side by side."""
    return tuple(_paired(rows(change)))


def _paired(lines: Sequence[Row]) -> Iterator[Pair]:
    """Lines that go stand beside those that come in their place."""
    gone: list[str] = []
    come: list[str] = []
    for line in lines:
        if line.mark == "-" and not come:
            gone.append(line.text)
        elif line.mark == "+":
            come.append(line.text)
        else:
            yield from _beside(gone, come)
            gone, come = ([line.text], []) if line.mark == "-" else ([], [])
            if line.mark != "-":
                yield Pair(mark=line.mark, before=line.text, after=line.text)
    yield from _beside(gone, come)


def _beside(gone: Sequence[str], come: Sequence[str]) -> Iterator[Pair]:
    for index in range(max(len(gone), len(come))):
        yield Pair(
            mark="~",
            before=gone[index] if index < len(gone) else None,
            after=come[index] if index < len(come) else None,
        )
