"""The outcome of one look at an object."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from tools.standins.kubernetes.kind import Object


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """Whether an object is ready; `failed` when it can't become ready any more."""

    ready: bool
    waiting_for: str = ""
    reasons: Sequence[str] = ()
    failed: bool = False


READY: Verdict = Verdict(ready=True)


class Related(Protocol):
    """The objects around the one that is judged."""

    def pods(self, namespace: str, selector: Mapping[str, str]) -> Sequence[Object]:
        """List the pods with these labels."""

    def endpoint_slices(self, namespace: str, service: str) -> Sequence[Object]:
        """List a Service's endpoint slices."""

    def storage_class(self, name: str) -> Object | None:
        """Return a storage class, None when there is none."""

    def warnings(self, namespace: str, names: Sequence[str]) -> Sequence[str]:
        """Return the messages of recent warning events about objects of these names."""


Judge: TypeAlias = Callable[[Object, Related], Verdict]


def waiting(message: str, *reasons: str) -> Verdict:
    """Return that the object isn't ready yet."""
    return Verdict(ready=False, waiting_for=message, reasons=reasons)


def conditions(obj: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Return the status conditions by type."""
    found = (obj.get("status") or {}).get("conditions") or []
    return {item["type"]: item for item in found if isinstance(item, dict) and "type" in item}


def holds(obj: Mapping[str, Any], condition: str) -> bool:
    """Whether a condition is true."""
    return conditions(obj).get(condition, {}).get("status") == "True"


def describe(condition: Mapping[str, Any]) -> str:
    """Write a condition as `[reason] message`."""
    return f"[{condition.get('reason', '')}] {condition.get('message', '')}".strip()


def observed(obj: Mapping[str, Any]) -> bool:
    """Whether the controller has seen the latest change of the object."""
    generation = (obj.get("metadata") or {}).get("generation") or 0
    seen = (obj.get("status") or {}).get("observedGeneration")
    return isinstance(seen, int) and seen >= generation


def status_number(obj: Mapping[str, Any], field: str) -> int:
    """Return a count from the status, 0 when absent."""
    value = (obj.get("status") or {}).get(field)
    return value if isinstance(value, int) else 0
