"""The recording rules: raw series of every generation in, `rules.series` out."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from rules.objectives import ObjectivesByModel
from rules.recording import (
    autoscaler,
    flow_control,
    gateway,
    gpu,
    kv_transfer,
    latency,
    load,
    pools,
    scheduler,
    slo,
    traffic,
)
from rules.rule import Group

AREAS: Final[Mapping[str, Callable[[ObjectivesByModel], tuple[Group, ...]]]] = MappingProxyType(
    {
        "model-servers": lambda _: (load.group(), *traffic.groups(), *latency.groups()),
        "disaggregation": lambda _: (kv_transfer.group(),),
        "gateway": lambda _: (
            gateway.group(),
            scheduler.group(),
            pools.group(),
            flow_control.group(),
        ),
        "autoscaler": lambda _: (autoscaler.group(),),
        "gpu": lambda _: (gpu.group(),),
        "slo": slo.groups,
    }
)
"""Groups by what they are about, in the order in which they build on each other."""


def groups(objectives: ObjectivesByModel) -> tuple[Group, ...]:
    """Returns all recording rules."""
    return tuple(group for area in AREAS.values() for group in area(objectives))
