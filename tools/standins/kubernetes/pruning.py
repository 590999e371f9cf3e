"""Reduces a live object to the fields that a program declares."""

from collections.abc import Mapping
from typing import Any

from tools.standins.protocol.values import Value


def prune(live: Mapping[str, Any], declared: Mapping[str, Any]) -> dict[str, Any]:
    """Keep of `live` what `declared` has too, at any depth; lists are compared by position."""
    return {
        key: _prune_value(value, declared[key]) for key, value in live.items() if key in declared
    }


def _prune_value(live: Value, declared: Value) -> Value:
    if isinstance(live, dict) and isinstance(declared, dict):
        return prune(live, declared)
    if isinstance(live, list) and isinstance(declared, list):
        return [_prune_value(one, other) for one, other in zip(live, declared, strict=False)]
    return live


def keep_what_did_not_drift(
    declared: Mapping[str, Any], before: Mapping[str, Any], now: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the declared fields with the live values of those that changed on the server.

    The API server stores some values differently from how they are declared (`0.5` CPUs as
    `500m`) and drops others (a `false` that is the default). What is stored as it was before
    has not drifted, so the declared value stands.

    Args:
        declared: The inputs that led to `before`.
        before: The live object as last seen.
        now: The live object.
    """
    kept = {}
    for key, value in declared.items():
        if key not in now:
            if key not in before:
                kept[key] = value
            continue
        kept[key] = _keep_value(value, before.get(key), now[key])
    return kept


def _keep_value(declared: Value, before: Value, now: Value) -> Value:
    if isinstance(declared, dict) and isinstance(now, dict):
        return keep_what_did_not_drift(declared, before if isinstance(before, dict) else {}, now)
    if before == now:
        return declared
    if isinstance(declared, list) and isinstance(now, list) and isinstance(before, list):
        return [
            _keep_value(
                declared[index] if index < len(declared) else item,
                before[index] if index < len(before) else None,
                item,
            )
            for index, item in enumerate(now)
        ]
    return now
