"""Mappings laid over each other, as Helm does with values."""

from collections.abc import Mapping
from typing import Any


def overlay(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Returns both: mappings are joined key by key, of anything else the one above is taken."""
    joined = dict(below)
    for key, value in above.items():
        lower = joined.get(key)
        if isinstance(value, Mapping) and isinstance(lower, Mapping):
            joined[key] = overlay(lower, value)
        else:
            joined[key] = value
    return joined
