"""`runtime.options` of Pulumi.yaml chooses the interpreter."""

import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from tests.standins.language_python.project import Project

WHO = """
import os, sys
import pulumi

pulumi.export("seen", [sys.prefix, os.environ.get("VIRTUAL_ENV")])
"""


def make_virtualenv(folder: Path, *, with_sdk: bool) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    if with_sdk:
        packages = Path(sysconfig.get_path("purelib", vars={"base": str(folder)}))
        (packages / "shared.pth").write_text(sysconfig.get_path("purelib"))


def test_the_virtual_environment_of_the_project_runs_the_program(project: Project) -> None:
    make_virtualenv(project.folder / "env", with_sdk=True)
    project.describe(options={"virtualenv": "env"})
    project.write(WHO)
    project.up()
    folder = str(project.folder / "env")
    assert project.outputs()["seen"] == [folder, folder]
    assert f"{folder}/bin/python" in project.pulumi("about")


def test_a_missing_virtual_environment_is_named_with_a_way_out(project: Project) -> None:
    project.describe(options={"virtualenv": "env"})
    project.write(WHO)
    printed = project.fails("preview")
    assert f"no interpreter at {project.folder}/env/bin/python" in printed
    assert f"python3 -m venv {project.folder}/env" in printed


def test_a_virtual_environment_without_the_sdk_is_named(project: Project) -> None:
    make_virtualenv(project.folder / "env", with_sdk=False)
    project.describe(options={"virtualenv": "env"})
    project.write(WHO)
    printed = project.fails("preview")
    assert f"can't be imported by {project.folder}/env/bin/python" in printed
    assert "Traceback" not in printed


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"toolchain": "poetry"}, "'toolchain' is 'poetry'"),
        ({"virtualenvs": "x"}, "'virtualenvs' is unknown; allowed are"),
        ({"virtualenv": 3}, "'virtualenv' must be a string, got 3"),
    ],
)
def test_an_option_that_cannot_be_followed_is_refused(
    project: Project, options: dict[str, object], message: str
) -> None:
    project.describe(options=options)
    project.write(WHO)
    assert message in project.fails("preview")
