"""The few calls to the control plane that starting it needs, over verified TLS."""

import ssl
from collections.abc import Mapping
from typing import Any, Final

import httpx

from tools.cluster.credentials import ADMINISTRATOR, Credentials
from tools.errors import UserError

_TIMEOUT_SECONDS: Final = 5.0

_PASSING: Final = frozenset(
    {
        httpx.codes.CONFLICT,
        httpx.codes.TOO_MANY_REQUESTS,
        # Right after its start, the API server knows the administrator but not all of its rights.
        httpx.codes.FORBIDDEN,
    }
)


def connect(credentials: Credentials) -> httpx.Client:
    """A client that verifies every part with the cluster's authority and is the administrator.

    It ignores proxies of the environment: all parts are on loopback.
    """
    context = ssl.create_default_context(cafile=credentials.authority)
    context.load_cert_chain(credentials.pair(ADMINISTRATOR))
    return httpx.Client(verify=context, trust_env=False, timeout=_TIMEOUT_SECONDS)


def healthy(client: httpx.Client, url: str) -> bool:
    """Whether the part behind this health URL answers that it is ready."""
    try:
        return client.get(url).status_code == httpx.codes.OK
    except httpx.TransportError:
        return False


def create_missing(client: httpx.Client, collection: str, manifest: Mapping[str, Any]) -> bool:
    """Create the object unless one of its name is there; that one stays as it is.

    Args:
        client: see `connect`.
        collection: the URL of the kind.
        manifest: the whole object.

    Returns:
        Whether the object is there now; if not, the API server is not up to it yet.

    Raises:
        UserError: the API server refused the object.
    """
    try:
        response = client.post(collection, json=manifest)
    except httpx.TransportError:
        return False
    if response.is_client_error and response.status_code not in _PASSING:
        raise UserError(
            f"The API server refused {manifest['kind']} {manifest['metadata']['name']} with status"
            f" {response.status_code}: {response.text}"
        )
    return response.is_success or response.status_code == httpx.codes.CONFLICT


def get(client: httpx.Client, url: str) -> Mapping[str, Any] | None:
    """The object or list at this URL; None while it doesn't exist or nobody answers."""
    try:
        response = client.get(url)
    except httpx.TransportError:
        return None
    if response.is_error:
        return None
    content: Mapping[str, Any] = response.json()
    return content
