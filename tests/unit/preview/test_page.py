import json
from html.parser import HTMLParser

from hypothesis import given

from tests.unit.preview.examples import REPORTS, resource
from tools.preview.comparing.change import Change, Operation
from tools.preview.comparing.fields import Field
from tools.preview.report import Report, Stack
from tools.preview.reporting.document import document
from tools.preview.reporting.page import Pair, page, pairs

VOID = {"meta", "input", "link"}


class Reader(HTMLParser):
    """Reads a page as a browser does; keeps what is open, and every attribute."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def read(report: Report) -> Reader:
    reader = Reader()
    reader.feed(page(report))
    reader.close()
    return reader


class TestAnyPage:
    @given(report=REPORTS)
    def test_is_whole_and_has_every_change(self, report: Report) -> None:
        reader = read(report)
        assert reader.open == []
        changes = [attrs for tag, attrs in reader.tags if attrs.get("class") == "change"]
        assert len(changes) == sum(len(stack.changes) for stack in report.stacks)

    @given(report=REPORTS)
    def test_loads_and_runs_nothing_foreign(self, report: Report) -> None:
        tags = read(report).tags
        for tag, attrs in tags:
            assert not {"src", "onerror", "onclick", "style"} & set(attrs)
            assert tag != "a" or str(attrs["href"]).startswith("#stack-")
        assert sum(tag == "script" for tag, _ in tags) == 1

    @given(report=REPORTS)
    def test_has_a_document_for_machines_beside_it(self, report: Report) -> None:
        read_back = json.loads(document(report))
        assert [stack["level"] for stack in read_back["stacks"]] == [
            stack.level for stack in report.stacks
        ]
        assert read_back["exitCode"] == report.exit_code


class TestPage:
    def test_can_be_filtered_searched_and_read_on_a_phone(self) -> None:
        reader = read(Report(base="main", head="here", stacks=(Stack(name="prod"),)))
        by_id = {attrs["id"]: tag for tag, attrs in reader.tags if "id" in attrs}
        assert by_id["search"] == "input"
        assert by_id["stack"] == "select"
        assert by_id["sides"] == "input"
        boxes = [attrs["value"] for _, attrs in reader.tags if attrs.get("class") == "operation"]
        assert set(boxes) == set(Operation)
        assert ("meta", "width=device-width, initial-scale=1") in [
            (tag, attrs.get("content")) for tag, attrs in reader.tags
        ]

    def test_sets_what_goes_beside_what_comes(self) -> None:
        field = Field(path=("spec", "text"), before="a\nb\nc", after="a\nB\nc\nd")
        change = Change(operation=Operation.UPDATE, resource=resource(), fields=(field,))
        assert pairs(change) == (
            Pair(mark="@", before="spec.text", after="spec.text"),
            Pair(mark=" ", before="a", after="a"),
            Pair(mark="~", before="b", after="B"),
            Pair(mark=" ", before="c", after="c"),
            Pair(mark="~", before=None, after="d"),
        )
