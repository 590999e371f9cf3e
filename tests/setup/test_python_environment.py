"""The first stage, on real virtual environments of a tiny project, without network."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.unit.toolchain.conftest import write_program
from tools.toolchain import python_environment as stage

SCRIPT = Path(stage.__file__)

PYPROJECT = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]

[project]
name = "tiny"
version = "1.0"
"""

# A build backend that makes a wheel with the one script that the stage looks for.
BACKEND = """
import zipfile
from pathlib import Path

def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
    if Path("slow").exists():
        Path("slow").unlink()
        Path("reached").touch()
        import time
        time.sleep(600)
    name = "tiny-1.0-py3-none-any.whl"
    with zipfile.ZipFile(Path(wheel_directory) / name, "w") as wheel:
        info = "tiny-1.0.dist-info"
        wheel.writestr("tiny.py", "def main(): print('tiny')")
        wheel.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\\nName: tiny\\nVersion: 1.0\\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr(f"{info}/entry_points.txt", "[console_scripts]\\nllmd-monitoring = tiny:main\\n")
        wheel.writestr(f"{info}/RECORD", "")
    return name
"""


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    folder = tmp_path / "a repository"
    script = folder / "tools" / "toolchain" / SCRIPT.name
    script.parent.mkdir(parents=True)
    shutil.copyfile(SCRIPT, script)
    module = folder / "tools" / "toolchain" / "modules" / "hello"
    module.mkdir(parents=True)
    (module / "go.mod").write_text("module hello\n\ngo 1.21\n", encoding="utf-8")
    (folder / "requirements.lock").write_text("# nothing\n", encoding="utf-8")
    (folder / "pyproject.toml").write_text(PYPROJECT, encoding="utf-8")
    (folder / "backend.py").write_text(BACKEND, encoding="utf-8")
    return folder


def command(repo: Path) -> list[str]:
    return [sys.executable, str(repo / "tools" / "toolchain" / SCRIPT.name)]


def set_up(repo: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(repo),
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def is_complete(repo: Path) -> bool:
    answer = subprocess.run(
        [repo / ".venv" / "bin" / "llmd-monitoring"], capture_output=True, text=True, check=False
    )
    return answer.stdout == "tiny\n" and not (repo / ".venv" / stage.UNFINISHED).exists()


def test_killed_it_is_made_anew_and_then_kept_and_brought_up_to_date(
    repo: Path, own_path: Path
) -> None:
    (repo / "slow").touch()
    process = subprocess.Popen(command(repo), start_new_session=True, stdout=subprocess.PIPE)
    while not (repo / "reached").exists():
        assert process.poll() is None
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    assert (repo / ".venv" / stage.UNFINISHED).exists()
    assert not (repo / ".venv" / stage.STAMP).exists()

    again = set_up(repo)
    assert (again.returncode, again.stderr) == (0, "")
    assert "making .venv" in again.stdout
    assert is_complete(repo)

    kept = set_up(repo, PATH=str(own_path))
    assert kept.returncode == 0
    assert kept.stdout.startswith(
        "Python environment: note: Go isn't on PATH; Go >= 1.21 is needed"
    )
    assert len(kept.stdout.splitlines()) == 1, "there was nothing to do"

    (repo / "requirements.lock").write_text("# another lock\n", encoding="utf-8")
    another = set_up(repo)
    assert "installing the locked packages" in another.stdout
    assert "making .venv" not in another.stdout
    assert is_complete(repo)

    lock = "no-such-package==1.0 --hash=sha256:" + "0" * 64
    (repo / "requirements.lock").write_text(lock, encoding="utf-8")
    failed = set_up(repo, PIP_NO_INDEX="1", PIP_CONFIG_FILE=os.devnull)
    assert failed.returncode == 1
    assert "No matching distribution found for no-such-package" in failed.stderr
    assert "Traceback" not in failed.stderr
    assert not stage.is_ready(repo / ".venv", stage.fingerprint(repo))


def test_an_environment_without_its_python_is_not_ready(repo: Path) -> None:
    venv = repo / ".venv"
    write_program(venv / "bin" / "llmd-monitoring", "1")
    (venv / "bin" / "python").symlink_to(sys.executable)
    (venv / stage.STAMP).write_text("made of this", encoding="utf-8")
    assert stage.is_ready(venv, "made of this")
    assert not stage.is_ready(venv, "made of that")
    (venv / "bin" / "python").unlink()
    (venv / "bin" / "python").symlink_to("/removed/python3")
    assert not stage.is_ready(venv, "made of this")


def test_a_link_in_place_of_the_environment_is_not_followed(repo: Path, tmp_path: Path) -> None:
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    (theirs / "file").touch()
    (repo / ".venv").symlink_to(theirs)
    answer = set_up(repo)
    assert answer.returncode == 1
    assert "Move it away" in answer.stderr
    assert (theirs / "file").exists()


def test_an_old_go_is_noted(repo: Path, own_path: Path) -> None:
    go = write_program(own_path / "go", "1.20")
    go.write_text("#!/bin/sh\necho go1.20.3\n", encoding="utf-8")
    assert "is go1.20.3; Go >= 1.21 is needed" in stage.go_warning(repo, str(own_path))
    go.write_text("#!/bin/sh\necho go1.21.0\n", encoding="utf-8")
    assert stage.go_warning(repo, str(own_path)) == ""


def test_a_new_enough_python_is_taken_as_it_is() -> None:
    assert stage.usable_python((3, 11), "/nowhere") is None
    assert stage.usable_python((3, 14), "/nowhere") is None


def test_an_old_python_gives_way_to_a_newer_one_on_path(own_path: Path) -> None:
    for name in ("python3.11", "python3.13"):
        write_program(own_path / name, "x")
    assert stage.usable_python((3, 9), str(own_path)) == str(own_path / "python3.13")


def test_an_old_python_alone_is_an_error_with_a_way_out() -> None:
    with pytest.raises(
        stage.SetUpError, match=r"Python >= 3\.11 is needed; python3 is 3\.9"
    ) as caught:
        stage.usable_python((3, 9), "/nowhere")
    assert "https://www.python.org/downloads/" in str(caught.value)


def test_a_python_without_venv_is_an_error_with_a_way_out(repo: Path, tmp_path: Path) -> None:
    """A module of that name that can't be imported stands for a package that isn't installed."""
    missing = tmp_path / "site"
    missing.mkdir()
    (missing / "ensurepip.py").write_text("raise ImportError('not installed')", encoding="utf-8")
    answer = set_up(repo, PYTHONPATH=str(missing))
    assert answer.returncode == 1
    assert "apt install python3-venv" in answer.stderr
    assert "Traceback" not in answer.stderr
    assert not (repo / ".venv").exists()


def test_the_stage_needs_the_standard_library_only(repo: Path) -> None:
    answer = subprocess.run(
        [sys.executable, "-I", "-S", "-c", f"import runpy; runpy.run_path({str(SCRIPT)!r})"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.stderr == ""
