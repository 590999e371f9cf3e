"""Strategies for the JSON values of Kubernetes objects."""

from typing import Any

from hypothesis import strategies as st

KEYS = st.text(alphabet='abc.x"[]0\\', min_size=1, max_size=4)
LEAVES = st.booleans() | st.integers(-5, 5) | st.text(alphabet="ab1", max_size=3)


def values() -> st.SearchStrategy[Any]:
    """Any JSON value without nulls."""
    return st.recursive(
        LEAVES,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
        max_leaves=12,
    )


def mappings() -> st.SearchStrategy[dict[str, Any]]:
    """Any JSON object without nulls."""
    return st.dictionaries(KEYS, values(), max_size=4)
