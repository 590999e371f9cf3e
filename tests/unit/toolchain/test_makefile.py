"""The Makefile explains itself, and removes only what is ignored."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from tools.paths import REPO

MAKEFILE = (REPO / "Makefile").read_text(encoding="utf-8")
USERS = {"report", "found", "values"}
"""Folders that users have reports and values written into, by the documentation's commands."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A place for the Makefile alone, so that nothing of the repository can be hit."""
    (tmp_path / "Makefile").write_text(MAKEFILE, encoding="utf-8")
    return tmp_path


def make(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs make as a person would, also when these tests were started by make."""
    outside = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    return subprocess.run(
        ["make", *arguments], cwd=folder, env=outside, capture_output=True, text=True, check=False
    )


def test_make_alone_lists_every_target(folder: Path) -> None:
    listed = re.findall(r"^  make (\S+) ", make(folder).stdout, re.MULTILINE)
    phony = re.search(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)
    assert phony is not None
    assert listed == phony[1].split()


def test_clean_removes_what_we_made_and_nothing_that_is_committed(folder: Path) -> None:
    planned = make(folder, "--dry-run", "clean").stdout
    removed = [
        name
        for line in planned.splitlines()
        if line.startswith("rm -rf ")
        for name in line.split()[2:]
    ]
    ignored = (REPO / ".gitignore").read_text(encoding="utf-8").splitlines()
    ours = {line.strip("/") for line in ignored if line.startswith("/")} - USERS
    assert {".cluster", ".tools", ".venv"} <= ours <= set(removed)
    assert not USERS & set(removed)
    for name in removed:
        tracked = subprocess.run(
            ["git", "ls-files", "--", name], cwd=REPO, capture_output=True, text=True, check=True
        )
        assert tracked.stdout == "", name


def test_clean_stops_the_cluster_first(folder: Path) -> None:
    planned = make(folder, "--dry-run", "clean").stdout
    assert planned.index(".venv/bin/llmd-monitoring down") < planned.index("rm -rf .cluster")


def test_down_without_a_cluster_does_nothing(folder: Path) -> None:
    answer = make(folder, "down")
    assert (answer.returncode, answer.stdout) == (0, "There is no embedded cluster.\n")
    assert [path.name for path in folder.iterdir()] == ["Makefile"]


def test_without_python_the_set_up_says_what_to_install(folder: Path) -> None:
    answer = make(folder, "setup", "PATH=/nowhere")
    assert answer.returncode != 0
    assert "Install Python >= 3.11" in answer.stderr


@pytest.mark.parametrize(
    "target",
    ["up", "preview", "test", "test-fast", "test-tools", "test-live", "lint", "format"],
)
def test_every_task_begins_with_the_set_up(folder: Path, target: str) -> None:
    planned = make(folder, "--dry-run", target).stdout
    first = planned.index("python_environment.py")
    assert planned.index("llmd-monitoring tools bootstrap") > first
    assert planned.count("python_environment.py") == 1


def test_only_the_live_tests_need_prometheus(folder: Path) -> None:
    assert "tools bootstrap --live" in make(folder, "--dry-run", "test-live").stdout
    for target in ("up", "test", "test-fast", "test-tools"):
        assert "--live" not in make(folder, "--dry-run", target).stdout


def test_the_live_tests_get_prometheus_behind_other_targets_too(folder: Path) -> None:
    """One make makes `setup` once, so what only one target needs is a target of its own."""
    planned = make(folder, "--dry-run", "test", "test-live").stdout
    assert planned.count("python_environment.py") == 1
    assert planned.index("tools bootstrap --live") < planned.index("tests/live")


def test_a_dry_run_does_nothing(folder: Path) -> None:
    (folder / ".cluster").mkdir()
    before = sorted(folder.rglob("*"))
    assert make(folder, "--dry-run", "clean", "up", "test", "format").returncode == 0
    assert sorted(folder.rglob("*")) == before


def test_every_folder_of_tests_belongs_to_a_target_that_the_build_server_runs() -> None:
    script = (REPO / ".ci" / "run").read_text(encoding="utf-8")
    targets = re.findall(r"\btest\S*", script.partition("exec make")[2])
    recipes = "\n".join(make(REPO, "--dry-run", target).stdout for target in targets)
    tests = REPO / "tests"
    folders = {path.relative_to(tests).parts[0] for path in tests.glob("*/**/test_*.py")}
    assert {f"tests/{folder}" for folder in folders} <= set(recipes.split())
