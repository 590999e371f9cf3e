"""Which groups of settings are one platform's alone.

A key that nobody reads would be a promise that isn't kept, so it is refused. Groups that aren't named here
are for every platform.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from pydantic import BaseModel

ONLY_FOR: Final[Mapping[str, frozenset[str]]] = {
    "mode": frozenset({"generic"}),
    "tls": frozenset({"generic"}),
    "prometheus": frozenset({"generic"}),
    "alertmanager": frozenset({"generic"}),
    "operator": frozenset({"generic"}),
    "exporters": frozenset({"generic"}),
    "targets": frozenset({"generic", "openshift"}),
    "gke": frozenset({"gke"}),
    "load": frozenset({"generic", "openshift"}),
    "openshift": frozenset({"openshift"}),
}
"""Platforms of each key or group that isn't everybody's, by the name of its field."""


def unused_keys(settings: BaseModel, platform: str) -> tuple[str, ...]:
    """Returns the keys that a stack file gives and its platform doesn't read, with their path.

    A key outside a group counts where it differs from its default, which Pulumi hands over like a given one.
    """
    return tuple(
        key
        for name, platforms in ONLY_FOR.items()
        if platform not in platforms
        for key in _given(settings, name)
    )


def _given(settings: BaseModel, name: str) -> Iterator[str]:
    value = getattr(settings, name)
    key = _alias(settings, name)
    if isinstance(value, BaseModel):
        yield from (f"{key}.{_alias(value, inner)}" for inner in sorted(value.model_fields_set))
    elif value != type(settings).model_fields[name].default:
        yield key


def _alias(model: BaseModel, name: str) -> str:
    return type(model).model_fields[name].alias or name
