"""Which workloads run in a namespace, and whether they are ready."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import httpx

_COLLECTIONS: Final[Mapping[str, str]] = {
    "Deployment": "/apis/apps/v1/namespaces/{namespace}/deployments",
    "StatefulSet": "/apis/apps/v1/namespaces/{namespace}/statefulsets",
    "DaemonSet": "/apis/apps/v1/namespaces/{namespace}/daemonsets",
    "Job": "/apis/batch/v1/namespaces/{namespace}/jobs",
}


@dataclass(frozen=True, kw_only=True)
class Workload:
    """One workload.

    Attributes:
        kind: Deployment, StatefulSet, DaemonSet or Job.
        name: Its name.
        ready: Pods that are ready, or completions of a Job.
        wanted: Pods or completions that there should be.
    """

    kind: str
    name: str
    ready: int
    wanted: int

    @property
    def is_ready(self) -> bool:
        """Whether all of it is ready, or complete."""
        return self.ready >= self.wanted


def workloads(client: httpx.Client, namespace: str) -> tuple[Workload, ...]:
    """Returns the workloads of a namespace, read from the API server."""
    return tuple(
        workload
        for kind, collection in _COLLECTIONS.items()
        for workload in _read(client, kind, collection.format(namespace=namespace))
    )


def _read(client: httpx.Client, kind: str, collection: str) -> Iterable[Workload]:
    response = client.get(collection)
    response.raise_for_status()
    for item in response.json()["items"]:
        yield as_workload(kind, item)


def as_workload(kind: str, item: Mapping[str, Any]) -> Workload:
    """Returns what an object of the apps or batch API says about its pods."""
    spec, status = item["spec"], item.get("status", {})
    match kind:
        case "DaemonSet":
            ready, wanted = status.get("numberReady", 0), status.get("desiredNumberScheduled", 1)
        case "Job":
            ready, wanted = status.get("succeeded", 0), spec.get("completions", 1)
        case _:
            ready, wanted = status.get("readyReplicas", 0), spec.get("replicas", 1)
    return Workload(kind=kind, name=item["metadata"]["name"], ready=ready, wanted=wanted)
