"""What a killed engine didn't finish writing is removed, and nothing else."""

import json
from pathlib import Path

import pytest

from tools.stack.torn_writes import remove_torn_writes

STATE = ".pulumi/stacks/llmd-monitoring/local.json"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A file backend with one state that was written to its end."""
    file = tmp_path / STATE
    file.parent.mkdir(parents=True)
    file.write_text("{}", encoding="utf-8")
    attributes = json.dumps({"user.content_type": "text/plain; charset=utf-8"})
    file.with_name("local.json.attrs").write_text(attributes, encoding="utf-8")
    return tmp_path


class TestTornWrites:
    def test_nothing_is_removed_of_what_is_whole(self, folder: Path) -> None:
        before = sorted(folder.rglob("*"))
        assert remove_torn_writes(folder) == ()
        assert sorted(folder.rglob("*")) == before

    @pytest.mark.parametrize("text", ["", '{"user.content_type": "te'])
    def test_attributes_that_break_off_are_removed_and_the_state_stays(
        self, folder: Path, text: str
    ) -> None:
        torn = folder / f"{STATE}.attrs"
        torn.write_text(text, encoding="utf-8")
        assert remove_torn_writes(folder) == (torn,)
        assert not torn.exists()
        assert (folder / STATE).read_text(encoding="utf-8") == "{}"

    def test_attributes_of_a_lock_too(self, folder: Path) -> None:
        torn = folder / ".pulumi/locks/organization/llmd-monitoring/local/0123.json.attrs"
        torn.parent.mkdir(parents=True)
        torn.touch()
        assert remove_torn_writes(folder) == (torn,)

    def test_a_state_that_was_never_put_in_place_is_removed(self, folder: Path) -> None:
        unfinished = folder / f"{STATE}.18eaf99d873ebdb1.tmp"
        unfinished.write_text('{"version": 3', encoding="utf-8")
        assert remove_torn_writes(folder) == (unfinished,)

    def test_a_backend_that_was_never_used_has_none(self, tmp_path: Path) -> None:
        assert remove_torn_writes(tmp_path / "state") == ()
