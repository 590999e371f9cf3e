"""A merge patch turns the old value into the new one."""

from typing import Any

from hypothesis import given

from tests.unit.standins.kubernetes.json_values import mappings
from tools.standins.kubernetes.merge_patch import merge_patch
from tools.standins.protocol.values import Value


def apply(target: Value, patch: Value) -> Value:
    """RFC 7386, section 2."""
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = apply(result.get(key), value)
    return result


@given(mappings(), mappings())
def test_applied_to_the_old_value_it_gives_the_new_one(
    old: dict[str, Any], new: dict[str, Any]
) -> None:
    assert apply(old, merge_patch(old, new)) == new


@given(mappings())
def test_equal_values_need_no_patch(value: dict[str, Any]) -> None:
    assert merge_patch(value, value) == {}
