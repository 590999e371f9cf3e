"""A release's inputs are completed as the official plug-in completes them."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from tests.unit.standins.kubernetes.json_values import mappings
from tools.standins.kubernetes.release.arguments import complete, merge_values, read_arguments
from tools.standins.protocol.errors import ProviderError
from tools.standins.protocol.values import SIGNATURE_KEY, UNKNOWN, Properties, Secret

ASSET = {SIGNATURE_KEY: "c44067f5952c0a294b673a41bacd8c17"}


def completed(inputs: Properties, olds: Properties | None = None) -> Properties:
    return complete(inputs, olds or {}, name="made-1", namespace="ns")


def test_names_are_made_once() -> None:
    assert completed({"chart": "c"})["name"] == "made-1"
    assert completed({"chart": "c"}, {"name": "made-0"})["name"] == "made-0"
    assert completed({"chart": "c", "name": "own"}, {"name": "made-0"})["name"] == "own"


def test_defaults_are_those_of_the_official_plug_in() -> None:
    inputs = completed({"chart": "c"})
    assert (inputs["namespace"], inputs["timeout"], inputs["values"]) == ("ns", 300, {})
    assert inputs["atomic"] is inputs["skipAwait"] is False
    assert "maxHistory" not in inputs


def test_who_does_not_wait_has_no_time_out() -> None:
    assert "timeout" not in completed({"chart": "c", "skipAwait": True})


def test_completing_twice_changes_nothing() -> None:
    once = completed({"chart": "c", "values": {"a": Secret("x"), "b": UNKNOWN}})
    assert completed(once) == once


def test_values_files_lie_below_the_values(tmp_path: Path) -> None:
    (tmp_path / "values.yaml").write_text("a: {b: 1, c: 2}\n")
    files = [{**ASSET, "path": str(tmp_path / "values.yaml")}, {**ASSET, "text": "a: {c: 3}"}]
    inputs = completed({"chart": "c", "valueYamlFiles": files, "values": {"a": {"b": 9}}})
    assert inputs["values"] == {"a": {"b": 9, "c": 3}}
    assert "valueYamlFiles" not in inputs


@pytest.mark.parametrize(
    ("file", "message"),
    [
        ({**ASSET, "path": "no/such.yaml"}, r"no/such\.yaml can't be read"),
        ({**ASSET, "text": "a: ["}, "not valid YAML"),
        ({**ASSET, "text": "- a"}, "holds no mapping"),
        ("values.yaml", "expected a list of assets"),
    ],
)
def test_values_files_that_can_not_be_used(file: object, message: str) -> None:
    with pytest.raises(ProviderError, match=message):
        completed({"chart": "c", "valueYamlFiles": [file]})


@given(mappings(), mappings())
def test_merged_values_hold_everything_of_the_upper_ones(
    base: dict[str, Any], over: dict[str, Any]
) -> None:
    merged = merge_values(base, over)
    assert merged.keys() == base.keys() | over.keys()
    assert merge_values(merged, over) == merged


def test_a_null_stays_as_helm_deletes_defaults_by_it() -> None:
    assert merge_values({"a": 1}, {"a": None}) == {"a": None}


def test_arguments_never_show_their_values() -> None:
    arguments = read_arguments({"name": "n", "namespace": "ns", "values": {"p": Secret("hunter2")}})
    assert arguments.values == {"p": "hunter2"}
    assert repr(arguments) == "Arguments(ns/n)"
