"""A LabelSelector matches as Kubernetes' own does."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.doctor.selectors import selects

LABELS = st.dictionaries(st.sampled_from("abc"), st.sampled_from("xyz"))


def expression(key: str, operator: str, *values: str) -> dict[str, Any]:
    return {"matchExpressions": [{"key": key, "operator": operator, "values": list(values)}]}


@given(LABELS)
def test_none_matches_nothing_and_an_empty_one_everything(labels: dict[str, str]) -> None:
    assert not selects(None, labels)
    assert selects({}, labels)


@given(LABELS, LABELS)
def test_every_label_must_be_there(wanted: dict[str, str], labels: dict[str, str]) -> None:
    assert selects({"matchLabels": wanted}, {**labels, **wanted})
    if not wanted.items() <= labels.items():
        assert not selects({"matchLabels": wanted}, labels)


@pytest.mark.parametrize(
    ("selector", "matches"),
    [
        (expression("a", "In", "x", "y"), True),
        (expression("a", "In", "z"), False),
        (expression("a", "NotIn", "z"), True),
        (expression("a", "NotIn", "x"), False),
        (expression("b", "NotIn", "x"), True),
        (expression("a", "Exists"), True),
        (expression("b", "Exists"), False),
        (expression("b", "DoesNotExist"), True),
        (expression("a", "DoesNotExist"), False),
    ],
)
def test_expressions(selector: dict[str, Any], *, matches: bool) -> None:
    assert selects(selector, {"a": "x"}) is matches
