import html
import re

from hypothesis import given

from tests.unit.preview.examples import REPORTS, resource
from tools.preview.comparing.change import Change, Operation
from tools.preview.comparing.fields import Field
from tools.preview.report import Report, Stack
from tools.preview.reporting.markdown import LIMIT, MARKER, markdown

GITHUB_LIMIT = 65_536
OPENING = re.compile(r"^(`{3,})diff$")


def outside_of_fences(text: str) -> str:
    """Returns what Markdown reads; fails where a fence isn't closed."""
    kept: list[str] = []
    fence = ""
    for line in text.split("\n"):
        if fence:
            fence = "" if line == fence else fence
        elif found := OPENING.match(line):
            fence = found[1]
        else:
            kept.append(line)
    assert not fence, "a fence isn't closed"
    return "\n".join(kept)


def report_of(*changes: Change, stack: str = "prod") -> Report:
    return Report(base="main", head="here", stacks=(Stack(name=stack, changes=changes),))


def update(number: int, length: int) -> Change:
    field = Field(path=("data", "text"), before="short", after="x" * length)
    return Change(
        operation=Operation.UPDATE, resource=resource(name=f"u/{number}"), fields=(field,)
    )


class TestAnyReport:
    @given(report=REPORTS)
    def test_keeps_within_the_limit(self, report: Report) -> None:
        text = markdown(report)
        assert len(text) <= LIMIT < GITHUB_LIMIT
        assert text.startswith(f"{MARKER}\n")

    @given(report=REPORTS)
    def test_keeps_its_fences_and_folds_whole(self, report: Report) -> None:
        read = outside_of_fences(markdown(report))
        assert read.count("<details>") == read.count("</details>")
        assert read.count("<code>") == read.count("</code>")
        assert "```" not in read
        assert "~~~" not in read

    @given(report=REPORTS)
    def test_mentions_nobody(self, report: Report) -> None:
        assert not re.search(r"@\w", outside_of_fences(markdown(report)))

    @given(report=REPORTS)
    def test_holds_no_html_but_its_own(self, report: Report) -> None:
        tags = set(re.findall(r"<[^>]*>", outside_of_fences(markdown(report)).removeprefix(MARKER)))
        own = {"code", "details", "summary", "b"}
        assert tags <= {f"<{end}{tag}>" for tag in own for end in ("", "/")}

    @given(report=REPORTS)
    def test_has_a_row_for_each_stack(self, report: Report) -> None:
        lines = markdown(report).split("\n")
        start = lines.index("| --- | --- | --- | --- |") + 1
        rows = lines[start : start + len(report.stacks)]
        assert all(row.startswith("| <code>") for row in rows)
        assert all(row.count(" | ") == 3 for row in rows)


class TestBudget:
    def test_drops_whole_resources_and_says_how_many(self) -> None:
        text = markdown(report_of(*[update(number, 9000) for number in range(20)]))
        assert len(text) <= LIMIT
        kept = text.count("<details><summary><b>update</b>")
        assert 1 <= kept < 20
        assert f"**Left out** for want of space, the least grave first: {20 - kept} update." in text

    def test_drops_the_least_grave_first(self) -> None:
        small = resource(inputs={"data": {"a": "b"}})
        gone = Change(operation=Operation.DELETE, resource=small)
        created = Change(operation=Operation.CREATE, resource=small)
        text = markdown(report_of(created, *[update(n, 9000) for n in range(20)], gone))
        assert "<summary><b>delete</b>" in text
        assert "<summary><b>create</b>" not in text

    def test_leaves_the_content_of_one_huge_resource_to_the_page(self) -> None:
        text = markdown(report_of(update(1, 100_000), update(2, 10)))
        assert "too long for a comment" in text
        assert "<summary><b>update</b> <code>ConfigMap u/2</code>" in text

    def test_names_what_goes_and_why_above_the_details(self) -> None:
        change = Change(
            operation=Operation.REPLACE,
            resource=resource("Service", "ns/web"),
            causes=(("spec", "clusterIP"),),
        )
        top = markdown(report_of(change)).partition("<details>")[0]
        line = "- **replace** <code>prod</code> <code>Service ns/web</code>: <code>because of spec.clusterIP</code>"
        assert line in top

    def test_bounds_a_thousand_stacks(self) -> None:
        stacks = tuple(Stack(name=f"stack-{n}", error="e" * 500) for n in range(1000))
        text = markdown(Report(base="main", head="here", stacks=stacks))
        assert len(text) <= LIMIT
        assert "more stacks are on the HTML page" in text


class TestForeignText:
    def test_stays_readable(self) -> None:
        text = markdown(report_of(stack="a|b <c> `d`"))
        assert "a|b <c> `d`" in html.unescape(text)

    def test_with_a_fence_gets_a_longer_one(self) -> None:
        text = markdown(
            report_of(
                Change(operation=Operation.CREATE, resource=resource(inputs={"text": "````"}))
            )
        )
        assert "`````diff" in text
