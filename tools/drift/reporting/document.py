"""Drift for machines."""

import json
from typing import Any, Final

from tools.drift.found import Drift
from tools.drift.report import Report
from tools.preview.reporting.shown import cleaned, sides

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
        "fields": [sides(field, "made", "found") for field in drift.fields],
    }
