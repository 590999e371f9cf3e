"""A live object is reduced to what a program declares."""

from typing import Any

from hypothesis import given

from tests.unit.standins.kubernetes.json_values import mappings
from tools.standins.kubernetes.diff import diff
from tools.standins.kubernetes.pruning import keep_what_did_not_drift, prune
from tools.standins.protocol.requests import ChangeKind


@given(mappings(), mappings())
def test_nothing_undeclared_stays(live: dict[str, Any], declared: dict[str, Any]) -> None:
    pruned = prune(live, declared)
    assert pruned.keys() <= declared.keys()
    kinds = {change.kind for change in diff(pruned, live).values()}
    assert kinds <= {ChangeKind.ADD}


@given(mappings())
def test_defaults_of_the_server_are_no_drift(declared: dict[str, Any]) -> None:
    live = {**declared, "status": {"phase": "Active"}}
    assert keep_what_did_not_drift(declared, live, live) == declared


@given(mappings(), mappings())
def test_a_live_object_that_did_not_change_leaves_the_inputs_as_they_are(
    declared: dict[str, Any], live: dict[str, Any]
) -> None:
    assert diff(declared, keep_what_did_not_drift(declared, live, live)) == {}


def test_a_value_that_the_server_spells_differently_did_not_drift() -> None:
    declared = {"cpu": 0.5, "hostNetwork": False, "list": [{"a": "1024Mi"}]}
    live = {"cpu": "500m", "list": [{"a": "1Gi", "default": 1}]}
    assert keep_what_did_not_drift(declared, live, live) == declared


def test_drift_is_seen() -> None:
    declared = {"cpu": 0.5, "labels": {"a": "1", "b": "1"}, "list": ["x", "y"]}
    before = {"cpu": "500m", "labels": {"a": "1", "b": "1"}, "list": ["x", "y"]}
    now = {"cpu": "1", "labels": {"a": "2", "c": "3"}, "list": ["x", "z"]}
    assert keep_what_did_not_drift(declared, before, now) == {
        "cpu": "1",
        "labels": {"a": "2"},
        "list": ["x", "z"],
    }
