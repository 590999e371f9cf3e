"""A dashboard as Grafana's JSON."""

import json
from collections.abc import Iterator
from typing import Any, Final

from grafana_foundation_sdk.builders import dashboard as builders
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models import dashboard as models

from dashboards.building.board import Board, Row
from dashboards.building.drawing import DATASOURCE, datasource, drawn, panel_id
from dashboards.building.grid import COLUMNS, Place, Size, arrange
from dashboards.building.target import Target
from dashboards.building.variable import Variable

TAG: Final = "llmd-monitoring"
"""Tag of all our dashboards and of no others, by which the menu on each of them finds the rest."""

TAGS: Final = ("llm-d", TAG)

_OUR_DATASOURCE: Final = "prometheus"
_EVERYTHING: Final = ".*"

Document = dict[str, Any]


def document(board: Board) -> Document:
    """Returns the JSON document of a dashboard.

    It is complete: Grafana resolves no `__inputs` of a provisioned dashboard, so the datasource is a variable.
    """
    names = tuple(variable.name for variable in board.variables)
    builder = (
        builders.Dashboard(board.title)
        .uid(board.uid)
        .description(board.description)
        .tags(list(TAGS))
        .editable()
        .tooltip(models.DashboardCursorSync.CROSSHAIR)
        .time(f"now-{board.span}", "now")
        .refresh(board.refresh)
        .timezone("browser")
        .variables([_datasource_variable(), *map(_query_variable, board.variables)])
        .links([*map(_button, board.links), _menu()])
    )
    built = builder.build()
    built.panels = list(_placed(board, names))
    encoded: Document = json.loads(JSONEncoder(sort_keys=True).encode(built))
    variables = [_tidy(variable) for variable in encoded["templating"]["list"]]
    return {
        **encoded,
        "annotations": {"list": [_firing_alerts(names)]},
        "templating": {"list": variables},
    }


def text(board: Board) -> str:
    """Returns the document as it is committed."""
    return json.dumps(document(board), indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _tidy(variable: Document) -> Document:
    """Leaves out what the builders write for variables of every kind and only one kind has."""
    foreign = ("auto", "auto_count", "auto_min", "id")
    return {key: value for key, value in variable.items() if key not in foreign}


def _placed(board: Board, names: tuple[str, ...]) -> Iterator[models.Panel | models.RowPanel]:
    """A closed row holds its panels; those of an open row follow it."""
    top = 0
    for row in board.rows:
        places = arrange([Size(w=panel.width, h=panel.height) for panel in row.panels], top + 1)
        panels = [
            drawn(panel, place, names) for panel, place in zip(row.panels, places, strict=True)
        ]
        yield _row(row, top, panels if row.collapsed else [])
        top += 1
        if not row.collapsed:
            yield from panels
            top = _bottom(places)


def _bottom(places: tuple[Place, ...]) -> int:
    return max(place.y + place.h for place in places)


def _row(row: Row, top: int, panels: list[models.Panel]) -> models.RowPanel:
    return models.RowPanel(
        collapsed=row.collapsed,
        title=row.title,
        id_val=panel_id(f"row {row.title}"),
        grid_pos=models.GridPos(x=0, y=top, w=COLUMNS, h=1),
        panels=panels,
    )


def _datasource_variable() -> builders.DatasourceVariable:
    return (
        builders.DatasourceVariable(DATASOURCE)
        .label("Datasource")
        .type("prometheus")
        .current(models.VariableOption(selected=True, text="Prometheus", value=_OUR_DATASOURCE))
    )


def _query_variable(variable: Variable) -> builders.QueryVariable:
    return (
        builders.QueryVariable(variable.name)
        .label(variable.title)
        .datasource(datasource())
        .query({"qryType": 1, "query": variable.query, "refId": f"variable-{variable.name}"})
        .refresh(models.VariableRefresh.ON_TIME_RANGE_CHANGED)
        .sort(models.VariableSort.ALPHABETICAL_ASC)
        .multi(True)
        .include_all(True)
        .all_value(_EVERYTHING)
        .current(models.VariableOption(selected=True, text=["All"], value=["$__all"]))
    )


def _button(target: Target) -> builders.DashboardLink:
    return (
        builders.DashboardLink(target.title)
        .type(models.DashboardLinkType.LINK)
        .url(f"/d/{target.uid}")
        .icon("dashboard")
        .include_vars(True)
        .keep_time(True)
    )


def _menu() -> builders.DashboardLink:
    return (
        builders.DashboardLink("llm-d dashboards")
        .type(models.DashboardLinkType.DASHBOARDS)
        .tags([TAG])
        .as_dropdown(True)
        .include_vars(True)
        .keep_time(True)
    )


def _firing_alerts(names: tuple[str, ...]) -> Document:
    """Alerts as marks on every panel; one without a namespace is about the whole installation."""
    namespaces = ',namespace=~"($namespace)?"' if "namespace" in names else ""
    return {
        "name": "Firing alerts",
        "datasource": datasource().to_json(),
        "enable": True,
        "hide": False,
        "iconColor": "red",
        "expr": f'ALERTS{{alertstate="firing"{namespaces}}}',
        "step": "60s",
        "titleFormat": "{{alertname}}",
        "textFormat": "{{severity}} {{namespace}} {{model}} {{pod}}",
    }
