"""What is secret in the inputs is secret in the outputs."""

from typing import Any

from hypothesis import given

from tests.unit.standins.kubernetes.json_values import mappings
from tools.standins.kubernetes.secrecy import mark_like
from tools.standins.protocol.values import Secret, contains_secret, reveal


@given(mappings(), mappings())
def test_marks_change_no_value(outputs: dict[str, Any], inputs: dict[str, Any]) -> None:
    assert reveal(mark_like(outputs, inputs)) == outputs


@given(mappings())
def test_without_secrets_there_are_no_marks(outputs: dict[str, Any]) -> None:
    assert not contains_secret(mark_like(outputs, outputs))


def test_mappings_are_marked_leaf_by_leaf() -> None:
    marked = mark_like({"a": {"b": 1, "c": 2}}, {"a": {"b": Secret(1), "c": 2}})
    assert marked == {"a": {"b": Secret(1), "c": 2}}


def test_a_list_with_a_secret_is_secret_as_a_whole() -> None:
    assert mark_like({"a": ["x", "y"]}, {"a": [Secret("y"), "x"]}) == {"a": Secret(["x", "y"])}


def test_the_data_of_a_secret_is_secret_wherever_it_appears() -> None:
    secret = {"kind": "Secret", "data": {"a": "eA=="}, "stringData": {"b": "x"}}
    for marked in (mark_like(secret, {}), mark_like({"nested": secret}, {})["nested"]):
        assert marked["data"] == Secret({"a": "eA=="})
        assert marked["stringData"] == Secret({"b": "x"})


def test_other_fields_of_a_secret_keep_their_marks_too() -> None:
    secret = {"kind": "Secret", "metadata": {"labels": {"a": "x"}}, "data": {}}
    marked = mark_like(secret, {"metadata": {"labels": {"a": Secret("x")}}})
    assert marked["metadata"]["labels"]["a"] == Secret("x")
