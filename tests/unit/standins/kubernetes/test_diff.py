"""Changes are named by path, all of them and no others."""

import copy
from typing import Any

import pytest
from hypothesis import given

from tests.unit.standins.kubernetes.json_values import mappings
from tools.standins.kubernetes.diff import Path, diff, ignore, parse_path, render_path
from tools.standins.protocol.requests import ChangeKind
from tools.standins.protocol.values import UNKNOWN, Value


def get(value: Value, path: Path) -> Value:
    for part in path:
        value = value[part]
    return value


def apply(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """Make the changes that `diff` names, one by one; list items go from the end."""
    result = copy.deepcopy(old)
    changes = diff(old, new)
    for text, change in changes.items():
        path = parse_path(text)
        parent = get(result, path[:-1])
        if change.kind is ChangeKind.DELETE:
            continue
        if change.kind is ChangeKind.ADD and isinstance(parent, list):
            parent.append(get(new, path))
        else:
            parent[path[-1]] = get(new, path)
    deleted = [parse_path(text) for text, c in changes.items() if c.kind is ChangeKind.DELETE]
    for path in sorted(deleted, key=lambda p: [str(part).zfill(3) for part in p], reverse=True):
        del get(result, path[:-1])[path[-1]]
    return result


@given(mappings())
def test_equal_values_never_differ(value: dict[str, Any]) -> None:
    assert diff(value, copy.deepcopy(value)) == {}


@given(mappings(), mappings())
def test_making_the_named_changes_gives_the_new_value(
    old: dict[str, Any], new: dict[str, Any]
) -> None:
    assert apply(old, new) == new


@given(mappings())
def test_every_path_can_be_read_back(value: dict[str, Any]) -> None:
    for text in diff({}, value) | diff(value, {}):
        assert render_path(parse_path(text)) == text


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (("spec", "ports", 0, "name"), "spec.ports[0].name"),
        (("data", "a.b"), 'data["a.b"]'),
        (("a", 'say "x"'), 'a["say \\"x\\""]'),
    ],
)
def test_paths_are_written_as_pulumi_writes_them(path: Path, text: str) -> None:
    assert render_path(path) == text
    assert parse_path(text) == path


def test_kinds_of_changes() -> None:
    changes = diff({"same": 1, "gone": 1, "changed": 1}, {"same": 1, "new": 1, "changed": 2})
    assert {path: change.kind for path, change in changes.items()} == {
        "gone": ChangeKind.DELETE,
        "new": ChangeKind.ADD,
        "changed": ChangeKind.UPDATE,
    }


def test_a_number_is_no_boolean() -> None:
    assert diff({"a": 1, "b": 0}, {"a": True, "b": False}).keys() == {"a", "b"}


def test_a_null_is_an_absent_value() -> None:
    assert diff({"a": None}, {"b": None}) == {}


def test_a_value_that_is_not_known_yet_counts_as_changed() -> None:
    assert diff({"a": "x"}, {"a": UNKNOWN})["a"].kind is ChangeKind.UPDATE
    assert diff({}, {"a": UNKNOWN})["a"].kind is ChangeKind.ADD


def test_ignored_paths_take_everything_below_with_them() -> None:
    changes = diff({"spec": {"a": [{"b": 1}], "c": 1}}, {"spec": {"a": [{"b": 2}], "c": 2}})
    assert ignore(changes, ["spec.a"]).keys() == {"spec.c"}
    assert ignore(changes, ["spec.a[*].b"]).keys() == {"spec.c"}
    assert ignore(changes, ["spec"]) == {}
    assert ignore(changes, ["spec.a.x", "sp"]).keys() == changes.keys()
