"""A Kubernetes object as data."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Manifest = dict[str, Any]
Labels = Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Monitoring:
    """What makes one namespace scraped.

    Attributes:
        access: Accounts, tokens and leave to read them, in the order in which they need each other.
        monitors: What is scraped, and how. They come after the access: a monitor whose token isn't there yet
            is skipped by the operator.
    """

    access: tuple[Manifest, ...] = ()
    monitors: tuple[Manifest, ...] = ()


def identity(item: Manifest) -> tuple[str, str, str]:
    """Returns what no two objects of a cluster share: kind, namespace and name."""
    metadata = item["metadata"]
    return item["kind"], metadata.get("namespace", ""), metadata["name"]


def together(one: Monitoring, other: Monitoring) -> Monitoring:
    """Returns what two of them need together; access that both need is made once."""
    made = {identity(item) for item in one.access}
    further = tuple(item for item in other.access if identity(item) not in made)
    return Monitoring(access=(*one.access, *further), monitors=(*one.monitors, *other.monitors))


def manifest(
    api_version: str,
    kind: str,
    name: str,
    *,
    namespace: str | None,
    labels: Labels,
    **body: object,
) -> Manifest:
    """Returns an object; `namespace` is `None` for one of the cluster's."""
    metadata: Manifest = {"name": name, "labels": dict(labels)}
    if namespace is not None:
        metadata["namespace"] = namespace
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, **body}
