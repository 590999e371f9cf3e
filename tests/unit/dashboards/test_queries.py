"""What the dashboards ask: each query parses, and uses only what the catalogue knows."""

import re
from functools import cache

import pytest

from dashboards.asked import Asked, every_query, resolved
from dashboards.boards import BOARDS
from dashboards.building.board import Board
from dashboards.building.panel import Kind, Panel
from dashboards.building.query import Query
from rules.series import BY_NAME
from tests.promql import labels_of, selected

OF_ITSELF = "llmd-monitoring-stack"
"""The one dashboard about few pods, those of the monitoring."""

BUILT_IN = {"__rate_interval"}


def asked_id(asked: Asked) -> str:
    return f"{asked.uid}/{asked.place}{asked.letter}"


def panel_queries() -> list[tuple[Board, Panel, Query]]:
    return [
        (board, panel, query)
        for board in BOARDS
        for panel in board.panels
        for query in panel.queries
    ]


def named(query: Query) -> set[str]:
    return set(re.findall(r"\{\{(\w+)\}\}", query.legend))


@cache
def labels(expr: str) -> frozenset[str]:
    return labels_of(resolved(expr))


@pytest.mark.parametrize("asked", every_query(), ids=asked_id)
def test_every_query_uses_only_series_and_labels_of_the_catalogue(asked: Asked) -> None:
    labels_of(asked.resolved())


def test_nothing_is_left_to_fill_in() -> None:
    assert [asked_id(asked) for asked in every_query() if "$" in asked.resolved()] == []


def test_every_panel_and_variable_is_listed() -> None:
    listed = [(asked.uid, asked.place, asked.letter) for asked in every_query()]
    assert len(listed) == len(set(listed))
    assert len(listed) == sum(len(board.variables) for board in BOARDS) + len(panel_queries())


def test_a_choice_goes_into_a_query() -> None:
    asked = next(asked for asked in every_query() if "$namespace" in asked.expr)
    assert 'namespace=~"team-a"' in asked.resolved({"namespace": "team-a"})


@pytest.mark.parametrize("board", BOARDS, ids=lambda board: board.uid)
class TestBoard:
    def test_uses_only_variables_that_it_has(self, board: Board) -> None:
        names = {variable.name for variable in board.variables} | BUILT_IN
        for panel in board.panels:
            for query in panel.queries:
                assert set(re.findall(r"\$(\w+)", query.expr)) <= names, panel.title

    def test_has_no_variable_that_changes_nothing(self, board: Board) -> None:
        asked = " ".join(
            [query.expr for panel in board.panels for query in panel.queries]
            + [variable.series for variable in board.variables]
        )
        for variable in board.variables:
            assert f"${variable.name}" in asked

    def test_offers_each_variable_within_the_choice_of_those_before(self, board: Board) -> None:
        before: set[str] = set()
        for variable in board.variables:
            assert set(re.findall(r"\$(\w+)", variable.series)) <= before
            before.add(variable.name)

    def test_begins_with_the_namespace(self, board: Board) -> None:
        assert board.variables[0].name == "namespace"

    def test_leads_on_to_others_by_their_titles(self, board: Board) -> None:
        titles = {other.uid: other.title for other in BOARDS if other is not board}
        assert board.links
        for target in board.links:
            assert titles[target.uid] == f"llm-d / {target.title}"


class TestLegends:
    def test_name_labels_that_the_result_has(self) -> None:
        for board, panel, query in panel_queries():
            unknown = named(query) - labels(query.expr)
            assert not unknown, f"{board.uid}: {panel.title}: {unknown}"

    def test_tell_all_lines_of_a_panel_apart(self) -> None:
        for board, panel, query in panel_queries():
            if panel.kind in {Kind.TABLE, Kind.HEATMAP}:
                continue
            told = labels(query.expr) - {"namespace", "job", "le"}
            is_single = panel.kind is Kind.NUMBER or board.uid == OF_ITSELF
            untold = told - named(query)
            assert is_single or not untold, f"{board.uid}: {panel.title}: {sorted(untold)}"

    def test_stay_readable_with_hundreds_of_pods(self) -> None:
        for board, panel, query in panel_queries():
            if panel.kind is not Kind.TABLE and "pod" in labels(query.expr):
                few = "topk(" in query.expr or "bottomk(" in query.expr
                assert few or board.uid == OF_ITSELF, f"{board.uid}: {panel.title}"


class TestCost:
    def test_rates_are_recorded_once_and_not_taken_again(self) -> None:
        for _, panel, query in panel_queries():
            for series in re.findall(r"(?:rate|increase)\((llmd:[\w:]+)", query.expr):
                pytest.fail(f"{panel.title}: {series} is a rate already")

    def test_only_details_read_raw_series_of_model_servers(self) -> None:
        detailed = {"llmd-drilldown", "llmd-disaggregation", "llmd-sglang-overview"}
        for board, panel, query in panel_queries():
            names = selected(resolved(query.expr))
            raw = [name for name in names if name.startswith(("vllm:", "sglang:"))]
            assert not raw or board.uid in detailed, f"{board.uid}: {panel.title}: {raw}"

    def test_raw_histograms_are_read_in_closed_rows_only(self) -> None:
        for board in BOARDS:
            for row in board.rows:
                text = " ".join(query.expr for panel in row.panels for query in panel.queries)
                raw = re.findall(r"(?:vllm|sglang):\w+_bucket", text)
                assert row.collapsed or not raw, f"{board.uid}: {row.title}"


def test_every_recorded_series_is_shown_somewhere() -> None:
    shown = {name for asked in every_query() for name in selected(asked.resolved())}
    parts = {name for name in BY_NAME if "_sum:" in name or "_count:" in name}
    for_alerts = {"llmd:slo_bad:ratio_rate30m", "llmd:slo_bad:ratio_rate2h"}
    assert set(BY_NAME) - shown - parts - for_alerts == set()


class TestExemplars:
    def test_are_asked_of_raw_series_since_recorded_ones_carry_none(self) -> None:
        asked = [query for _, _, query in panel_queries() if query.exemplars]
        assert asked
        assert all("llm_d_epp_request_duration_seconds_bucket" in query.expr for query in asked)
