"""Drift as the text of an issue: Markdown, within a limit, and safe whatever the objects are called."""

from collections.abc import Sequence
from typing import Final

from tools.drift.found import Drift
from tools.drift.report import Report
from tools.preview.comparing.change import Change, Operation
from tools.preview.reporting.escaping import code, fenced
from tools.preview.reporting.shown import rows

LIMIT: Final = 60_000
"""Characters; GitHub refuses an issue of more than 65,536."""

_RESERVE: Final = 1_000
_LONGEST_BODY: Final = 8_000
_LONGEST_NOTE: Final = 400


def markdown(report: Report) -> str:
    """Returns the text; at most `LIMIT` characters."""
    parts = [
        marker(report),
        f"## Drift of stack {code(report.stack)}",
        "",
        code(report.summary, 800),
    ]
    if report.cure:
        parts += ["", code(report.cure, _LONGEST_NOTE)]
    if report.drifts:
        parts += ["", "`-` as it was made, `+` as it is:", ""]
    return (
        "\n".join([*parts, *_within(report.drifts, LIMIT - len("\n".join(parts)) - _RESERVE)])
        + "\n"
    )


def marker(report: Report) -> str:
    """Returns the first line, by which the next run knows the drift again."""
    return f"<!-- llmd-monitoring-drift {report.fingerprint or 'none'} -->"


def _within(drifts: Sequence[Drift], budget: int) -> list[str]:
    kept: list[str] = []
    for number, drift in enumerate(drifts):
        text = _body(drift)
        budget -= len(text) + 1
        if budget < 0:
            return [*kept, f"**Left out** for want of space: {len(drifts) - number} objects."]
        kept.append(text)
    return kept


def _body(drift: Drift) -> str:
    summary = f"<b>{drift.told}</b> {code(drift.resource.title)} of the {drift.resource.source}"
    summary += f": {code(drift.note, _LONGEST_NOTE)}" if drift.note else ""
    if drift.gone:
        return f"- {summary}"
    change = Change(operation=Operation.UPDATE, resource=drift.resource, fields=drift.fields)
    content = "\n".join(
        f"@@ {row.text} @@" if row.mark == "@" else f"{row.mark} {row.text}" for row in rows(change)
    )
    if len(content) > _LONGEST_BODY:
        return f"- {summary} (too long for an issue; see drift.json)"
    return f"<details><summary>{summary}</summary>\n\n{fenced(content)}\n\n</details>\n"
