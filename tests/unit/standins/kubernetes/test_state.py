"""What is kept of an object between two runs."""

from typing import Any

from hypothesis import given

from tests.unit.standins.kubernetes.json_values import mappings
from tools.standins.kubernetes.state import checkpoint, from_object, read_checkpoint, to_object
from tools.standins.protocol.values import Secret, contains_secret


@given(mappings(), mappings())
def test_a_state_can_be_taken_apart_again(inputs: dict[str, Any], live: dict[str, Any]) -> None:
    state = checkpoint(
        inputs=inputs, live=live, marks={}, initial_api_version="v1", field_manager="m"
    )
    known = read_checkpoint(state)
    assert (known.inputs, known.live) == (inputs, live)
    assert (known.initial_api_version, known.field_manager) == ("v1", "m")


def test_secrets_stay_secret_in_inputs_and_outputs() -> None:
    obj = {"data": {"a": "x"}}
    state = checkpoint(
        inputs=obj,
        live=obj,
        marks={"data": {"a": Secret("x")}},
        initial_api_version="v1",
        field_manager="m",
    )
    assert contains_secret(state["data"])
    assert contains_secret(state["__inputs"])
    assert read_checkpoint(state).live == obj


def test_dashed_fields_of_schemas_are_spelt_with_underscores_outside() -> None:
    obj = {"schema": [{"x-kubernetes-int-or-string": True}]}
    properties = {"schema": [{"x_kubernetes_int_or_string": True}]}
    assert from_object(obj) == properties
    assert to_object(properties) == obj
