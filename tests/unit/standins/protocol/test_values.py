"""Property values survive the way to the engine and back."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.standins.protocol.stubs import struct_pb2
from tools.standins.protocol.values import (
    OUTPUT_SIGNATURE,
    SIGNATURE_KEY,
    UNKNOWN,
    Secret,
    contains_secret,
    contains_unknown,
    decode,
    encode,
    known,
    reveal,
    secret,
)

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(min_value=-(2**53), max_value=2**53)
    | st.floats(allow_nan=False, allow_infinity=False).filter(lambda x: not x.is_integer())
    | st.text()
    | st.just(UNKNOWN)
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=8), inner, max_size=4)
        | inner.map(secret)
    ),
    max_leaves=20,
)
PROPERTIES = st.dictionaries(st.text(max_size=8), VALUES, max_size=5)


@given(PROPERTIES)
def test_every_value_survives_the_round_trip(properties: dict[str, Any]) -> None:
    assert decode(encode(properties)) == properties


@given(PROPERTIES)
def test_revealed_values_hold_no_secret(properties: dict[str, Any]) -> None:
    assert not contains_secret(reveal(properties))


@given(PROPERTIES)
def test_known_values_hold_no_unknown(properties: dict[str, Any]) -> None:
    assert not contains_unknown(known(properties))


def test_a_secret_hides_itself_from_repr() -> None:
    assert "hunter2" not in repr({"password": Secret("hunter2")})


def test_a_secret_of_a_secret_is_one_secret() -> None:
    assert secret(secret("x")) == Secret("x")


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"value": "x"}, "x"),
        ({"value": "x", "secret": True}, Secret("x")),
        ({}, UNKNOWN),
        ({"secret": True, "dependencies": ["urn"]}, Secret(UNKNOWN)),
    ],
)
def test_output_values_lose_only_their_dependencies(
    fields: dict[str, Any], expected: object
) -> None:
    struct = struct_pb2.Struct()
    struct.update({"p": {SIGNATURE_KEY: OUTPUT_SIGNATURE, **fields}})
    assert decode(struct) == {"p": expected}


def test_whole_numbers_are_integers_as_kubernetes_wants_them() -> None:
    struct = struct_pb2.Struct()
    struct.update({"replicas": 3})
    assert repr(decode(struct)["replicas"]) == "3"
