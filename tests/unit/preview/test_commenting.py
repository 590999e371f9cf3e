"""One comment, whatever else is on the request; against a small forge on loopback."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.forge_server import Asked, Reply, forge_server
from tools.preview.commenting import MARKER, main
from tools.preview.reporting import markdown

BOT = "github-actions[bot]"
TOKEN = "canary-token"
REPORT = f"{MARKER}\n## Preview: changes\n"


@dataclass(kw_only=True)
class FakeForge:
    """Holds the comments of one request, a few a page, as both forges serve them."""

    url: str = ""
    comments: list[dict[str, Any]] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    tokens: set[str | None] = field(default_factory=set)
    refuses: bool = False

    def add(self, author: str, body: str) -> None:
        number = len(self.comments) + 1
        self.comments.append(
            {"id": number, "user": {"login": author}, "author": {"username": author}, "body": body}
        )

    def bodies(self) -> list[str]:
        return [comment["body"] for comment in self.comments]


@pytest.fixture
def forge() -> Iterator[FakeForge]:
    served = FakeForge()

    def answer(asked: Asked) -> Reply:
        served.calls.append(f"{asked.method} {asked.url.path}")
        token = asked.headers.get("PRIVATE-TOKEN") or asked.headers.get("Authorization")
        served.tokens.add(token)
        if served.refuses:
            return Reply(document=None)
        if asked.url.path == "/user":
            return Reply(document={"username": BOT})
        if asked.method == "GET":
            found = served.comments[(asked.page - 1) * 2 : asked.page * 2]
            more = asked.page * 2 < len(served.comments)
            following = f'<{served.url}{asked.url.path}?page={asked.page + 1}>; rel="next"'
            return Reply(document=found, link=following if more else "")
        if asked.method == "POST":
            served.add(BOT, asked.body["body"])
        else:
            served.comments[int(asked.last) - 1]["body"] = asked.body["body"]
        return Reply(document={})

    with forge_server(answer) as served.url:
        yield served


def run(forge: FakeForge, kind: str, folder: Path, text: str = REPORT) -> int:
    (folder / "preview.md").write_text(text)
    environment = {
        "GITHUB_API_URL": forge.url,
        "GITHUB_REPOSITORY": "org/repo",
        "GITHUB_TOKEN": TOKEN,
        "CI_API_V4_URL": forge.url,
        "CI_PROJECT_ID": "org/repo",
        "GITLAB_TOKEN": TOKEN,
    }
    return main([kind, "12", str(folder / "preview.md")], environment)


def test_the_marker_is_the_reports() -> None:
    assert markdown.MARKER == MARKER


@pytest.mark.parametrize("kind", ["github", "gitlab"])
class TestComment:
    def test_is_made_where_there_is_none(self, forge: FakeForge, kind: str, tmp_path: Path) -> None:
        forge.add("someone", "hello")
        assert run(forge, kind, tmp_path) == 0
        assert forge.bodies() == ["hello", REPORT]

    def test_is_updated_on_whatever_page_it_is(
        self, forge: FakeForge, kind: str, tmp_path: Path
    ) -> None:
        for number in range(6):
            forge.add("someone", f"{number}")
        forge.add(BOT, f"{MARKER}\nold")
        assert run(forge, kind, tmp_path) == 0
        assert len(forge.comments) == 7
        assert forge.bodies()[-1] == REPORT

    def test_of_somebody_else_is_left_alone(
        self, forge: FakeForge, kind: str, tmp_path: Path
    ) -> None:
        forge.add("impostor", f"{MARKER}\nall is well")
        forge.add(BOT, f"about something else: {MARKER}")
        assert run(forge, kind, tmp_path) == 0
        assert forge.bodies()[:2] == [f"{MARKER}\nall is well", f"about something else: {MARKER}"]
        assert forge.bodies()[2] == REPORT

    def test_that_is_no_report_is_refused(
        self, forge: FakeForge, kind: str, tmp_path: Path
    ) -> None:
        assert run(forge, kind, tmp_path, text="anything") == 1
        assert forge.comments == []

    def test_that_is_refused_is_an_error_without_the_token(
        self, forge: FakeForge, kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        forge.refuses = True
        assert run(forge, kind, tmp_path) == 1
        told = capsys.readouterr().err
        assert "403" in told
        assert TOKEN not in told


def test_the_token_goes_to_no_other_host(forge: FakeForge, tmp_path: Path) -> None:
    for number in range(4):
        forge.add("someone", f"{number}")
    real, forge.url = forge.url, "http://elsewhere.invalid"
    (tmp_path / "preview.md").write_text(REPORT)
    environment = {"GITHUB_API_URL": real, "GITHUB_REPOSITORY": "o/r", "GITHUB_TOKEN": TOKEN}
    assert main(["github", "12", str(tmp_path / "preview.md")], environment) == 0
    assert forge.bodies()[-1] == REPORT
