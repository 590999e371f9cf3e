"""Definitions of kinds that a test brings to the cluster for a while, and takes away again."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import httpx

_DEFINITIONS: Final = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
_PATIENCE_SECONDS: Final = 30.0
_POLL_SECONDS: Final = 0.1


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
            _wait_until_served(client, definition)
        yield
    finally:
        for name in made:
            client.delete(f"{_DEFINITIONS}/{name}").raise_for_status()


def _wait_until_served(client: httpx.Client, definition: dict[str, Any]) -> None:
    """The API server needs a moment between accepting a definition and serving its kind."""
    spec = definition["spec"]
    path = f"/apis/{spec['group']}/{spec['versions'][0]['name']}/{spec['names']['plural']}"
    give_up = time.monotonic() + _PATIENCE_SECONDS
    while client.get(path).status_code != httpx.codes.OK:
        assert time.monotonic() < give_up, f"{path} is never served"
        time.sleep(_POLL_SECONDS)
