"""Which files of a project differ from a commit."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.preview.history import History
from tools.preview.rendering.revision import changed_files

Change = Callable[[Path], None]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project in a folder of a repository that has other folders too."""
    project = tmp_path / "ä folder"
    for file in (project / "stacks" / "Pulumi.dev.yaml", project / "program.py", tmp_path / "x"):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("as committed\n", encoding="utf-8")
    (tmp_path / ".gitignore").write_text("*.log\n", encoding="utf-8")
    history = History(folder=tmp_path)
    history.git("init", "--quiet")
    history.commit("base")
    return project


def edited(name: str) -> Change:
    def edit(project: Path) -> None:
        (project / name).write_text("changed\n", encoding="utf-8")

    return edit


def deleted(project: Path) -> None:
    (project / "program.py").unlink()


def staged(project: Path) -> None:
    edited("program.py")(project)
    History(folder=project).git("add", "--all")


def committed(project: Path) -> None:
    edited("program.py")(project)
    History(folder=project).commit("later")


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (lambda _: None, set()),
        (edited("program.py"), {"program.py"}),
        (edited("stacks/Pulumi.dev.yaml"), {"stacks/Pulumi.dev.yaml"}),
        (edited("a new one\nof two lines"), {"a new one\nof two lines"}),
        (edited("ignored.log"), set()),
        (edited("../x"), set()),
        (deleted, {"program.py"}),
        (staged, {"program.py"}),
        (committed, {"program.py"}),
    ],
    ids=[
        *("nothing", "edited", "a setting", "new", "ignored", "outside"),
        *("deleted", "staged", "committed"),
    ],
)
def test_changed_files(project: Path, change: Change, found: frozenset[str]) -> None:
    base = History(folder=project).git("rev-parse", "HEAD")
    change(project)
    assert changed_files(project, base) == frozenset(project / name for name in found)


def test_where_git_cannot_tell_nothing_is_said(tmp_path: Path) -> None:
    assert changed_files(tmp_path, "HEAD") is None
