"""Mappings laid over each other."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from components.overlay import overlay

VALUES: st.SearchStrategy[dict[str, Any]] = st.dictionaries(
    st.sampled_from("abc"),
    st.recursive(
        st.integers(), lambda inner: st.dictionaries(st.sampled_from("abc"), inner, max_size=3)
    ),
    max_size=3,
)


def test_are_joined_key_by_key() -> None:
    below = {"a": {"x": 1, "y": {"z": 1}}, "b": [1], "c": 1}
    above = {"a": {"y": {"w": 2}}, "b": [2], "c": {"d": 3}}
    assert overlay(below, above) == {
        "a": {"x": 1, "y": {"z": 1, "w": 2}},
        "b": [2],
        "c": {"d": 3},
    }


@given(VALUES)
def test_nothing_changes_nothing(values: dict[str, Any]) -> None:
    assert overlay(values, {}) == overlay({}, values) == overlay(values, values) == values


@given(VALUES, VALUES)
def test_neither_is_changed_and_the_upper_one_stays_visible(
    below: dict[str, Any], above: dict[str, Any]
) -> None:
    before = repr((below, above))
    joined = overlay(below, above)
    assert repr((below, above)) == before
    assert overlay(joined, above) == joined
