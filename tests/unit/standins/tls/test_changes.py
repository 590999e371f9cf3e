from tools.standins.protocol.requests import ChangeKind
from tools.standins.protocol.values import UNKNOWN, Secret, Value
from tools.standins.tls.changes import compare


def kinds(old: Value, new: Value) -> dict[str, ChangeKind]:
    return {path: change.kind for path, change in compare(old, new, "x", replace=True).items()}


def test_equal_values_do_not_differ() -> None:
    value = {"a": [1, {"b": None}], "c": Secret("s")}
    assert kinds(value, value) == {}


def test_a_secret_mark_is_no_change() -> None:
    assert kinds(Secret("s"), "s") == {}


def test_a_value_is_added_removed_or_updated() -> None:
    assert kinds(None, 1) == {"x": ChangeKind.ADD}
    assert kinds(1, None) == {"x": ChangeKind.DELETE}
    assert kinds(1, 2) == {"x": ChangeKind.UPDATE}


def test_an_unknown_value_is_an_update() -> None:
    assert kinds("a", UNKNOWN) == {"x": ChangeKind.UPDATE}


def test_lists_differ_by_position() -> None:
    assert kinds(["a", "b"], ["a", "c", "d"]) == {
        "x[1]": ChangeKind.UPDATE,
        "x[2]": ChangeKind.ADD,
    }
    assert kinds(["a", "b"], ["a"]) == {"x[1]": ChangeKind.DELETE}


def test_objects_differ_by_key() -> None:
    old, new = {"a": "1", "b": "2"}, {"a": "0", "c": "3"}
    assert kinds(old, new) == {
        "x.a": ChangeKind.UPDATE,
        "x.b": ChangeKind.DELETE,
        "x.c": ChangeKind.ADD,
    }


def test_an_absent_part_equals_an_empty_one() -> None:
    assert kinds({"a": None}, {}) == {}


def test_notes_of_the_official_plugin_are_no_change() -> None:
    assert kinds({"a": "1", "__defaults": []}, {"a": "1"}) == {}
