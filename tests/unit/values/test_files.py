"""Values files are written where ours were, and nowhere else."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from tools.errors import UserError
from tools.values.files import HEADER, contents, write

VALUES: dict[str, dict[str, Any]] = {
    "llm-d": {
        "router-a": {"router": {"monitoring": {"interval": "10s"}}},
        "ms-llm-d": {"decode": {}},
    },
    "llm-d-pd": {"gaie-pd": {"inferenceExtension": {}}},
}
TEXTS = contents(VALUES)


def test_each_chart_has_a_file_below_its_namespace() -> None:
    assert {str(path) for path in TEXTS} == {
        "llm-d/router-a/values.yaml",
        "llm-d/ms-llm-d/values.yaml",
        "llm-d-pd/gaie-pd/values.yaml",
    }


def test_a_file_says_who_made_it_and_holds_the_values(tmp_path: Path) -> None:
    write(TEXTS, tmp_path)
    text = (tmp_path / "llm-d" / "router-a" / "values.yaml").read_text(encoding="utf-8")
    assert text.startswith(HEADER)
    assert yaml.safe_load(text) == VALUES["llm-d"]["router-a"]


def test_only_files_that_differ_are_written(tmp_path: Path) -> None:
    assert len(write(TEXTS, tmp_path)) == 3
    assert write(TEXTS, tmp_path) == ()
    changed = {**VALUES, "llm-d-pd": {"gaie-pd": {"inferenceExtension": {"monitoring": {}}}}}
    assert write(contents(changed), tmp_path) == (
        tmp_path / "llm-d-pd" / "gaie-pd" / "values.yaml",
    )


def test_nothing_else_is_left_in_the_folder(tmp_path: Path) -> None:
    write(TEXTS, tmp_path)
    assert {path.name for path in tmp_path.rglob("*") if path.is_file()} == {"values.yaml"}


def test_a_file_of_somebody_else_is_named_and_kept(tmp_path: Path) -> None:
    theirs = tmp_path / "llm-d" / "ms-llm-d" / "values.yaml"
    theirs.parent.mkdir(parents=True)
    theirs.write_text("decode: {replicas: 8}\n", encoding="utf-8")
    with pytest.raises(UserError, match=r"ms-llm-d/values\.yaml: not made by this command"):
        write(TEXTS, tmp_path)
    assert theirs.read_text(encoding="utf-8") == "decode: {replicas: 8}\n"
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [theirs]


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(UserError, match="can't be written"):
        write(TEXTS, tmp_path / "file")
