"""Which groups of settings are one platform's alone.

A key that nobody reads would be a promise that isn't kept, so it is refused. Groups that aren't named here
are for every platform.
"""

from collections.abc import Mapping
from typing import Final

from pydantic import BaseModel

ONLY_FOR: Final[Mapping[str, frozenset[str]]] = {
    "tls": frozenset({"generic"}),
    "prometheus": frozenset({"generic"}),
    "alertmanager": frozenset({"generic"}),
    "operator": frozenset({"generic"}),
    "exporters": frozenset({"generic"}),
    "gke": frozenset({"gke"}),
    "openshift": frozenset({"openshift"}),
}
"""Platforms of each group that isn't everybody's, by the name of its field."""


def unused_keys(settings: BaseModel, platform: str) -> tuple[str, ...]:
    """Returns the keys that a stack file gives and its platform doesn't read, with their path."""
    return tuple(
        f"{_alias(settings, name)}.{_alias(group, key)}"
        for name, platforms in ONLY_FOR.items()
        if platform not in platforms
        for group in (getattr(settings, name),)
        for key in sorted(group.model_fields_set)
    )


def _alias(model: BaseModel, name: str) -> str:
    return type(model).model_fields[name].alias or name
