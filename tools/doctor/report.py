"""Findings on a terminal, and as JSON."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Final

from rich.console import Console
from rich.text import Text

from tools.doctor.finding import Finding, Severity

_STYLES: Final = {
    Severity.NOTE: "cyan",
    Severity.WARNING: "yellow",
    Severity.ERROR: "bold red",
}


def show(console: Console, findings: Sequence[Finding]) -> None:
    """Prints findings, the worst first, and their number."""
    for finding in ordered(findings):
        console.print(
            Text.assemble(
                (finding.severity.name.lower(), _STYLES[finding.severity]),
                " ",
                (finding.where, "bold"),
                " ",
                finding.what,
            )
        )
        console.print(Text(f"  why   {finding.why}"))
        console.print(Text(f"  mend  {finding.mend}"))
    console.print(_summary(findings))


def as_json(findings: Sequence[Finding]) -> str:
    """Returns findings as JSON: a list of objects with severity, where, what, why and mend."""
    documents = [
        {**asdict(finding), "severity": finding.severity.name.lower()}
        for finding in ordered(findings)
    ]
    return json.dumps(documents, indent=2)


def exit_code(findings: Sequence[Finding]) -> int:
    """Returns 0 where all is well or couldn't be looked at, 1 for warnings, 2 for errors."""
    return int(max((finding.severity for finding in findings), default=Severity.NOTE))


def ordered(findings: Sequence[Finding]) -> list[Finding]:
    """Returns findings, the worst first; within a severity causes stay before consequences."""
    return sorted(findings, key=lambda finding: -finding.severity)


def _summary(findings: Sequence[Finding]) -> str:
    counts = dict.fromkeys(reversed(Severity), 0)
    for finding in findings:
        counts[finding.severity] += 1
    if not counts[Severity.ERROR] and not counts[Severity.WARNING]:
        return "No fault found."
    return ", ".join(
        f"{count} {severity.name.lower()}{'' if count == 1 else 's'}"
        for severity, count in counts.items()
        if count
    )
