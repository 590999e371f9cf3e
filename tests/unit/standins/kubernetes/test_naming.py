"""Names that a program leaves open."""

import re

from hypothesis import given
from hypothesis import strategies as st

from tools.standins.kubernetes.naming import is_autonamed, is_named, unique_name, with_name
from tools.standins.protocol.values import UNKNOWN


@given(st.binary(min_size=1))
def test_the_same_seed_gives_the_same_name(seed: bytes) -> None:
    name = unique_name("app-", seed)
    assert name == unique_name("app-", seed)
    assert re.fullmatch("app-[0-9a-f]{8}", name)


def test_without_a_seed_names_differ() -> None:
    assert unique_name("app-", b"") != unique_name("app-", b"")


def test_a_made_name_is_marked() -> None:
    named = with_name({"metadata": {"labels": {"a": "b"}}}, "x")
    assert is_named(named)
    assert is_autonamed(named)
    assert named["metadata"]["labels"] == {"a": "b"}


def test_a_name_that_is_not_known_yet_is_a_name() -> None:
    assert is_named({"metadata": {"name": UNKNOWN}})
    assert is_named({"metadata": UNKNOWN})
    assert not is_named({"metadata": {}})
    assert not is_named({})
