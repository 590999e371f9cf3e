"""How panels and rows become Grafana's JSON."""

import json
from typing import Any

import pytest

from dashboards.building.board import Board, Row
from dashboards.building.document import document, text
from dashboards.building.drawing import panel_id
from dashboards.building.panel import Kind, Limits, Panel
from dashboards.building.query import Query
from dashboards.building.target import DRILL_DOWN
from dashboards.building.unit import Unit
from dashboards.building.variable import namespace

Document = dict[str, Any]


def panel(kind: Kind = Kind.LINES, **more: Any) -> Panel:  # noqa: ANN401 - any argument of a panel
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


def board(*rows: Row) -> Board:
    return Board(
        name="example",
        title="Example",
        description="An example.",
        variables=(namespace("up"),),
        rows=rows,
    )


def drawn(shown: Panel) -> Document:
    _, found = document(board(Row(title="One", panels=(shown,))))["panels"]
    return dict(found)


def defaults(shown: Panel) -> Document:
    return dict(drawn(shown)["fieldConfig"]["defaults"])


class TestQueries:
    @pytest.mark.parametrize(
        ("kind", "type_", "is_instant", "format_"),
        [
            (Kind.LINES, "timeseries", False, "time_series"),
            (Kind.AREAS, "timeseries", False, "time_series"),
            (Kind.NUMBER, "stat", True, "time_series"),
            (Kind.BARS, "bargauge", True, "time_series"),
            (Kind.HEATMAP, "heatmap", False, "heatmap"),
        ],
    )
    def test_ask_for_what_the_panel_shows(
        self, kind: Kind, type_: str, is_instant: bool, format_: str
    ) -> None:
        found = drawn(panel(kind))
        (target,) = found["targets"]
        assert found["type"] == type_
        assert (target["instant"], target["range"]) == (is_instant, not is_instant)
        assert target["format"] == format_

    def test_have_letters_in_their_order(self) -> None:
        found = drawn(panel(queries=(Query(expr="a"), Query(expr="b"))))
        assert [(one["refId"], one["expr"]) for one in found["targets"]] == [("A", "a"), ("B", "b")]

    def test_show_exemplars_only_where_they_are_wanted(self) -> None:
        plain, traced = Query(expr="a"), Query(expr="b", exemplars=True)
        without, wanted = drawn(panel(queries=(plain, traced)))["targets"]
        assert not without.get("exemplar", False)
        assert wanted["exemplar"] is True


class TestLimits:
    def test_are_red_above(self) -> None:
        steps = defaults(panel(limits=Limits(warning=1, critical=2)))["thresholds"]["steps"]
        assert [(step["value"], step["color"]) for step in steps] == [
            (None, "green"),
            (1, "orange"),
            (2, "red"),
        ]

    def test_are_red_below_where_low_is_bad(self) -> None:
        limits = Limits(warning=2, critical=1, low_is_bad=True)
        steps = defaults(panel(limits=limits))["thresholds"]["steps"]
        assert [(step["value"], step["color"]) for step in steps] == [
            (None, "red"),
            (1, "orange"),
            (2, "green"),
        ]


class TestTable:
    TABLE = panel(
        Kind.TABLE,
        queries=(Query(expr="a"), Query(expr="b")),
        keys=("namespace", "pod"),
        columns=(("Delay", Unit.SECONDS), ("Share", Unit.RATIO)),
        drill_down=DRILL_DOWN,
    )

    def test_is_one_row_for_each_combination_of_labels(self) -> None:
        merge, organize = drawn(self.TABLE)["transformations"]
        assert merge["id"] == "merge"
        assert organize["options"]["excludeByName"] == {"Time": True}

    def test_has_a_title_and_a_unit_for_each_query(self) -> None:
        found = drawn(self.TABLE)
        renamed = found["transformations"][1]["options"]["renameByName"]
        assert (renamed["Value #A"], renamed["Value #B"]) == ("Delay", "Share")
        units = {
            override["matcher"]["options"]: override["properties"][0]["value"]
            for override in found["fieldConfig"]["overrides"]
        }
        assert (units["Delay"], units["Share"]) == ("s", "percentunit")

    def test_shows_labels_first(self) -> None:
        order = drawn(self.TABLE)["transformations"][1]["options"]["indexByName"]
        assert sorted(order, key=order.__getitem__) == ["namespace", "pod", "Value #A", "Value #B"]

    def test_leads_from_a_pod_to_its_details(self) -> None:
        (override,) = (
            override
            for override in drawn(self.TABLE)["fieldConfig"]["overrides"]
            if override["matcher"]["options"] == "pod"
        )
        (link,) = override["properties"][0]["value"]
        assert link["url"].startswith("/d/llmd-drilldown?${datasource:queryparam}")
        assert "var-pod=${__value.text}" in link["url"]


class TestOtherPanels:
    def test_lead_from_a_series_to_its_pod(self) -> None:
        (link,) = defaults(panel(Kind.BARS, drill_down=DRILL_DOWN))["links"]
        assert "var-pod=${__field.labels.pod}" in link["url"]
        assert "${namespace:queryparam}" in link["url"]

    def test_say_in_words_that_there_is_nothing(self) -> None:
        assert defaults(panel(nothing="no requests"))["noValue"] == "no requests"
        assert "noValue" not in defaults(panel())

    def test_say_states_in_words(self) -> None:
        (mapping,) = defaults(panel(Kind.NUMBER, words=((1, "loaded"),)))["mappings"]
        assert mapping["options"]["1"]["text"] == "loaded"


class TestRows:
    def test_that_are_closed_hold_their_panels(self) -> None:
        closed = Row(title="One", panels=(panel(),), collapsed=True)
        (row,) = document(board(closed))["panels"]
        assert row["collapsed"] is True
        assert [inside["title"] for inside in row["panels"]] == ["A"]

    def test_that_are_open_are_followed_by_them(self) -> None:
        row, shown = document(board(Row(title="One", panels=(panel(),))))["panels"]
        assert (row["type"], row["panels"]) == ("row", [])
        assert shown["gridPos"]["y"] == row["gridPos"]["y"] + 1


def test_a_panel_keeps_its_id_wherever_it_moves() -> None:
    one, other = panel(title="One"), panel(title="Other")
    before = document(board(Row(title="Row", panels=(one, other))))["panels"]
    after = document(board(Row(title="Row", panels=(other, one))))["panels"]
    assert {found["title"]: found["id"] for found in before} == {
        found["title"]: found["id"] for found in after
    }
    assert panel_id("One") != panel_id("Other")


def test_the_text_is_the_document_and_ends_with_a_line() -> None:
    example = board(Row(title="One", panels=(panel(),)))
    assert json.loads(text(example)) == document(example)
    assert text(example).endswith("}\n")
