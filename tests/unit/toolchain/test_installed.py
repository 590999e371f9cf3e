"""Programs that are installed already are used when their version fits."""

import os
from pathlib import Path

import pytest

from tests.unit.toolchain.conftest import write_program
from tools.toolchain.installed import candidates, fitting, surroundings, users_path, version_of
from tools.toolchain.parts import Program
from tools.toolchain.versions import Version, same_major

HELLO = Program(name="hello", package="example.test/hello")
ACCEPTED = same_major(Version(1, 2, 3))


def test_a_fitting_program_is_found(own_path: Path) -> None:
    path = write_program(own_path / "hello", "1.9.0")
    fit, why_not = fitting((HELLO,), candidates(("hello",), str(own_path)), ACCEPTED)
    assert (fit["hello"].path, fit["hello"].version) == (path, Version(1, 9, 0))
    assert why_not == ""


@pytest.mark.parametrize("version", ["1.2.2", "2.0.0", "0.9"])
def test_another_version_is_refused_with_the_reason(own_path: Path, version: str) -> None:
    write_program(own_path / "hello", version)
    fit, why_not = fitting((HELLO,), candidates(("hello",), str(own_path)), ACCEPTED)
    assert fit == {}
    assert why_not.startswith(f"{own_path}/hello is {version}")
    assert why_not.endswith("needed is >= 1.2.3, < 2.0.0")


@pytest.mark.parametrize("script", ["exit 1", "echo no number", "kill -9 $$", "echo 1.2.3; exit 3"])
def test_a_program_that_tells_no_version_is_refused(own_path: Path, script: str) -> None:
    path = own_path / "hello"
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    assert version_of(HELLO, path) is None
    assert fitting((HELLO,), {"hello": path}, ACCEPTED)[1].endswith("doesn't tell its version")


def test_a_file_that_is_no_program_is_refused(own_path: Path) -> None:
    path = own_path / "hello"
    path.write_bytes(b"\x7fELF of another machine")
    path.chmod(0o755)
    assert version_of(HELLO, path) is None


def test_a_part_needs_all_its_programs(own_path: Path) -> None:
    write_program(own_path / "hello", "1.2.3")
    assert candidates(("hello", "world"), str(own_path)) == {}


def test_what_we_made_ourselves_is_not_the_users(tmp_path: Path) -> None:
    ours, theirs = tmp_path / "tools", tmp_path / "theirs"
    path = os.pathsep.join([str(ours / "bin"), "", str(theirs), str(ours)])
    assert users_path(path, without=(ours,)) == str(theirs)


def test_a_replaced_program_is_noticed(own_path: Path) -> None:
    write_program(own_path / "hello", "1.2.3")
    before = surroundings(candidates(("hello",), str(own_path)))
    write_program(own_path / "hello", "1.2.34")
    assert surroundings(candidates(("hello",), str(own_path))) != before
