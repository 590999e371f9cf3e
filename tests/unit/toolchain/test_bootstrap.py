"""The whole set-up: what is chosen, in which order, and what the second run does."""

import io
import os
import subprocess
from pathlib import Path

import pytest
from rich.console import Console

from tests.unit.toolchain.conftest import write_program
from tools.errors import UserError
from tools.toolchain.bootstrap import CHOICES, bootstrap, chosen, write_shell_files
from tools.toolchain.inventory import inventory
from tools.toolchain.parts import PARTS
from tools.toolchain.pins import pin_of
from tools.toolchain.plugins import PLUGINS
from tools.toolchain.workshop import Workshop


def test_up_needs_no_part_of_the_live_tests() -> None:
    assert set(CHOICES) - set(chosen((), live=False)) == {
        "alertmanager",
        "kubectl",
        "prometheus",
        "prometheus-operator",
    }
    assert chosen((), live=True) == CHOICES


def test_parts_are_made_in_their_own_order() -> None:
    assert chosen(("plugins", "helm", "pulumi"), live=False) == ("pulumi", "helm", "plugins")


def test_an_unknown_part_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(UserError, match="There is no part nothing, never") as caught:
        chosen(("nothing", "helm", "never"), live=False)
    assert "pulumi, helm, etcd" in caught.value.next_step


@pytest.fixture
def equipped(monkeypatch: pytest.MonkeyPatch, own_path: Path, tmp_path: Path) -> Workshop:
    """A machine on which everything is installed, and a fresh folder for the tool chain."""
    for part in PARTS:
        for program in part.programs:
            write_program(own_path / program.name, str(pin_of(part).version))
    for plugin in PLUGINS:
        write_program(own_path / plugin.executable, "1.0.0")
    monkeypatch.setenv("PATH", f"{own_path}:{os.environ['PATH']}")
    return Workshop(root=tmp_path / "tools", chart_crds=tmp_path / "crds")


def run(workshop: Workshop) -> str:
    out = io.StringIO()
    bootstrap(
        chosen((), live=True),
        offline=True,
        console=Console(file=out, width=200),
        workshop=workshop,
    )
    return out.getvalue()


@pytest.fixture
def no_hook(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Leaves the activate script of the environment that runs the tests alone."""
    monkeypatch.setattr("tools.toolchain.bootstrap.VENV_DIR", tmp_path / "venv")


@pytest.mark.usefixtures("no_hook")
def test_everything_is_told_part_by_part_and_the_second_run_is_silent(equipped: Workshop) -> None:
    said = run(equipped)
    total = len(CHOICES)
    assert f"[1/{total}] pulumi: 3.259.0 from PATH" in said
    assert f"[{total - 1}/{total}] kwok-stages: 5 files" in said
    before = {path: path.lstat().st_mtime_ns for path in equipped.root.rglob("*")}
    assert run(equipped) == ""
    # Only what stands for the lock may be touched.
    after = {path: path.lstat().st_mtime_ns for path in equipped.root.rglob("*")}
    changed = {
        path.name for path in before.keys() | after.keys() if before.get(path) != after.get(path)
    }
    assert changed <= {"set-up.lock", "set-up.owner", "tmp"}


@pytest.mark.usefixtures("no_hook")
def test_the_table_shows_each_part_with_its_source(equipped: Workshop) -> None:
    missing = inventory(equipped, os.environ)
    run(equipped)
    rows = {row.name: row for row in inventory(equipped, os.environ)}
    assert {row.name for row in missing if not row.found} == {
        row.name for row in missing if row.name not in {plugin.executable for plugin in PLUGINS}
    }
    assert rows["kube-apiserver"].found == rows["kube-apiserver"].pinned
    assert rows["kube-apiserver"].source.startswith("PATH: ")
    assert rows["crds"].source.startswith("Go module: ")
    assert rows["pulumi-resource-tls"].source.startswith("PATH: ")


def test_the_shell_file_sets_what_a_subprocess_gets(workshop: Workshop, tmp_path: Path) -> None:
    venv = tmp_path / "venv"
    (venv / "bin").mkdir(parents=True)
    (venv / "bin" / "activate").write_text("deactivate () {\n    :\n}\n", encoding="utf-8")
    for _ in range(2):
        write_shell_files(workshop, venv)
    answer = subprocess.run(
        ["/bin/sh", "-c", f'. "{venv}/bin/activate"; echo "$PULUMI_HOME"; echo "$PATH"'],
        env={"PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    home, path = answer.stdout.splitlines()
    assert home == str(workshop.pulumi_home)
    assert path.split(":") == [
        *(str(folder) for folder in (workshop.bin, workshop.plugins, venv / "bin")),
        "/usr/bin",
        "/bin",
    ]
