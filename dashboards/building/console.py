"""A dashboard in the older format that OpenShift's console shows.

The console draws panels of the types graph, singlestat and table only, in rows of twelve columns; it has no
datasource to choose, takes All as `.+`, and formats shares and bytes but no other unit.
Source: openshift/monitoring-plugin, web/src/components/dashboards/legacy.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from dashboards.building.board import Board, Row
from dashboards.building.drawing import LETTERS, panel_id, steps
from dashboards.building.grid import COLUMNS, Size, arrange
from dashboards.building.panel import Kind, Panel
from dashboards.building.unit import Unit
from dashboards.building.variable import Variable

_COLUMNS: Final = 12

_FORMATS: Final[Mapping[Unit, str]] = {
    Unit.RATIO: "percentunit",
    Unit.BYTES: "bytes",
    Unit.BYTES_PER_SECOND: "Bps",
}
"""Units that the console knows; every other number it shows plain."""

_AFTER: Final[Mapping[Unit, str]] = {
    Unit.SECONDS: " s",
    Unit.REQUESTS_PER_SECOND: " req/s",
    Unit.EVENTS_PER_SECOND: " /s",
    Unit.TOKENS: " tok",
    Unit.TOKENS_PER_SECOND: " tok/s",
    Unit.SAMPLES_PER_SECOND: " samples/s",
    Unit.CELSIUS: " °C",
    Unit.WATTS: " W",
}
"""What stands after a plain number instead."""

_KINDS: Final[Mapping[Kind, str]] = {
    Kind.LINES: "graph",
    Kind.AREAS: "graph",
    Kind.NUMBER: "singlestat",
    Kind.BARS: "table",
    Kind.TABLE: "table",
}
"""Types of panels; heatmaps have no counterpart and are left out."""

Document = dict[str, Any]


def console_document(board: Board) -> Document:
    """Returns the JSON document of a dashboard for OpenShift's console."""
    rows = [_row(row) for row in board.rows]
    return {
        "title": board.title,
        "uid": board.uid,
        "description": board.description,
        "editable": False,
        "refresh": board.refresh,
        "time": {"from": f"now-{board.span}", "to": "now"},
        "templating": {"list": [_variable(variable) for variable in board.variables]},
        "rows": [row for row in rows if row["panels"]],
    }


def console_text(board: Board) -> str:
    """Returns the document as it is committed."""
    return json.dumps(console_document(board), indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _variable(variable: Variable) -> Document:
    return {
        "name": variable.name,
        "label": variable.title,
        "type": "query",
        "query": variable.query,
        "includeAll": True,
        "multi": False,
        "options": [],
        "refresh": 2,
        "sort": 1,
    }


def _row(row: Row) -> Document:
    shown = [panel for panel in row.panels if panel.kind in _KINDS]
    places = arrange([Size(w=panel.width, h=panel.height) for panel in shown], 0)
    return {
        "title": row.title,
        "showTitle": True,
        "collapse": row.collapsed,
        "panels": [
            _panel(panel, place.w * _COLUMNS // COLUMNS)
            for panel, place in zip(shown, places, strict=True)
        ],
    }


def _panel(panel: Panel, span: int) -> Document:
    common = {
        "id": panel_id(panel.title),
        "title": panel.title,
        "description": panel.answers,
        "type": _KINDS[panel.kind],
        "span": span,
        "targets": [
            {
                "expr": query.expr,
                "legendFormat": query.legend,
                "refId": letter,
                **({"format": "table", "instant": True} if panel.kind.is_instant else {}),
            }
            for letter, query in zip(LETTERS, panel.queries, strict=False)
        ],
    }
    match _KINDS[panel.kind]:
        case "graph":
            return {**common, **_graph(panel)}
        case "singlestat":
            return {**common, **_singlestat(panel)}
        case _:
            return {**common, "transform": "table", "styles": _columns(panel)}


def _graph(panel: Panel) -> Document:
    unit = _FORMATS.get(panel.unit, "s" if panel.unit is Unit.SECONDS else "short")
    return {
        "stack": panel.kind is Kind.AREAS,
        "legend": {"show": True},
        "yaxes": [{"format": unit, "min": panel.minimum, "max": panel.maximum}],
    }


def _singlestat(panel: Panel) -> Document:
    limits = [
        {"value": value, "color": colour}
        for value, colour in steps(panel.limits)
        if panel.limits is not None
    ]
    return {
        "format": _FORMATS.get(panel.unit, "short"),
        "decimals": 2 if panel.decimals is None else panel.decimals,
        "postfix": _AFTER.get(panel.unit, ""),
        "valueMaps": [
            {"op": "=", "value": f"{value:g}", "text": text} for value, text in panel.words
        ],
        "options": {"fieldOptions": {"thresholds": limits}},
    }


def _columns(panel: Panel) -> Sequence[Document]:
    keys = panel.keys or tuple(re.findall(r"\{\{(\w+)\}\}", panel.queries[0].legend))
    columns = panel.columns or ((panel.title, panel.unit),)
    return [
        *({"pattern": key, "alias": key, "type": "string"} for key in keys),
        *(
            {
                "pattern": f"Value #{letter}",
                "alias": title + _AFTER.get(unit, "").replace(" ", ", ", 1),
                "type": "number",
                "unit": _FORMATS.get(unit, "short"),
                "decimals": 2 if panel.decimals is None else panel.decimals,
            }
            for letter, (title, unit) in zip(LETTERS, columns, strict=False)
        ),
    ]
