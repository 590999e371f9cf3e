"""The committed JSON: what Grafana is given, by the sidecar or by hand."""

import json
from collections import Counter
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from dashboards.boards import BOARDS
from tools.docs.dashboards import COMMAND, FOLDER, documents

FILES = sorted(FOLDER.glob("*.json"))
DATASOURCE = {"type": "prometheus", "uid": "${datasource}"}
COLUMNS = 24

Document = dict[str, Any]


def name_of(path: Path) -> str:
    return path.stem


def read(path: Path) -> Document:
    found: Document = json.loads(path.read_text(encoding="utf-8"))
    return found


def panels(document: Document) -> Iterator[Document]:
    """Every panel, also those inside closed rows; rows themselves are left out."""
    for panel in document["panels"]:
        if panel["type"] == "row":
            yield from panel["panels"]
        else:
            yield panel


def rows(document: Document) -> list[Document]:
    return [panel for panel in document["panels"] if panel["type"] == "row"]


def overlap(one: Document, other: Document) -> bool:
    return bool(
        one["x"] < other["x"] + other["w"]
        and other["x"] < one["x"] + one["w"]
        and one["y"] < other["y"] + other["h"]
        and other["y"] < one["y"] + one["h"]
    )


def values(node: object, key: str) -> Iterator[object]:
    """Every value under a key, at any depth."""
    if isinstance(node, dict):
        for name, value in node.items():
            if name == key:
                yield value
            yield from values(value, key)
    elif isinstance(node, list):
        for item in node:
            yield from values(item, key)


def test_there_is_a_file_for_each_dashboard_and_no_other() -> None:
    assert {path.stem for path in FILES} == {board.uid for board in BOARDS}


def test_files_are_what_the_code_makes() -> None:
    stale = [
        path.name for path, text in documents().items() if path.read_text(encoding="utf-8") != text
    ]
    assert stale == [], f"run: {COMMAND}"


def test_no_two_have_a_uid_or_a_title_in_common() -> None:
    found = [read(path) for path in FILES]
    for key in ("uid", "title"):
        counted = Counter(document[key] for document in found)
        assert [value for value, count in counted.items() if count > 1] == []


@pytest.mark.parametrize("path", FILES, ids=name_of)
class TestDocument:
    def test_is_named_after_its_uid(self, path: Path) -> None:
        assert read(path)["uid"] == path.stem
        assert len(path.stem) <= 40, "Grafana's limit"

    def test_needs_nothing_filled_in(self, path: Path) -> None:
        text = path.read_text(encoding="utf-8")
        assert "__inputs" not in text
        assert "__requires" not in text
        assert "DS_PROMETHEUS" not in text
        assert "id" not in read(path)

    def test_chooses_its_datasource_by_a_variable(self, path: Path) -> None:
        first = read(path)["templating"]["list"][0]
        assert (first["name"], first["type"], first["query"]) == (
            "datasource",
            "datasource",
            "prometheus",
        )

    def test_asks_no_other_datasource(self, path: Path) -> None:
        document = read(path)
        asked = list(values(document, "datasource"))
        assert len(asked) > len(list(panels(document)))
        assert [datasource for datasource in asked if datasource != DATASOURCE] == []

    def test_every_panel_and_query_names_the_datasource(self, path: Path) -> None:
        for panel in panels(read(path)):
            assert panel["datasource"] == DATASOURCE
            assert [target["datasource"] for target in panel["targets"]] == [DATASOURCE] * len(
                panel["targets"]
            )

    def test_panels_have_ids_of_their_own(self, path: Path) -> None:
        document = read(path)
        ids = [panel["id"] for panel in (*panels(document), *rows(document))]
        assert len(ids) == len(set(ids))

    def test_panels_have_titles_of_their_own(self, path: Path) -> None:
        titles = [panel["title"] for panel in panels(read(path))]
        assert len(titles) == len(set(titles))

    def test_panels_neither_overlap_nor_leave_the_grid(self, path: Path) -> None:
        for shown in shown_together(read(path)):
            places = [panel["gridPos"] for panel in shown]
            assert all(p["x"] >= 0 and p["x"] + p["w"] <= COLUMNS and p["h"] > 0 for p in places)
            for one, other in combinations(places, 2):
                assert not overlap(one, other), (one, other)

    def test_lines_of_panels_are_full(self, path: Path) -> None:
        for shown in shown_together(read(path)):
            widths: Counter[int] = Counter()
            for panel in shown:
                widths[panel["gridPos"]["y"]] += panel["gridPos"]["w"]
            assert set(widths.values()) == {COLUMNS}

    def test_every_panel_says_what_it_answers_and_in_what_unit(self, path: Path) -> None:
        for panel in panels(read(path)):
            assert panel["description"].endswith("."), panel["title"]
            assert panel["fieldConfig"]["defaults"]["unit"], panel["title"]

    def test_every_panel_has_thresholds_that_rise(self, path: Path) -> None:
        for panel in panels(read(path)):
            steps = panel["fieldConfig"]["defaults"]["thresholds"]["steps"]
            assert steps[0]["value"] is None
            limits = [step["value"] for step in steps[1:]]
            assert limits == sorted(limits), panel["title"]

    def test_starts_with_numbers_of_the_present(self, path: Path) -> None:
        first_line = [panel for panel in read(path)["panels"] if panel["gridPos"]["y"] == 1]
        assert {panel["type"] for panel in first_line} == {"stat"}
        assert len(first_line) == 6

    def test_lists_all_and_several_in_each_variable(self, path: Path) -> None:
        for variable in read(path)["templating"]["list"][1:]:
            assert variable["includeAll"] is True
            assert variable["multi"] is True
            assert variable["allValue"] == ".*"
            assert variable["refresh"] == 2, "lists what has data in the shown time"

    def test_leads_to_dashboards_that_exist_with_variables_and_time(self, path: Path) -> None:
        uids = {board.uid for board in BOARDS}
        links = read(path)["links"]
        assert links[-1]["type"] == "dashboards"
        assert links[-1]["asDropdown"] is True
        for link in links:
            assert link["includeVars"] is True
            assert link["keepTime"] is True
        for link in links[:-1]:
            assert link["url"].removeprefix("/d/") in uids - {path.stem}

    def test_is_found_by_the_menu_of_the_others(self, path: Path) -> None:
        document = read(path)
        assert set(document["links"][-1]["tags"]) <= set(document["tags"])

    def test_clicks_on_a_pod_carry_choice_and_time(self, path: Path) -> None:
        uids = {board.uid for board in BOARDS}
        for panel in panels(read(path)):
            for link in clicks(panel):
                address, _, query = link.partition("?")
                assert address.removeprefix("/d/") in uids
                assert "${datasource:queryparam}" in query
                assert "${__url_time_range}" in query
                assert "var-pod=" in query

    def test_refreshes_no_faster_than_rules_are_evaluated(self, path: Path) -> None:
        assert read(path)["refresh"] in {"30s", "1m"}

    def test_marks_firing_alerts(self, path: Path) -> None:
        (alerts,) = read(path)["annotations"]["list"]
        assert alerts["expr"].startswith('ALERTS{alertstate="firing"')
        assert alerts["enable"] is True

    def test_fits_well_into_a_config_map(self, path: Path) -> None:
        assert path.stat().st_size < 256 * 1024


def clicks(panel: Document) -> list[str]:
    defaults = panel["fieldConfig"]["defaults"].get("links", [])
    overrides = [
        link
        for override in panel["fieldConfig"]["overrides"]
        for item in override["properties"]
        if item["id"] == "links"
        for link in item["value"]
    ]
    return [link["url"] for link in (*defaults, *overrides)]


def shown_together(document: Document) -> Iterator[list[Document]]:
    """What stands on the grid at once: all that is open, and each closed row's panels among themselves."""
    yield document["panels"]
    for row in rows(document):
        if row["panels"]:
            yield row["panels"]
