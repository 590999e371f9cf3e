import os
import stat
from pathlib import Path

import pytest

from tools.cluster.private_files import (
    half_written,
    last_lines,
    make_private_folder,
    open_log,
    write_private,
)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_written_file_is_private(tmp_path: Path) -> None:
    write_private(tmp_path / "key", "secret")
    assert (tmp_path / "key").read_text() == "secret"
    assert mode(tmp_path / "key") == 0o600


def test_write_leaves_no_other_file(tmp_path: Path) -> None:
    write_private(tmp_path / "key", "old")
    write_private(tmp_path / "key", "new")
    assert [path.name for path in tmp_path.iterdir()] == ["key"]
    assert (tmp_path / "key").read_text() == "new"


def test_remains_of_a_killed_writer_are_overwritten(tmp_path: Path) -> None:
    half_written(tmp_path / "key").write_text("half, and longer than the whole")
    write_private(tmp_path / "key", "secret")
    assert [path.name for path in tmp_path.iterdir()] == ["key"]
    assert (tmp_path / "key").read_text() == "secret"
    assert mode(tmp_path / "key") == 0o600


def test_same_content_leaves_the_file_in_place_but_closes_it(tmp_path: Path) -> None:
    write_private(tmp_path / "key", "secret")
    (tmp_path / "key").chmod(0o644)
    before = (tmp_path / "key").stat().st_ino
    write_private(tmp_path / "key", "secret")
    assert (tmp_path / "key").stat().st_ino == before
    assert mode(tmp_path / "key") == 0o600


@pytest.mark.parametrize("present", [False, True])
def test_folder_is_private(tmp_path: Path, present: bool) -> None:
    folder = tmp_path / "outer" / "inner"
    if present:
        folder.mkdir(parents=True, mode=0o755)
    make_private_folder(folder)
    assert mode(folder) == 0o700


def test_log_begins_empty_and_keeps_one_run_before(tmp_path: Path) -> None:
    log = tmp_path / "etcd.log"
    for text in ("first", "second", "third"):
        descriptor = open_log(log)
        os.write(descriptor, text.encode())
        os.close(descriptor)
    assert log.read_text() == "third"
    assert (tmp_path / "etcd.previous.log").read_text() == "second"
    assert mode(log) == 0o600
    assert len(list(tmp_path.iterdir())) == 2


def test_last_lines_of_a_log(tmp_path: Path) -> None:
    (tmp_path / "log").write_bytes(b"one\ntwo\n\xff\n")
    assert last_lines(tmp_path / "log", 2) == ("two", "\N{REPLACEMENT CHARACTER}")
    assert last_lines(tmp_path / "missing", 2) == ()


def test_last_lines_tell_why_a_program_panicked(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("begun\npanic: bad file\n\ngoroutine 1:\nmain.main()\n")
    assert last_lines(tmp_path / "log", 2) == ("begun", "panic: bad file")
