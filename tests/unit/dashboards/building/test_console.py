"""Dashboards for OpenShift's console: the older format, with everything that the console can show."""

import re
from typing import Any

import pytest

from dashboards.boards import BOARDS
from dashboards.building.board import Board, Row
from dashboards.building.console import console_document
from dashboards.building.panel import Kind, Limits, Panel
from dashboards.building.query import Query
from dashboards.building.unit import Unit
from dashboards.building.variable import namespace

SHOWN = {"graph", "singlestat", "table"}
LABEL_VALUES = re.compile(r"label_values\((.*), (.*)\)")

Document = dict[str, Any]


def panels(document: Document) -> list[Document]:
    return [panel for row in document["rows"] for panel in row["panels"]]


def converted(panel: Panel) -> Document:
    board = Board(
        name="example",
        title="Example",
        description="An example.",
        variables=(namespace("up"),),
        rows=(Row(title="One", panels=(panel,)),),
    )
    (found,) = panels(console_document(board))
    return found


def panel(kind: Kind, **more: Any) -> Panel:  # noqa: ANN401 - any argument of a panel
    return Panel(
        **{
            "title": "A",
            "answers": "B.",
            "queries": (Query(expr="sum by (pod) (up)", legend="{{pod}}"),),
            "unit": Unit.SECONDS,
            "kind": kind,
            **more,
        }
    )


@pytest.mark.parametrize("board", BOARDS, ids=lambda board: board.uid)
class TestEveryBoard:
    def test_has_only_panels_that_the_console_shows(self, board: Board) -> None:
        assert {panel["type"] for panel in panels(console_document(board))} <= SHOWN

    def test_loses_nothing_but_heatmaps(self, board: Board) -> None:
        titles = [panel["title"] for panel in panels(console_document(board))]
        assert titles == [panel.title for panel in board.panels if panel.kind is not Kind.HEATMAP]

    def test_asks_the_same(self, board: Board) -> None:
        asked = [
            target["expr"]
            for panel in panels(console_document(board))
            for target in panel["targets"]
        ]
        expected = [
            query.expr
            for panel in board.panels
            if panel.kind is not Kind.HEATMAP
            for query in panel.queries
        ]
        assert asked == expected

    def test_names_no_datasource(self, board: Board) -> None:
        document = console_document(board)
        assert "datasource" not in str(document)

    def test_has_variables_that_the_console_understands(self, board: Board) -> None:
        for variable in console_document(board)["templating"]["list"]:
            assert variable["type"] == "query"
            assert LABEL_VALUES.fullmatch(variable["query"])

    def test_has_no_variable_whose_name_begins_like_another(self, board: Board) -> None:
        """The console replaces `$pod` inside `$pods` too."""
        names = [variable.name for variable in board.variables]
        for name in names:
            assert not [other for other in names if other != name and other.startswith(name)]

    def test_has_rows_of_twelve_columns(self, board: Board) -> None:
        for row in console_document(board)["rows"]:
            assert sum(panel["span"] for panel in row["panels"]) % 12 == 0


class TestPanels:
    def test_lines_become_graphs(self) -> None:
        graph = converted(panel(Kind.LINES))
        assert graph["type"] == "graph"
        assert graph["stack"] is False
        assert graph["yaxes"][0]["format"] == "s"
        assert converted(panel(Kind.AREAS))["stack"] is True

    def test_a_number_keeps_its_limits_and_unit(self) -> None:
        stat = converted(panel(Kind.NUMBER, limits=Limits(warning=1, critical=2)))
        assert stat["type"] == "singlestat"
        assert stat["postfix"] == " s"
        thresholds = stat["options"]["fieldOptions"]["thresholds"]
        assert [step["value"] for step in thresholds] == [None, 1, 2]

    def test_states_keep_their_words(self) -> None:
        stat = converted(panel(Kind.NUMBER, words=((1, "loaded"), (0, "refused"))))
        assert stat["valueMaps"] == [
            {"op": "=", "value": "1", "text": "loaded"},
            {"op": "=", "value": "0", "text": "refused"},
        ]

    def test_bars_become_a_table_by_the_labels_of_their_legend(self) -> None:
        table = converted(panel(Kind.BARS))
        assert table["type"] == "table"
        assert [style["pattern"] for style in table["styles"]] == ["pod", "Value #A"]

    def test_a_table_keeps_its_keys_and_columns(self) -> None:
        table = converted(
            panel(
                Kind.TABLE,
                queries=(Query(expr="a"), Query(expr="b")),
                keys=("namespace", "pod"),
                columns=(("Delay", Unit.SECONDS), ("Share", Unit.RATIO)),
            )
        )
        assert [style["alias"] for style in table["styles"]] == [
            "namespace",
            "pod",
            "Delay, s",
            "Share",
        ]
        assert [style.get("unit") for style in table["styles"]] == [
            None,
            None,
            "short",
            "percentunit",
        ]
