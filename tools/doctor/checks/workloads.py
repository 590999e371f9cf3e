"""Whether what was installed runs."""

from collections.abc import Iterator, Mapping
from typing import Any

from tools.doctor.finding import Finding, error, warning
from tools.doctor.installation import APPS_API, Installation, Object, full_name


def workloads(installation: Installation) -> Iterator[Finding]:
    """Yields findings about workloads that aren't complete."""
    for kind, plural in (("Deployment", "deployments"), ("StatefulSet", "statefulsets")):
        for one in installation.own(APPS_API, plural):
            yield from _short(kind, one, one["spec"].get("replicas", 1), _status(one))
    for one in installation.own(APPS_API, "daemonsets"):
        status = _status(one)
        yield from _short("DaemonSet", one, status.get("desiredNumberScheduled", 0), status)
    names = installation.names
    operator = f"{names.fullname}-operator"
    deployments = {one["metadata"]["name"] for one in installation.own(APPS_API, "deployments")}
    if deployments and operator not in deployments:
        yield warning(
            f"Deployment {names.namespace}/{operator}",
            "does not exist",
            why="unless another operator manages this namespace, changes of monitors and rules go unseen",
            mend="`pulumi refresh` and `pulumi up` make it; nothing where operator.install is existing",
        )


def _short(kind: str, one: Object, wanted: int, status: Mapping[str, Any]) -> Iterator[Finding]:
    ready = status.get("readyReplicas", status.get("numberReady", 0))
    if wanted == 0 and kind != "DaemonSet":
        yield error(
            full_name(kind, one),
            "is scaled to none",
            why="it does nothing",
            mend="`pulumi refresh` and `pulumi up` scale it as it was",
        )
    elif ready < wanted:
        namespace, name = one["metadata"]["namespace"], one["metadata"]["name"]
        yield error(
            full_name(kind, one),
            f"has {ready} of {wanted} pods ready",
            why="it doesn't do its work, or not all of it",
            mend=f"`kubectl --namespace {namespace} describe {kind.lower()} {name}` and the events of its pods",
        )


def _status(one: Object) -> Mapping[str, Any]:
    status: Mapping[str, Any] = one.get("status") or {}
    return status
