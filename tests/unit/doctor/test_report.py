"""A report puts the worst first and says how bad it is."""

import io
import json

import pytest
from rich.console import Console

from tools.doctor.finding import Finding, error, note, warning
from tools.doctor.report import as_json, exit_code, show

BAD = error("Secret m/a", "is gone", why="nothing works", mend="`pulumi up` makes it")
POOR = warning("Secret m/b", "ends soon", why="then nothing works", mend="renew it")
UNSEEN = note("Prometheus m/p", "can't be asked", why="it wasn't looked at", mend="ask it")


def shown(*findings: Finding) -> str:
    console = Console(file=io.StringIO(), width=200)
    show(console, findings)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


@pytest.mark.parametrize(
    ("findings", "code"),
    [((), 0), ((UNSEEN,), 0), ((UNSEEN, POOR), 1), ((POOR, BAD, UNSEEN), 2)],
)
def test_the_worst_finding_decides_on_the_exit_code(
    findings: tuple[Finding, ...], code: int
) -> None:
    assert exit_code(findings) == code


def test_the_worst_comes_first() -> None:
    text = shown(UNSEEN, POOR, BAD)
    assert text.index("Secret m/a") < text.index("Secret m/b") < text.index("Prometheus m/p")
    assert [one["severity"] for one in json.loads(as_json((UNSEEN, POOR, BAD)))] == [
        "error",
        "warning",
        "note",
    ]


def test_each_finding_says_what_follows_and_what_mends_it() -> None:
    text = shown(BAD)
    assert "error Secret m/a is gone" in text
    assert "why   nothing works" in text
    assert "mend  `pulumi up` makes it" in text


@pytest.mark.parametrize(
    ("findings", "summary"),
    [
        ((), "No fault found."),
        ((UNSEEN,), "No fault found."),
        ((BAD, BAD, POOR, UNSEEN), "2 errors, 1 warning, 1 note"),
    ],
)
def test_the_last_line_counts(findings: tuple[Finding, ...], summary: str) -> None:
    assert shown(*findings).splitlines()[-1] == summary


def test_brackets_in_a_finding_are_no_markup() -> None:
    odd = error("[red]x[/red]", "[/]", why="[bold]", mend="[link=a]")
    assert "[red]x[/red] [/]" in shown(odd)
