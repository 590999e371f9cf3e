import sys
from pathlib import Path

import pytest

from tools.standins.language_python.interpreter import Interpreter, RuntimeOptionError, choose


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in (".venv", "env"):
        (tmp_path / name / "bin").mkdir(parents=True)
        (tmp_path / name / "bin" / "python").touch()
    return tmp_path


@pytest.mark.parametrize("options", [{}, {"toolchain": "pip"}, {"virtualenv": ""}])
def test_without_a_virtual_environment_the_hosts_own_interpreter_is_used(
    options: dict[str, object], root: Path
) -> None:
    chosen = choose(options, root=root)
    assert chosen == Interpreter(executable=Path(sys.executable))
    assert chosen.is_current


def test_a_relative_virtual_environment_starts_at_the_project(root: Path) -> None:
    chosen = choose({"virtualenv": "env"}, root=root)
    assert chosen.executable == root / "env" / "bin" / "python"
    assert not chosen.is_current


def test_an_absolute_virtual_environment_is_taken_as_it_is(root: Path) -> None:
    chosen = choose({"virtualenv": sys.prefix}, root=root)
    assert chosen.virtualenv == Path(sys.prefix)
    assert chosen.is_current


def test_uv_means_the_folder_that_uv_makes(root: Path) -> None:
    assert choose({"toolchain": "uv"}, root=root).virtualenv == root / ".venv"


def test_a_missing_interpreter_is_an_error(root: Path) -> None:
    with pytest.raises(RuntimeOptionError, match=r"no interpreter at .*/nowhere/bin/python"):
        choose({"virtualenv": "nowhere"}, root=root)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"virtualenvs": "x"}, "allowed are toolchain, typechecker, virtualenv"),
        ({"virtualenv": True}, "must be a string, got True"),
        ({"toolchain": "poetry"}, "pip and uv only"),
    ],
)
def test_an_option_that_cannot_be_followed_is_an_error(
    options: dict[str, object], message: str, root: Path
) -> None:
    with pytest.raises(RuntimeOptionError, match=message):
        choose(options, root=root)


def test_a_virtual_environment_is_activated_for_the_program(root: Path) -> None:
    chosen = choose({"virtualenv": "env"}, root=root)
    environ = chosen.environ({"PATH": "/bin", "PYTHONHOME": "/x", "VIRTUAL_ENV": "/y", "A": "b"})
    assert environ == {
        "PATH": f"{root}/env/bin:/bin",
        "VIRTUAL_ENV": f"{root}/env",
        "A": "b",
    }


def test_the_hosts_own_environment_is_passed_on_unchanged(root: Path) -> None:
    environ = {"PATH": "/bin", "VIRTUAL_ENV": "/y"}
    assert choose({}, root=root).environ(environ) == environ
