"""Objects that an interrupted update made, but that no state knows.

The engine can't take such an object into the state (`pulumi refresh --import-pending-creates` marks the
operation as an import, which pulumi v3.259 then forgets), and to make it again fails because it exists. All our
objects are made of what is in the settings and the state, so one is removed and made anew. It is ours if it
carries the labels that it was to be made with; anybody else's is left, and the update says that it exists.
"""

import time
from collections.abc import Mapping
from typing import Any, Final

import httpx

from components.labels import MANAGED_BY, MANAGED_BY_LABEL
from tools.errors import UserError
from tools.stack.pending import PendingOperation

_DELETION_SECONDS: Final = 60.0
_POLL_SECONDS: Final = 0.1


def remove_half_made(client: httpx.Client, operation: PendingOperation) -> str | None:
    """Removes the object that an interrupted creation made.

    Args:
        client: Administrator's client of the cluster.
        operation: The creation.

    Returns:
        What was removed, as kind and name; `None` where the object isn't there or isn't ours.

    Raises:
        UserError: It was deleted, but stays.
    """
    inputs = operation.inputs
    address = _address(client, inputs)
    if address is None:
        return None
    response = client.get(address)
    if response.status_code == httpx.codes.NOT_FOUND or not is_ours(inputs, response.json()):
        return None
    client.delete(address, params={"propagationPolicy": "Background"})
    name = f"{inputs['kind']} {inputs['metadata']['name']}"
    give_up = time.monotonic() + _DELETION_SECONDS
    while client.get(address).status_code != httpx.codes.NOT_FOUND:
        if time.monotonic() > give_up:
            raise UserError(
                f"{name} is from an interrupted update; it was deleted, but is still there.",
                "Look at its finalizers: `kubectl get -o yaml` shows them.",
            )
        time.sleep(_POLL_SECONDS)
    return name


def is_ours(inputs: Mapping[str, Any], live: Mapping[str, Any]) -> bool:
    """Tells whether a live object is the one that was to be made."""
    wanted: Mapping[str, str] = inputs["metadata"].get("labels", {})
    found: Mapping[str, str] = live["metadata"].get("labels", {})
    return wanted.get(MANAGED_BY_LABEL) == MANAGED_BY and wanted.items() <= found.items()


def _address(client: httpx.Client, inputs: Mapping[str, Any]) -> str | None:
    """Returns the object's path on the API server; `None` where its kind isn't served (any more)."""
    version = inputs["apiVersion"]
    root = f"/apis/{version}" if "/" in version else f"/api/{version}"
    response = client.get(root)
    if response.status_code == httpx.codes.NOT_FOUND:
        return None
    for resource in response.json()["resources"]:
        if resource["kind"] == inputs["kind"] and "/" not in resource["name"]:
            metadata = inputs["metadata"]
            scope = f"/namespaces/{metadata['namespace']}" if resource["namespaced"] else ""
            return f"{root}{scope}/{resource['name']}/{metadata['name']}"
    return None
