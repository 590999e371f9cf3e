import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tools.cluster.processes import alive, end, find, fingerprint, launch

SHELL = Path("/bin/sh")


@pytest.fixture
def sleeper(tmp_path: Path) -> Iterator[psutil.Process]:
    process = launch(
        program=SHELL,
        arguments=("-c", "echo begun; exec sleep 600"),
        directory=tmp_path,
        part="etcd",
        fingerprint="as wanted",
        log=tmp_path / "etcd.log",
    )
    yield process
    end([process], grace_seconds=5)


def test_launched_process_is_found_by_its_cluster(tmp_path: Path, sleeper: psutil.Process) -> None:
    (found,) = find(tmp_path)
    assert (found.part, found.fingerprint, found.process) == ("etcd", "as wanted", sleeper)
    assert find(tmp_path / "other") == ()


def test_launched_process_has_a_session_of_its_own(sleeper: psutil.Process) -> None:
    assert os.getsid(sleeper.pid) == sleeper.pid


def test_launched_process_sees_no_variables_of_the_caller(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "secret")
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example.org")
    process = launch(
        program=SHELL,
        arguments=("-c", "env"),
        directory=tmp_path,
        part="etcd",
        fingerprint="",
        log=tmp_path / "etcd.log",
    )
    process.wait(10)
    seen = (tmp_path / "etcd.log").read_text()
    assert f"HOME={tmp_path}" in seen
    assert "secret" not in seen
    assert "proxy" not in seen


def test_process_that_ignores_the_request_is_killed(tmp_path: Path) -> None:
    process = launch(
        program=SHELL,
        arguments=("-c", "trap '' TERM; echo deaf; while :; do sleep 1; done"),
        directory=tmp_path,
        part="etcd",
        fingerprint="",
        log=tmp_path / "etcd.log",
    )
    while "deaf" not in (tmp_path / "etcd.log").read_text():
        assert alive(process)
    end([process], grace_seconds=0.3)
    assert not alive(process)


def test_stopped_process_is_ended_too(sleeper: psutil.Process) -> None:
    sleeper.suspend()
    end([sleeper], grace_seconds=5)
    assert not alive(sleeper)


def test_process_that_waits_for_its_parent_only_is_not_alive() -> None:
    with subprocess.Popen([SHELL, "-c", "exit"], stdin=subprocess.PIPE) as child:
        process = psutil.Process(child.pid)
        while process.status() != psutil.STATUS_ZOMBIE:
            os.sched_yield()
        assert not alive(process)


def test_fingerprint_follows_program_arguments_and_files(tmp_path: Path) -> None:
    file = tmp_path / "ca.crt"
    file.write_text("one")
    program = tmp_path / "etcd"
    program.write_text("program")
    first = fingerprint(program, ("--a",), (file,))
    assert fingerprint(program, ("--a",), (file,)) == first
    assert fingerprint(program, ("--b",), (file,)) != first
    file.write_text("two")
    assert fingerprint(program, ("--a",), (file,)) != first
    file.write_text("one")
    program.write_text("another")
    assert fingerprint(program, ("--a",), (file,)) != first
