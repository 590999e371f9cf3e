"""One issue a stack, whatever its drift; against a small forge on loopback."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

from tests.forge_server import Asked, Reply, forge_server
from tools.drift.filing import main

TOKEN = "canary-token"
PAGE = 2


@dataclass(kw_only=True)
class FakeTracker:
    """Holds issues, a few a page, under the names of both forges."""

    url: str = ""
    issues: list[dict[str, Any]] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)

    def add(self, title: str, text: str) -> None:
        number = len(self.issues) + 1
        self.issues.append(
            {"number": number, "iid": number, "title": title, "body": text, "description": text}
        )

    def change(self, issue: dict[str, Any], body: dict[str, str]) -> None:
        text = body.get("body", body.get("description", issue["body"]))
        closed = body.get("state") == "closed" or body.get("state_event") == "close"
        issue.update(body=text, description=text, closed=closed)

    def open(self) -> dict[str, str]:
        return {one["title"]: one["body"] for one in self.issues if not one.get("closed")}


@pytest.fixture
def tracker() -> Iterator[FakeTracker]:
    served = FakeTracker()

    def answer(asked: Asked) -> Reply:
        if asked.url.path == "/user":
            return Reply(document={"username": "bot"})
        if asked.method == "GET":
            assert parse_qs(asked.url.query).keys() & {"creator", "author_username"}
            found = served.issues[(asked.page - 1) * PAGE : asked.page * PAGE]
            more = asked.page * PAGE < len(served.issues)
            query = asked.url.query.partition("&page=")[0]
            following = f'<{served.url}{asked.url.path}?{query}&page={asked.page + 1}>; rel="next"'
            return Reply(document=found, link=following if more else "")
        if asked.last in {"comments", "notes"}:
            served.comments.append(asked.body["body"])
        elif asked.method == "POST":
            served.add(asked.body["title"], asked.body.get("body") or asked.body["description"])
        else:
            served.change(served.issues[int(asked.last) - 1], asked.body)
        return Reply(document={})

    with forge_server(answer) as served.url:
        yield served


@pytest.fixture(params=["github", "gitlab"])
def forge(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


def found(folder: Path, stack: str, fingerprint: str) -> None:
    place = folder / f"drift-{stack}"
    place.mkdir(exist_ok=True)
    (place / "drift.json").write_text(json.dumps({"fingerprint": fingerprint}), encoding="utf-8")
    first = f"<!-- llmd-monitoring-drift {fingerprint or 'none'} -->"
    (place / "drift.md").write_text(f"{first}\ntext\n", encoding="utf-8")


def run(forge: str, tracker: FakeTracker, folder: Path, number: int = 1) -> None:
    environment = {
        "GITHUB_API_URL": tracker.url,
        "GITHUB_REPOSITORY": "o/r",
        "GITHUB_TOKEN": TOKEN,
        "CI_API_V4_URL": tracker.url,
        "CI_PROJECT_ID": "1",
        "GITLAB_TOKEN": TOKEN,
        "RUN_URL": f"https://ci.example.com/{number}",
    }
    assert main([forge, str(folder)], environment) == 0


class TestIssue:
    def test_is_opened_for_each_stack_with_drift(
        self, forge: str, tracker: FakeTracker, tmp_path: Path
    ) -> None:
        found(tmp_path, "dev", "")
        found(tmp_path, "prod", "a1")
        run(forge, tracker, tmp_path)
        assert list(tracker.open()) == ["Drift of stack prod"]
        assert "https://ci.example.com/1" in tracker.open()["Drift of stack prod"]

    def test_is_left_alone_as_long_as_the_drift_is_the_same(
        self, forge: str, tracker: FakeTracker, tmp_path: Path
    ) -> None:
        for number in (1, 2):
            found(tmp_path, "prod", "a1")
            run(forge, tracker, tmp_path, number)
        assert len(tracker.issues) == 1
        assert "https://ci.example.com/1" in tracker.open()["Drift of stack prod"]
        assert tracker.comments == []

    def test_is_brought_up_to_date_when_the_drift_is_another_one(
        self, forge: str, tracker: FakeTracker, tmp_path: Path
    ) -> None:
        for number, fingerprint in enumerate(("a1", "b2")):
            found(tmp_path, "prod", fingerprint)
            run(forge, tracker, tmp_path, number)
        assert len(tracker.issues) == 1
        assert "b2" in tracker.open()["Drift of stack prod"]
        assert len(tracker.comments) == 1

    def test_is_closed_when_the_drift_is_gone(
        self, forge: str, tracker: FakeTracker, tmp_path: Path
    ) -> None:
        for fingerprint in ("a1", ""):
            found(tmp_path, "prod", fingerprint)
            run(forge, tracker, tmp_path)
        assert tracker.open() == {}
        assert tracker.comments == ["The drift is gone."]

    def test_is_found_on_any_page(self, forge: str, tracker: FakeTracker, tmp_path: Path) -> None:
        for number in range(3 * PAGE):
            tracker.add(f"Another one, {number}", "text")
        for _ in range(2):
            found(tmp_path, "prod", "a1")
            run(forge, tracker, tmp_path)
        assert list(tracker.open()).count("Drift of stack prod") == 1
        assert len(tracker.issues) == 3 * PAGE + 1


class TestMistakes:
    def test_name_the_usage(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["github"], {}) == 2
        assert "usage" in capsys.readouterr().err

    def test_show_no_token(self, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
        found(tmp_path, "prod", "a1")
        environment = {
            "GITHUB_API_URL": "http://127.0.0.1:1",
            "GITHUB_REPOSITORY": "o/r",
            "GITHUB_TOKEN": TOKEN,
        }
        assert main(["github", str(tmp_path)], environment) == 1
        assert TOKEN not in capsys.readouterr().err
