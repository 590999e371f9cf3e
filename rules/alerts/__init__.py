"""The alerts: what needs somebody's attention, and where it is explained."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

from rules.alerts import autoscaling, availability, objectives, routing, saturation, stack
from rules.alerts.definition import AlertArgs, Definition, Limits, rule
from rules.rule import Group

AREAS: Final[Mapping[str, Callable[[AlertArgs], Iterator[Definition]]]] = MappingProxyType(
    {
        "availability": availability.definitions,
        "slo": objectives.definitions,
        "saturation": saturation.definitions,
        "routing": routing.definitions,
        "autoscaler": autoscaling.definitions,
        "stack": stack.definitions,
    }
)
"""Alerts by what they are about."""


def definitions(args: AlertArgs, area: str) -> tuple[Definition, ...]:
    """Returns the alerts of an area, without those that are silenced."""
    return tuple(
        definition for definition in AREAS[area](args) if definition.name not in args.silenced
    )


def alert_names() -> tuple[str, ...]:
    """Returns the names of all alerts that there can be."""
    everything = AlertArgs(limits=Limits(memory_bytes=1))
    return tuple(definition.name for area in AREAS for definition in definitions(everything, area))


def groups(args: AlertArgs) -> tuple[Group, ...]:
    """Returns all alerts, an area a group."""
    return tuple(group for area in AREAS if (group := group_of(args, area)).rules)


def group_of(args: AlertArgs, area: str) -> Group:
    """Returns the alerts of an area as a group."""
    return Group(
        name=f"llmd-alerts-{area}",
        rules=tuple(rule(definition, args.links) for definition in definitions(args, area)),
    )
