import runpy
from pathlib import Path

from tools.standins.language_python.program import user_traceback


def failing(path: Path) -> Exception:
    try:
        runpy.run_path(str(path))
    except Exception as error:  # noqa: BLE001
        return error
    raise AssertionError(path)


def test_a_traceback_starts_at_the_first_frame_in_the_programs_folder(tmp_path: Path) -> None:
    program = tmp_path / "__main__.py"
    program.write_text("import json\njson.loads('{')\n")
    shown = user_traceback(failing(program), tmp_path)
    assert shown.splitlines()[1] == f'  File "{program}", line 2, in <module>'
    assert "runpy" not in shown
    assert "JSONDecodeError" in shown


def test_a_cause_is_shown_too(tmp_path: Path) -> None:
    program = tmp_path / "__main__.py"
    program.write_text(
        "try:\n    1 / 0\nexcept ZeroDivisionError as e:\n    raise KeyError from e\n"
    )
    shown = user_traceback(failing(program), tmp_path)
    assert "ZeroDivisionError" in shown
    assert "KeyError" in shown


def test_a_failure_elsewhere_is_shown_whole(tmp_path: Path) -> None:
    program = tmp_path / "__main__.py"
    program.write_text("1 / 0\n")
    assert "runpy" in user_traceback(failing(program), tmp_path / "other")
