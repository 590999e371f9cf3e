"""Whether there is a pod that a port-forward could lead to."""

from collections.abc import Mapping, Sequence
from typing import Any

from tools.errors import UserError
from tools.load.target.gateway import Entrance
from tools.load.target.kubectl import Kubectl


async def require_ready_pod(kubectl: Kubectl, to: Entrance) -> None:
    """Tells what kubectl itself would only call a timeout, or find out with the first connection.

    A Service without a selector passes: kubectl says that it can't be forwarded to.

    Raises:
        UserError: None of the Service's pods is ready.
    """
    if not to.selector:
        return
    pods = (await kubectl.get("pods", "--selector", to.selector))["items"]
    if not any(is_ready(pod) for pod in pods):
        raise UserError(
            f"the Service has no ready pod: {_told(pods)}",
            next_step="See what keeps them: "
            f"kubectl --namespace {kubectl.namespace} describe pods --selector {to.selector}",
        )


def is_ready(pod: Mapping[str, Any]) -> bool:
    """Whether a pod takes requests, and isn't on its way out."""
    return "deletionTimestamp" not in pod["metadata"] and any(
        condition["type"] == "Ready" and condition["status"] == "True"
        for condition in pod.get("status", {}).get("conditions") or ()
    )


def _told(pods: Sequence[Mapping[str, Any]]) -> str:
    states = (f"{pod['metadata']['name']} is {_state(pod)}" for pod in pods)
    return ", ".join(states) or "nothing has its labels"


def _state(pod: Mapping[str, Any]) -> str:
    if "deletionTimestamp" in pod["metadata"]:
        return "being deleted"
    phase = str(pod.get("status", {}).get("phase", "unknown"))
    return "Running, but not ready" if phase == "Running" else phase
