"""The command line tells mistakes without a traceback, and starts only what is asked for."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tools.cli import COMMANDS, GROUPS, assembled
from tools.paths import REPO
from tools.toolchain.bootstrap import CHOICES


def llmd(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [Path(sys.executable).with_name("llmd-monitoring"), *arguments],
        env={**os.environ, **variables},
        cwd=REPO,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_mistake_is_told_on_stderr_with_the_next_step() -> None:
    answer = llmd("tools", "bootstrap", "--only", "nothing")
    assert answer.returncode == 1
    assert answer.stdout == ""
    error, next_step = answer.stderr.splitlines()
    assert error == "Error: There is no part nothing."
    assert next_step == f"Parts are: {', '.join(CHOICES)}."


def test_a_wrong_setting_is_told_before_anything_is_done() -> None:
    answer = llmd("tools", "bootstrap", LLMD_PLUGINS="mine")
    assert answer.returncode == 1
    assert answer.stderr.startswith("Error: LLMD_PLUGINS is 'mine'; allowed are auto, official,")


def test_an_unknown_subcommand_is_a_usage_error() -> None:
    answer = llmd("tools", "nothing")
    assert answer.returncode == 2
    assert "No such command 'nothing'" in answer.stderr


@pytest.mark.parametrize(
    "arguments", [("tools",), ("tools", "bootstrap"), ("tools", "versions")], ids=" ".join
)
def test_every_command_explains_itself(arguments: tuple[str, ...]) -> None:
    answer = llmd(*arguments, "--help", COLUMNS="100")
    assert answer.returncode == 0
    assert f"Usage: llmd-monitoring {' '.join(arguments)}" in answer.stdout


def test_the_overview_lists_every_subcommand() -> None:
    answer = llmd("--help", COLUMNS="100")
    assert answer.returncode == 0
    for name in (*GROUPS, *COMMANDS):
        assert f" {name} " in answer.stdout


def test_a_subcommand_alone_is_loaded() -> None:
    assert [group.name for group in assembled(["tools", "versions"]).registered_groups] == ["tools"]
    assert assembled(["tools"]).registered_commands == []
