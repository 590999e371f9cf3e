"""Compares a release as it is with a release as declared."""

from collections.abc import Mapping
from typing import Any, Final

from tools.standins.kubernetes.diff import Path, diff, ignore
from tools.standins.protocol.requests import DiffAnswer, DiffRequest
from tools.standins.protocol.values import Value, reveal

_IDENTITY: Final = (("name",), ("namespace",))


def compare(request: DiffRequest) -> DiffAnswer:
    """Say what changes: declared values that differ from the deployed ones, and dropped ones.

    What is deployed beside what was declared, such as values set by hand, is no change.
    """
    deployed = reveal(request.old_outputs)
    declared_before = deployed.pop("__inputs", None) or {}
    declared = reveal(request.new_inputs)
    olds = _of_interest(deployed, declared_before, declared)
    changes = ignore(diff(olds, declared, _replaces), request.ignore_changes)
    return DiffAnswer(changes=changes)


def _replaces(path: Path, _value: Value) -> bool:
    return path in _IDENTITY


def _of_interest(
    deployed: Mapping[str, Any], before: Mapping[str, Any], now: Mapping[str, Any]
) -> dict[str, Any]:
    """Keep what is declared now, and what was declared before and is no longer."""
    kept: dict[str, Any] = {}
    for key, value in deployed.items():
        if key in now and isinstance(value, dict) and isinstance(now[key], dict):
            earlier = before.get(key)
            kept[key] = _of_interest(value, earlier if isinstance(earlier, dict) else {}, now[key])
        elif key in now or key in before:
            kept[key] = value
    return kept
