"""Subprocesses find our programs first, and the user's own settings win."""

import os
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from tools.paths import BIN_DIR, PLUGIN_DIR, PULUMI_HOME, STATE_DIR
from tools.toolchain.environment import environment, search_path

FOLDERS = st.lists(st.sampled_from(["/usr/bin", "/bin", str(BIN_DIR), str(PLUGIN_DIR), ""]))


@given(FOLDERS)
def test_our_folders_come_first_and_once(folders: list[str]) -> None:
    found = search_path(os.pathsep.join(folders)).split(os.pathsep)
    assert found[:2] == [str(BIN_DIR), str(PLUGIN_DIR)]
    assert len(found) == len(set(found))
    assert {folder for folder in folders if folder} <= set(found)


@given(FOLDERS)
def test_extending_twice_is_extending_once(folders: list[str]) -> None:
    once = search_path(os.pathsep.join(folders))
    assert search_path(once) == once


def test_without_settings_of_the_user_ours_are_used() -> None:
    variables = environment({"PATH": "/usr/bin"})
    assert variables["PULUMI_HOME"] == str(PULUMI_HOME)
    assert variables["PULUMI_BACKEND_URL"] == f"file://{STATE_DIR}"
    assert variables["PULUMI_CONFIG_PASSPHRASE"] == ""
    assert variables["PULUMI_SKIP_UPDATE_CHECK"] == "true"


def test_a_backend_and_a_passphrase_of_the_user_stay() -> None:
    own = {"PULUMI_BACKEND_URL": "s3://states", "PULUMI_CONFIG_PASSPHRASE": "of the user"}
    variables = environment(own)
    assert {name: variables[name] for name in own} == own


def test_a_passphrase_file_of_the_user_is_not_overruled() -> None:
    variables = environment({"PULUMI_CONFIG_PASSPHRASE_FILE": "/run/passphrase"})
    assert "PULUMI_CONFIG_PASSPHRASE" not in variables


def test_a_folder_of_one_s_own_is_taken_whatever_the_shell_is_set_to(tmp_path: Path) -> None:
    variables = environment(
        {
            "PULUMI_BACKEND_URL": "s3://states",
            "PULUMI_CONFIG_PASSPHRASE": "of the user",
            "PULUMI_CONFIG_PASSPHRASE_FILE": "/run/passphrase",
        },
        state_dir=tmp_path / "a state",
    )
    assert variables["PULUMI_BACKEND_URL"] == f"file://{tmp_path}/a%20state"
    assert variables["PULUMI_CONFIG_PASSPHRASE"] == ""
    assert "PULUMI_CONFIG_PASSPHRASE_FILE" not in variables


def test_plug_ins_on_path_are_never_hidden() -> None:
    variables = environment({"PULUMI_IGNORE_AMBIENT_PLUGINS": "true"})
    assert "PULUMI_IGNORE_AMBIENT_PLUGINS" not in variables


def test_what_is_extended_stays_as_it_was() -> None:
    base = {"PATH": "/usr/bin", "PULUMI_IGNORE_AMBIENT_PLUGINS": "1"}
    environment(base)
    assert base == {"PATH": "/usr/bin", "PULUMI_IGNORE_AMBIENT_PLUGINS": "1"}
