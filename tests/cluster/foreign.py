"""What a platform has before this program comes: made for a while, and taken away again."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import httpx

from tests.polling import eventually

NAMESPACES: Final = "/api/v1/namespaces"

Foreign = tuple[str, dict[str, Any]]
"""Path of a collection, and an object to make there."""


def namespace(name: str, labels: dict[str, str] | None = None) -> Foreign:
    """Returns a namespace."""
    return NAMESPACES, {"metadata": {"name": name, "labels": labels or {}}}


def config_map(where: str, name: str, data: dict[str, str] | None) -> Foreign:
    """Returns a ConfigMap, without any data where that is `None`."""
    manifest: dict[str, Any] = {"metadata": {"name": name}}
    if data is not None:
        manifest["data"] = data
    return f"{NAMESPACES}/{where}/configmaps", manifest


def definition(manifest: dict[str, Any]) -> Foreign:
    """Returns the definition of a kind."""
    return "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", manifest


@contextmanager
def existing(client: httpx.Client, *objects: Foreign) -> Iterator[None]:
    """Makes objects in their order, and removes them and what came into their namespaces."""
    made: list[str] = []
    try:
        for collection, manifest in objects:
            client.post(collection, json=manifest).raise_for_status()
            made.append(f"{collection}/{manifest['metadata']['name']}")
        yield
    finally:
        remove(client, *reversed(made))


def remove(client: httpx.Client, *paths: str) -> None:
    """Removes objects and waits until they are gone; those that are gone already are fine."""
    for path in paths:
        client.delete(path)
    eventually(
        lambda: all(client.get(path).status_code == httpx.codes.NOT_FOUND for path in paths),
        f"the end of {paths}",
    )
