"""Official plug-ins win over our stand-ins, wherever and whenever they turn up."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.unit.toolchain.conftest import Told, write_program
from tools.errors import UserError
from tools.paths import BIN_DIR, REPO
from tools.toolchain.environment import environment
from tools.toolchain.plugins import (
    PLUGINS,
    Choice,
    Plugin,
    Provided,
    choice,
    provide_plugin,
    stand_in_script,
    where_from,
)
from tools.toolchain.versions import Version
from tools.toolchain.workshop import Workshop

LANGUAGE, KUBERNETES, TLS = PLUGINS


def provide(plugin: Plugin, workshop: Workshop, **variables: str) -> Provided:
    return provide_plugin(plugin, workshop, {"PATH": "/nowhere", **variables}, None, Told())


def cached(home: Path, plugin: Plugin, version: Version | str) -> Path:
    """A plug-in as `pulumi plugin install` leaves it."""
    folder = home / "plugins" / f"{plugin.kind}-{plugin.name}-v{version}"
    write_program(folder / plugin.executable, str(version))
    (folder.parent / f"{folder.name}.lock").touch()
    return folder


def another_patch(plugin: Plugin) -> Version:
    assert plugin.version is not None
    return Version(plugin.version.major, plugin.version.minor, plugin.version.patch + 7)


@pytest.mark.parametrize("plugin", PLUGINS, ids=lambda plugin: plugin.executable)
def test_without_an_official_one_our_stand_in_serves(plugin: Plugin, workshop: Workshop) -> None:
    assert provide(plugin, workshop).source == "stand-in"
    script = workshop.plugins / plugin.executable
    assert script.read_text(encoding="utf-8").splitlines() == [
        "#!/bin/sh",
        f'exec {REPO}/.venv/bin/python -m tools.standins.{plugin.stand_in} "$@"',
    ]
    assert os.access(script, os.X_OK)


@pytest.mark.parametrize("plugin", PLUGINS, ids=lambda plugin: plugin.executable)
def test_an_official_one_on_path_replaces_the_stand_in(
    plugin: Plugin, workshop: Workshop, own_path: Path
) -> None:
    provide(plugin, workshop)
    official = write_program(own_path / plugin.executable, "1.0.0")
    provided = provide(plugin, workshop, PATH=str(own_path))
    assert (provided.source, provided.detail) == ("PATH", str(official))
    assert not (workshop.plugins / plugin.executable).exists()
    official.unlink()
    assert provide(plugin, workshop, PATH=str(own_path)).source == "stand-in"


def test_our_own_stand_in_on_path_is_not_an_official_one(workshop: Workshop) -> None:
    provide(KUBERNETES, workshop)
    assert provide(KUBERNETES, workshop, PATH=str(workshop.plugins)).source == "stand-in"


def test_a_stand_in_of_another_clone_is_not_an_official_one(
    workshop: Workshop, own_path: Path, tmp_path: Path
) -> None:
    clone = write_program(tmp_path / "clone" / KUBERNETES.executable, "1.0.0")
    clone.write_text(stand_in_script(KUBERNETES), encoding="utf-8")
    path = f"{clone.parent}:{own_path}"
    assert provide(KUBERNETES, workshop, PATH=path).source == "stand-in"
    official = write_program(own_path / KUBERNETES.executable, "1.0.0")
    assert provide(KUBERNETES, workshop, PATH=path).detail == str(official)


def test_a_language_host_beside_the_linked_pulumi_is_the_official_one(
    workshop: Workshop, tmp_path: Path
) -> None:
    """Pulumi looks beside its own real file, so PATH needn't hold it."""
    pulumi = write_program(tmp_path / "pulumi-sdk" / "pulumi", "3.300.0")
    write_program(pulumi.parent / LANGUAGE.executable, "3.300.0")
    workshop.bin.mkdir(parents=True)
    (workshop.bin / "pulumi").symlink_to(pulumi)
    assert provide(LANGUAGE, workshop).source == "with pulumi"
    assert not (workshop.plugins / LANGUAGE.executable).exists()


@pytest.mark.parametrize("plugin", [KUBERNETES, TLS], ids=lambda plugin: plugin.name)
def test_the_wanted_version_in_the_users_plug_in_folder_is_shared(
    plugin: Plugin, workshop: Workshop, tmp_path: Path
) -> None:
    provide(plugin, workshop)
    assert plugin.version is not None
    folder = cached(tmp_path / ".pulumi", plugin, plugin.version)
    provided = provide(plugin, workshop, HOME=str(tmp_path))
    assert (provided.source, provided.detail) == ("plug-in folder", str(folder))
    shared = workshop.pulumi_home / "plugins" / folder.name
    assert not shared.is_symlink(), "Pulumi overlooks links to folders"
    assert (shared / plugin.executable).resolve() == folder / plugin.executable
    assert not (workshop.plugins / plugin.executable).exists()


def test_another_version_of_the_same_major_goes_on_path(workshop: Workshop, tmp_path: Path) -> None:
    """Out of its plug-in folder Pulumi would take the exact version only."""
    folder = cached(tmp_path / ".pulumi", KUBERNETES, another_patch(KUBERNETES))
    provided = provide(KUBERNETES, workshop, PULUMI_HOME=str(tmp_path / ".pulumi"))
    assert provided.version == another_patch(KUBERNETES)
    ambient = workshop.plugins / KUBERNETES.executable
    assert ambient.readlink() == folder / KUBERNETES.executable


def test_another_major_version_does_not_do(workshop: Workshop, tmp_path: Path) -> None:
    cached(tmp_path / ".pulumi", KUBERNETES, "3.30.2")
    assert provide(KUBERNETES, workshop, HOME=str(tmp_path)).source == "stand-in"


def test_a_plug_in_folder_that_vanishes_is_replaced(workshop: Workshop, tmp_path: Path) -> None:
    folder = cached(tmp_path / ".pulumi", KUBERNETES, another_patch(KUBERNETES))
    provide(KUBERNETES, workshop, HOME=str(tmp_path))
    (folder / KUBERNETES.executable).unlink()
    assert provide(KUBERNETES, workshop, HOME=str(tmp_path)).source == "stand-in"
    script = workshop.plugins / KUBERNETES.executable
    assert script.read_text(encoding="utf-8") == stand_in_script(KUBERNETES)
    assert not script.is_symlink()


def test_the_stand_in_can_be_demanded(workshop: Workshop, own_path: Path) -> None:
    write_program(own_path / TLS.executable, "5.0.0")
    provided = provide(TLS, workshop, PATH=str(own_path), LLMD_PLUGINS="stand-in")
    assert provided.source == "stand-in"


def test_the_official_one_can_be_demanded(workshop: Workshop, own_path: Path) -> None:
    with pytest.raises(UserError, match="neither on PATH nor in") as caught:
        provide(TLS, workshop, LLMD_PLUGINS="official")
    assert "https://www.pulumi.com/docs/install/" in caught.value.next_step
    write_program(own_path / TLS.executable, "5.0.0")
    found = provide(TLS, workshop, PATH=str(own_path), LLMD_PLUGINS="official")
    assert found.source == "PATH"


def test_another_demand_is_refused_with_what_is_allowed() -> None:
    assert choice({}) is Choice.AUTO
    with pytest.raises(UserError, match="'mine'; allowed are auto, official, stand-in"):
        choice({"LLMD_PLUGINS": "mine"})


def test_looking_changes_nothing(workshop: Workshop, own_path: Path) -> None:
    variables = {"PATH": str(own_path)}
    assert where_from(TLS, workshop, variables) is None
    assert not workshop.root.exists()
    provide(TLS, workshop)
    found = where_from(TLS, workshop, variables)
    assert found is not None
    assert found.source == "stand-in"


def test_pulumi_itself_sees_the_shared_plug_in(workshop: Workshop, tmp_path: Path) -> None:
    """The real `pulumi` lists what we share, so its rules for plug-in folders are met."""
    assert KUBERNETES.version is not None
    cached(tmp_path / ".pulumi", KUBERNETES, KUBERNETES.version)
    provide(KUBERNETES, workshop, HOME=str(tmp_path))
    answer = subprocess.run(
        [BIN_DIR / "pulumi", "plugin", "ls"],
        env=environment(state_dir=tmp_path / "state", pulumi_home=workshop.pulumi_home),
        capture_output=True,
        text=True,
        check=True,
    )
    assert f"kubernetes  resource  {KUBERNETES.version}" in answer.stdout
