"""Drift for machines."""

import json
from typing import Any, Final

from tools.drift.found import Drift
from tools.drift.report import Report
from tools.preview.comparing.fields import ABSENT, Field, shown_path
from tools.preview.reporting.shown import cleaned, shown

FORMAT: Final = 1
"""Raised when a reader would have to be changed."""


def document(report: Report) -> str:
    """Returns the report as JSON."""
    content = {
        "format": FORMAT,
        "stack": report.stack,
        "result": report.result,
        "exitCode": report.exit_code,
        "fingerprint": report.fingerprint,
        "error": None if report.error is None else cleaned(report.error),
        "drifts": [_drift(drift) for drift in report.drifts],
    }
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def _drift(drift: Drift) -> dict[str, Any]:
    return {
        "source": drift.resource.source,
        "kind": drift.resource.kind,
        "name": cleaned(drift.resource.name),
        "is": drift.told,
        "note": drift.note,
        "fields": [_field(field) for field in drift.fields],
    }


def _field(field: Field) -> dict[str, Any]:
    return {
        "path": cleaned(shown_path(field.path)),
        "made": None if field.before is ABSENT else shown(field.before),
        "found": None if field.after is ABSENT else shown(field.after),
    }
