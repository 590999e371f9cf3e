import os
import sys
from pathlib import Path

import pytest

from benchmarks.programs import Shell
from tools.errors import UserError


def shell(folder: Path) -> Shell:
    return Shell(folder=folder, environ=dict(os.environ))


def test_what_a_program_prints_is_returned(tmp_path: Path) -> None:
    assert shell(tmp_path).run(sys.executable, "-c", "import os; print(os.getcwd())") == (
        f"{tmp_path}\n"
    )


def test_a_failure_shows_the_programs_last_words(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"(?s)exit code 1\):.*no such thing"):
        shell(tmp_path).run(sys.executable, "-c", "import sys; sys.exit('no such thing')")


def test_a_missing_program_is_named_with_the_way_to_it(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"(?s)there-is-none is missing.*make setup"):
        shell(tmp_path).run("there-is-none")
