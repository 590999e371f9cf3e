"""The report for machines."""

import json
from typing import Any, Final

from policy.checks import Finding
from tools.preview.comparing.change import Change
from tools.preview.comparing.fields import shown_path
from tools.preview.report import Report, Stack
from tools.preview.reporting.counting import counted
from tools.preview.reporting.shown import cleaned, sides

FORMAT: Final = 1
"""Raised when a reader would have to be changed."""


def document(report: Report) -> str:
    """Returns the report as JSON."""
    content = {
        "format": FORMAT,
        "base": report.base,
        "head": report.head,
        "level": report.level,
        "exitCode": report.exit_code,
        "stacks": [_stack(stack) for stack in report.stacks],
    }
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def _stack(stack: Stack) -> dict[str, Any]:
    return {
        "stack": stack.name,
        "level": stack.level,
        "error": None if stack.error is None else cleaned(stack.error),
        "notes": [cleaned(note) for note in stack.notes],
        "findings": [_finding(finding) for finding in stack.findings],
        "counts": counted(stack.changes),
        "same": stack.same,
        "quiet": stack.quiet,
        "changes": [_change(change) for change in stack.changes],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "policy": finding.policy,
        "resource": cleaned(finding.resource),
        "problem": finding.problem,
        "mandatory": finding.mandatory,
    }


def _change(change: Change) -> dict[str, Any]:
    return {
        "operation": change.operation,
        "source": change.resource.source,
        "kind": change.resource.kind,
        "name": cleaned(change.resource.name),
        "causes": [cleaned(shown_path(path)) for path in change.causes],
        "notes": list(change.notes),
        "fields": [sides(field, "before", "after") for field in change.fields],
    }
