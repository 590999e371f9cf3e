"""The settings of a stack, read from its file."""

from pathlib import Path

import pytest

from tools.errors import UserError
from tools.preview.recording.configuration import stack_names
from tools.values.stack_file import read_configuration

PROD = """
config:
  llmd-monitoring:release: "0123"
  llmd-monitoring:grafana:
    adminPassword:
      secure: v1:canary
  llmd-monitoring:models:
    - namespace: llm-d
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "Pulumi.prod.yaml").write_text(PROD, encoding="utf-8")
    (tmp_path / "Pulumi.empty.yaml").write_text("", encoding="utf-8")
    return tmp_path


def test_stacks_are_those_with_a_file(folder: Path) -> None:
    assert stack_names(folder) == ("empty", "prod")


def test_values_are_as_the_engine_hands_them_over(folder: Path) -> None:
    values, _ = read_configuration(folder, "prod")
    assert values["llmd-monitoring:release"] == "0123"
    assert values["llmd-monitoring:models"] == '[{"namespace": "llm-d"}]'


def test_an_encrypted_value_stays_so_and_is_known_to_be_one(folder: Path) -> None:
    values, hidden = read_configuration(folder, "prod")
    assert "canary" not in str(values)
    assert hidden == {"llmd-monitoring:grafana"}


def test_an_empty_file_is_a_stack_with_every_default(folder: Path) -> None:
    assert read_configuration(folder, "empty") == ({}, frozenset())


@pytest.mark.parametrize("stack", ["production", "../prod", ""])
def test_an_unknown_stack_is_told_with_those_that_there_are(folder: Path, stack: str) -> None:
    with pytest.raises(UserError, match="allowed: empty, prod"):
        read_configuration(folder, stack)


@pytest.mark.parametrize("text", ["config: [", "- a", "config: 7", "config: [a]", "7"])
def test_a_file_that_is_none_is_told(folder: Path, text: str) -> None:
    (folder / "Pulumi.prod.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(UserError, match=r"Pulumi\.prod\.yaml is no stack file"):
        read_configuration(folder, "prod")


def test_a_file_that_is_no_text_is_told(folder: Path) -> None:
    (folder / "Pulumi.prod.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UserError, match="is no stack file"):
        read_configuration(folder, "prod")
