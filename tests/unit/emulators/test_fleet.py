"""The file that emulators are started with."""

import json
from pathlib import Path

import pytest

from tools.emulators.fleet import load
from tools.errors import UserError

POD = {"pod": "decode-0", "listen": {"host": "127.0.0.1", "port": 8000}}


def written(folder: Path, **deployment: object) -> Path:
    path = folder / "fleet.json"
    whole = {"namespace": "llm-d", "model": "m", "pods": [POD], **deployment}
    path.write_text(json.dumps({"deployments": [whole]}))
    return path


class TestLoad:
    def test_reads_a_fleet(self, tmp_path: Path) -> None:
        fleet = load(written(tmp_path, requestsPerSecond=2))
        assert fleet.deployments[0].pods[0].listen.port == 8000
        assert fleet.deployments[0].requests_per_second == 2

    def test_tells_every_mistake_with_its_place(self, tmp_path: Path) -> None:
        with pytest.raises(UserError) as caught:
            load(written(tmp_path, modle="x", requestsPerSecond=0))
        assert "deployments.0.modle" in caught.value.message
        assert "deployments.0.requestsPerSecond" in caught.value.message

    def test_tells_of_a_file_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(UserError, match="can't be read"):
            load(tmp_path / "none.json")
