"""The report as a comment on a pull request: Markdown, within a limit, and safe whatever the resources are called."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from tools.preview.comparing.change import Change
from tools.preview.report import Level, Report, Stack
from tools.preview.reporting.counting import in_words, reason
from tools.preview.reporting.escaping import code, fenced
from tools.preview.reporting.shown import rows

MARKER: Final = "<!-- llmd-monitoring-preview -->"
"""First line of the comment, by which the next run finds it."""

LIMIT: Final = 60_000
"""Characters; GitHub refuses a comment of more than 65,536."""

_ROWS: Final = 12_000
_NOTES: Final = 6_000
_FINDINGS: Final = 6_000
_DESTRUCTIVE: Final = 12_000
_LONGEST_BODY: Final = 12_000
"""Characters for the summary's rows, the notes, the findings, the list of what goes, and one resource."""

_SECTION: Final = 200
"""Upper bound of what a stack's section needs beside its resources and its name."""

_RESERVE: Final = 1_500
_HEADER: Final = ("Stack", "Result", "Changes", "Error")


@dataclass(frozen=True, kw_only=True)
class _Body:
    """One resource of one stack, written."""

    stack: str
    text: str


def markdown(report: Report) -> str:
    """Returns the comment; at most `LIMIT` characters."""
    top = "\n".join(
        [
            MARKER,
            f"## Preview: {report.level}",
            "",
            f"Compared with {code(report.base)}: {code(report.head)}.",
            "",
            *_table(report.stacks),
            *_notes(report),
            *_findings(report.stacks),
            *_going(report.stacks),
        ]
    )
    ranked = sorted(
        ((stack.name, change) for stack in report.stacks for change in stack.changes),
        key=lambda each: -each[1].severity,
    )
    kept = _within(ranked, LIMIT - len(top) - _RESERVE)
    left_out = [change for _, change in ranked[len(kept) :]]
    parts = [top, *_sections(report.stacks, kept)]
    if left_out:
        parts.append(
            f"**Left out** for want of space, the least grave first: {in_words(left_out)}. "
            "The HTML page has everything."
        )
    return "\n".join(parts) + "\n"


def _table(stacks: Sequence[Stack]) -> Iterator[str]:
    yield f"| {' | '.join(_HEADER)} |"
    yield "|" + " --- |" * len(_HEADER)
    used = 0
    for number, stack in enumerate(stacks):
        row = _row(stack)
        used += len(row) + 1
        if used > _ROWS:
            yield ""
            yield f"{len(stacks) - number} more stacks are on the HTML page."
            return
        yield row


def _row(stack: Stack) -> str:
    level = f"**{stack.level}**" if stack.level in {Level.ERROR, Level.DESTRUCTIVE} else stack.level
    error = code(stack.error, longest=600) if stack.error else ""
    return f"| {code(stack.name)} | {level} | {in_words(stack.changes)} | {error} |"


def _notes(report: Report) -> Iterator[str]:
    everywhere = len(report.stacks)
    lines = [
        f"- {'' if len(names) == everywhere else code(', '.join(names)) + ': '}{code(note, 600)}"
        for note, names in report.notes.items()
    ]
    yield from _bounded(lines, _NOTES, "")


def _findings(stacks: Sequence[Stack]) -> Iterator[str]:
    """Policies that are broken, the mandatory ones first."""
    found = [(finding, stack.name) for stack in stacks for finding in stack.findings]
    lines = [
        f"- **{'mandatory' if finding.mandatory else 'advisory'}** {code(name)} "
        f"{code(str(finding), longest=400)}"
        for finding, name in sorted(found, key=lambda each: not each[0].mandatory)
    ]
    yield from _bounded(lines, _FINDINGS, "### Policies")


def _going(stacks: Sequence[Stack]) -> Iterator[str]:
    """What is replaced or deleted, with the cause."""
    lines = [
        f"- **{change.operation}** {code(stack.name)} {code(change.resource.title)}"
        + (f": {code(reason(change), longest=400)}" if reason(change) else "")
        for stack in stacks
        for change in stack.changes
        if change.destructive
    ]
    yield from _bounded(lines, _DESTRUCTIVE, "### Replaced and deleted")


def _bounded(lines: Sequence[str], longest: int, heading: str) -> Iterator[str]:
    """A list that says how much of it is missing."""
    if not lines:
        return
    yield from ("", heading, "") if heading else ("",)
    used = 0
    for number, line in enumerate(lines):
        used += len(line) + 1
        if used > longest:
            yield f"- {len(lines) - number} more"
            return
        yield line


def _within(ranked: Sequence[tuple[str, Change]], budget: int) -> list[_Body]:
    """Writes whole resources, the gravest first, as many as fit; the rest isn't written at all."""
    kept: list[_Body] = []
    stacks: set[str] = set()
    for stack, change in ranked:
        text = _body(change)
        heading = 0 if stack in stacks else len(code(stack)) + _SECTION
        if (budget := budget - len(text) - 1 - heading) < 0:
            break
        kept.append(_Body(stack=stack, text=text))
        stacks.add(stack)
    return kept


def _sections(stacks: Sequence[Stack], kept: Sequence[_Body]) -> Iterator[str]:
    for stack in stacks:
        own = [body for body in kept if body.stack == stack.name]
        if not own:
            continue
        words = in_words(stack.changes)
        yield f"\n<details><summary>{code(stack.name)}: {words}</summary>\n"
        yield from (body.text for body in own)
        yield "</details>\n"


def _body(change: Change) -> str:
    told = reason(change)
    summary = f"<b>{change.operation}</b> {code(change.resource.title)}"
    summary += f": {code(told, longest=400)}" if told else ""
    content = "\n".join(
        f"@@ {row.text} @@" if row.mark == "@" else f"{row.mark} {row.text}" for row in rows(change)
    )
    if not content:
        return f"- {summary}\n"
    if len(content) > _LONGEST_BODY:
        return f"- {summary} (too long for a comment; see the HTML page)\n"
    return f"<details><summary>{summary}</summary>\n\n{fenced(content)}\n\n</details>\n"
