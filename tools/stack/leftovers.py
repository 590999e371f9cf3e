"""What a destroy leaves on purpose, removed from the embedded cluster where nobody uses it.

The program never deletes its namespace, and Helm never deletes CRDs: on a real cluster others may depend on
both. Here it can be seen whether anybody does.
"""

import time
from collections.abc import Iterable, Mapping
from typing import Any, Final

import httpx

from tools.errors import UserError

OPERATOR_GROUP: Final = "monitoring.coreos.com"
_CRDS: Final = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"

_DELETION_SECONDS: Final = 60.0
_POLL_SECONDS: Final = 0.2

# What Kubernetes itself puts into every namespace.
_MADE_BY_KUBERNETES: Final = frozenset(
    {("ConfigMap", "kube-root-ca.crt"), ("ServiceAccount", "default")}
)


def sweep(client: httpx.Client, namespace: str) -> tuple[str, ...]:
    """Removes an empty namespace and unused CRDs of the operator.

    Returns:
        What was found in use and therefore left, in words.
    """
    kept = _sweep_namespace(client, namespace)
    return (*kept, *_sweep_definitions(client))


def foreign(objects: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Returns the objects, as kind and name, that Kubernetes didn't make by itself."""
    return tuple(item for item in objects if item not in _MADE_BY_KUBERNETES and item[0] != "Event")


def _sweep_namespace(client: httpx.Client, namespace: str) -> tuple[str, ...]:
    if client.get(f"/api/v1/namespaces/{namespace}").status_code == httpx.codes.NOT_FOUND:
        return ()
    if used := foreign(_objects_in(client, namespace)):
        names = ", ".join(f"{kind} {name}" for kind, name in used)
        return (f"namespace {namespace}, which holds {names}",)
    client.delete(f"/api/v1/namespaces/{namespace}").raise_for_status()
    _wait_until_gone(client, f"/api/v1/namespaces/{namespace}")
    return ()


def _objects_in(client: httpx.Client, namespace: str) -> Iterable[tuple[str, str]]:
    for group_version in _group_versions(client):
        resources = client.get(group_version).json().get("resources", [])
        for resource in resources:
            if not resource["namespaced"] or "/" in resource["name"]:
                continue
            if "list" not in resource["verbs"] or "delete" not in resource["verbs"]:
                continue
            items = _items(client, f"{group_version}/namespaces/{namespace}/{resource['name']}")
            yield from ((resource["kind"], item["metadata"]["name"]) for item in items)


def _group_versions(client: httpx.Client) -> Iterable[str]:
    yield "/api/v1"
    for group in client.get("/apis").json()["groups"]:
        yield f"/apis/{group['preferredVersion']['groupVersion']}"


def _sweep_definitions(client: httpx.Client) -> tuple[str, ...]:
    kept, unused = [], []
    for definition in _items(client, _CRDS):
        spec = definition["spec"]
        if spec["group"] != OPERATOR_GROUP:
            continue
        version = next(v["name"] for v in spec["versions"] if v["served"])
        users = _items(client, f"/apis/{OPERATOR_GROUP}/{version}/{spec['names']['plural']}")
        if users:
            kept.append(f"CRD {definition['metadata']['name']}, which has {len(users)} objects")
        else:
            unused.append(f"{_CRDS}/{definition['metadata']['name']}")
    # Each takes the API server a second or so to end; together they take little more.
    for address in unused:
        client.delete(address).raise_for_status()
    for address in unused:
        _wait_until_gone(client, address)
    return tuple(kept)


def _items(client: httpx.Client, collection: str) -> list[Mapping[str, Any]]:
    response = client.get(collection)
    # The API server asks for patience while it prepares to serve a kind that is new to it.
    while response.status_code == httpx.codes.TOO_MANY_REQUESTS:
        time.sleep(float(response.headers.get("Retry-After", "1")))
        response = client.get(collection)
    if response.status_code == httpx.codes.NOT_FOUND:
        return []
    response.raise_for_status()
    items: list[Mapping[str, Any]] = response.json()["items"]
    return items


def _wait_until_gone(client: httpx.Client, address: str) -> None:
    give_up = time.monotonic() + _DELETION_SECONDS
    while client.get(address).status_code != httpx.codes.NOT_FOUND:
        if time.monotonic() > give_up:
            raise UserError(
                f"{address} was deleted, but is still there after {_DELETION_SECONDS:.0f} s.",
                "`llmd-monitoring cluster reset` empties the embedded cluster.",
            )
        time.sleep(_POLL_SECONDS)
