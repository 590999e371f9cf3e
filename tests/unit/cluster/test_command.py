from pathlib import Path

import pytest
from typer.testing import CliRunner

from tools.cluster.command import app
from tools.cluster.embedded import EmbeddedCluster
from tools.cluster.parts import PROGRAMS
from tools.errors import UserError

runner = CliRunner()


@pytest.mark.parametrize("command", ["start", "stop", "status", "reset"])
def test_every_command_explains_itself(command: str) -> None:
    answer = runner.invoke(app, [command, "--help"], env={"COLUMNS": "100", "NO_COLOR": "1"})
    assert answer.exit_code == 0
    assert "--directory" in answer.output


def test_status_of_a_cluster_that_never_was(tmp_path: Path) -> None:
    answer = runner.invoke(app, ["status", "--directory", str(tmp_path / "none")])
    assert answer.exit_code == 1
    assert [line.split()[0] for line in answer.output.splitlines()[:-1]] == list(PROGRAMS)
    assert "The cluster is stopped." in answer.output
    assert not (tmp_path / "none").exists()


def test_reset_of_a_cluster_that_never_was(tmp_path: Path) -> None:
    answer = runner.invoke(app, ["reset", "--directory", str(tmp_path / "none")])
    assert answer.exit_code == 0
    assert not (tmp_path / "none").exists()


def test_start_without_programs_touches_nothing(tmp_path: Path) -> None:
    cluster = EmbeddedCluster(tmp_path / "none", binaries=tmp_path, stages=tmp_path)
    with pytest.raises(UserError, match="etcd"):
        cluster.start()
    assert not (tmp_path / "none").exists()


def test_connection_to_a_cluster_that_never_was_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="No cluster was started"):
        EmbeddedCluster(tmp_path).connect()
