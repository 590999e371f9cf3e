"""What an upgrade would change."""

from typing import Any

from hypothesis import given

from tests.unit.standins.kubernetes.json_values import mappings
from tools.standins.kubernetes.release.compare import compare
from tools.standins.protocol.requests import ChangeKind, DiffAnswer, DiffRequest
from tools.standins.protocol.values import Properties, Secret


def compared(
    declared_before: Properties,
    declared: Properties,
    deployed: Properties | None = None,
    *,
    ignored: tuple[str, ...] = (),
) -> DiffAnswer:
    state = declared_before if deployed is None else deployed
    return compare(
        DiffRequest(
            id="ns/n",
            urn="urn",
            name="n",
            type="kubernetes:helm.sh/v3:Release",
            old_inputs=declared_before,
            old_outputs={**state, "status": {}, "__inputs": Secret(declared_before)},
            new_inputs=declared,
            ignore_changes=ignored,
        )
    )


@given(mappings())
def test_what_is_deployed_as_declared_does_not_change(values: dict[str, Any]) -> None:
    declared = {"name": "n", "values": values}
    assert not compared(declared, declared).changes


def test_values_are_told_by_their_path() -> None:
    before = {"values": {"grafana": {"enabled": True, "a.b": 1}, "gone": 1}}
    after = {"values": {"grafana": {"enabled": False, "a.b": 2}}}
    changes = compared(before, after).changes
    assert changes.keys() == {
        "values.grafana.enabled",
        'values.grafana["a.b"]',
        "values.gone",
    }
    assert changes["values.gone"].kind is ChangeKind.DELETE
    assert not any(change.replace for change in changes.values())


def test_another_name_or_namespace_is_another_release() -> None:
    before = {"name": "a", "namespace": "a"}
    changes = compared(before, {"name": "b", "namespace": "b"}).changes
    assert all(change.replace for change in changes.values())
    assert len(changes) == 2


def test_values_changed_by_hand_are_seen_and_added_ones_are_not() -> None:
    declared = {"values": {"a": 1, "b": 1}, "version": "1"}
    deployed = {"values": {"a": 2, "c": 3}, "version": "0"}
    assert compared(declared, declared, deployed).changes.keys() == {
        "values.a",
        "values.b",
        "version",
    }


def test_ignored_changes_are_left_out() -> None:
    answer = compared({"version": "1"}, {"version": "2"}, ignored=("version",))
    assert not answer.changes


def test_secret_values_are_compared_all_the_same() -> None:
    before, after = {"values": {"p": Secret("a")}}, {"values": {"p": Secret("b")}}
    assert compared(before, after).changes.keys() == {"values.p"}
    assert not compared(before, before).changes
