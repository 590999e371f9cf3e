"""Objects as controllers leave them, and what surrounds them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from typing_extensions import override

from tools.standins.kubernetes.readiness.verdict import Related

Object = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Surroundings(Related):
    """The objects around the one that is judged."""

    found_pods: Sequence[Object] = ()
    slices: Sequence[Object] = ()
    classes: Mapping[str, Object] | None = None
    events: Sequence[str] = ()

    @override
    def pods(self, namespace: str, selector: Mapping[str, str]) -> Sequence[Object]:
        return self.found_pods

    @override
    def endpoint_slices(self, namespace: str, service: str) -> Sequence[Object]:
        return self.slices

    @override
    def storage_class(self, name: str) -> Object | None:
        return (self.classes or {}).get(name)

    @override
    def warnings(self, namespace: str, names: Sequence[str]) -> Sequence[str]:
        return self.events


NOTHING = Surroundings()


def condition(kind: str, status: bool, reason: str = "", message: str = "") -> Object:
    return {"type": kind, "status": str(status), "reason": reason, "message": message}


def workload(wanted: int | None = 2, **status: object) -> Object:
    """A workload whose controller has seen its only generation."""
    return {
        "metadata": {"name": "app", "namespace": "ns", "generation": 1},
        "spec": {
            **({} if wanted is None else {"replicas": wanted}),
            "selector": {"matchLabels": {"app": "a"}},
        },
        "status": {"observedGeneration": 1, **status},
    }


def pod(name: str = "app-1", phase: str = "Pending", **status: object) -> Object:
    return {"metadata": {"name": name, "namespace": "ns"}, "status": {"phase": phase, **status}}
