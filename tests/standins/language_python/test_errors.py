"""What the user sees when a program fails: their own code and nothing of the machinery."""

import pytest

from tests.standins.language_python.project import Project

MACHINERY = ("site-packages", "runpy", "asyncio", "language_python/program.py")


def test_an_exception_shows_the_users_frames_only(project: Project) -> None:
    project.write('def fail():\n    raise ValueError("boom")\n', path="lib.py")
    project.write("from lib import fail\n\nfail()\n")
    printed = project.fails("preview")
    assert "Program failed with an unhandled exception" in printed
    assert "ValueError: boom" in printed
    assert f"{project.folder}/__main__.py" in printed
    assert f"{project.folder}/lib.py" in printed
    assert [word for word in MACHINERY if word in printed] == []
    assert "non-zero exit code" not in printed


def test_an_exception_in_a_callback_shows_the_users_frames_only(project: Project) -> None:
    project.write("""
        import pulumi

        def fail(_):
            raise ValueError("boom")

        pulumi.export("never", pulumi.Output.from_input(1).apply(fail))
    """)
    printed = project.fails("up", "--yes", "--skip-preview")
    assert "ValueError: boom" in printed
    assert "in fail" in printed
    assert [word for word in MACHINERY if word in printed] == []


def test_a_run_error_shows_its_message_only(project: Project) -> None:
    project.write("""
        import pulumi

        raise pulumi.RunError("tls.validity is too short")
    """)
    printed = project.fails("preview")
    assert "error: tls.validity is too short" in printed
    assert "Traceback" not in printed


def test_a_syntax_error_names_file_and_line(project: Project) -> None:
    project.write("x = 1\ny = = 2\n")
    printed = project.fails("preview")
    assert f'File "{project.folder}/__main__.py", line 2' in printed
    assert "SyntaxError" in printed


def test_leaving_with_zero_is_a_success(project: Project) -> None:
    project.write("""
        import sys
        import pulumi

        pulumi.export("answer", 42)
        sys.exit(0)
    """)
    project.up()


@pytest.mark.parametrize(("argument", "code"), [("3", "3"), ("'bye'", "1")])
def test_leaving_with_another_code_is_a_failure(project: Project, argument: str, code: str) -> None:
    project.write(f"import sys\nsys.exit({argument})\n")
    assert f"program exited with non-zero exit code: {code}" in project.fails("preview")


def test_a_crash_names_the_signal(project: Project) -> None:
    project.write("import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)\n")
    assert "program was ended by signal 11" in project.fails("preview")


def test_a_missing_program_is_named(project: Project) -> None:
    printed = project.fails("preview")
    assert f"unable to find main python program `__main__.py` in `{project.folder}`" in printed
