"""A Pulumi home in which Pulumi writes no log of its own."""

import subprocess
from pathlib import Path

import pytest

from tools.paths import BIN_DIR
from tools.toolchain.environment import environment
from tools.toolchain.pulumi_logs import go_without_logs


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "pulumi-home"


def pulumi(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs the real Pulumi with a backend of its own."""
    state = home.with_name("state")
    state.mkdir(exist_ok=True)
    return subprocess.run(
        [BIN_DIR / "pulumi", *arguments],
        env=environment(state_dir=state, pulumi_home=home),
        capture_output=True,
        text=True,
        check=True,
    )


def test_pulumi_writes_a_log_until_it_is_told_not_to(home: Path) -> None:
    pulumi(home, "stack", "ls")
    assert list((home / "logs").glob("pulumi-*"))
    go_without_logs(home)
    said = pulumi(home, "stack", "ls")
    assert (home / "logs").is_file()
    assert said.stderr == ""


def test_a_command_can_still_be_told_to_log(home: Path) -> None:
    go_without_logs(home)
    assert "CLI Metadata" in pulumi(home, "stack", "ls", "--logtostderr", "-v=9").stderr


def test_a_new_home_is_nobody_else_s_and_said_twice_it_stays_as_it_is(home: Path) -> None:
    go_without_logs(home)
    assert home.stat().st_mode & 0o777 == 0o700
    written = (home / "logs").stat().st_mtime_ns
    go_without_logs(home)
    assert (home / "logs").stat().st_mtime_ns == written


def test_a_link_to_logs_elsewhere_goes_and_they_stay(home: Path, tmp_path: Path) -> None:
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    (theirs / "a.log").touch()
    home.mkdir()
    (home / "logs").symlink_to(theirs)
    go_without_logs(home)
    assert (theirs / "a.log").exists()
    assert not (home / "logs").is_symlink()
