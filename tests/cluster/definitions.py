"""Definitions of kinds that a test brings to the cluster for a while, and takes away again."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import httpx

from tests.polling import eventually

_DEFINITIONS: Final = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
_PATIENCE_SECONDS: Final = 30.0


@contextmanager
def defined(client: httpx.Client, definitions: Sequence[dict[str, Any]]) -> Iterator[None]:
    """Makes definitions that are missing, and removes those at the end."""
    made = []
    try:
        for definition in definitions:
            response = client.post(_DEFINITIONS, json=definition)
            if response.status_code != httpx.codes.CONFLICT:
                response.raise_for_status()
                made.append(definition["metadata"]["name"])
        for definition in definitions:
            spec = definition["spec"]
            version = spec["versions"][0]["name"]
            wait_until_served(client, f"/apis/{spec['group']}/{version}/{spec['names']['plural']}")
        yield
    finally:
        for name in made:
            client.delete(f"{_DEFINITIONS}/{name}").raise_for_status()


def wait_until_served(client: httpx.Client, path: str) -> None:
    """The API server needs a moment between accepting a definition and serving its kind."""
    eventually(
        lambda: client.get(path).status_code == httpx.codes.OK,
        f"{path} to be served",
        seconds=_PATIENCE_SECONDS,
    )
