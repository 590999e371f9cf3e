"""The target's address, and whether it may be loaded without asking."""

import ipaddress
import os
from typing import Final
from urllib.parse import SplitResult, urlsplit

from tools.errors import UserError

_IN_CLUSTER: Final = (".svc", ".cluster.local")
_API: Final = "/v1"


def base_url(given: str) -> str:
    """The base URL without `/v1` and without a trailing slash.

    Args:
        given: What the user typed, with or without `/v1` at its end.

    Raises:
        UserError: It is no URL of an HTTP server, or has a login in it.
    """
    parts = _split(given)
    if parts is None or parts.scheme not in {"http", "https"} or not parts.hostname:
        raise UserError(
            f"{_shown(given)} isn't the URL of a server; allowed: http://HOST:PORT or "
            "https://HOST:PORT, with or without /v1"
        )
    if parts.username is not None or parts.password is not None:
        raise UserError(
            "the URL holds a login, which would end up in logs and reports",
            next_step="Put an API key into the environment variable LLMD_LOAD_API_KEY.",
        )
    if parts.query or parts.fragment:
        raise UserError(f"the URL {given} has a query or a fragment; allowed: host, port and path")
    path = parts.path.rstrip("/").removesuffix(_API).rstrip("/")
    return f"{parts.scheme}://{parts.netloc}{path}"


def is_harmless(base: str) -> bool:
    """Whether the target is this machine or a Service of a cluster.

    A short name is a Service's only inside of a cluster, where Kubernetes sets an environment variable.
    """
    host = (urlsplit(base).hostname or "").rstrip(".")
    if host == "localhost" or host.endswith(_IN_CLUSTER):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return "." not in host and "KUBERNETES_SERVICE_HOST" in os.environ


def _split(given: str) -> SplitResult | None:
    try:
        parts = urlsplit(given)
        port_is_valid = parts.port != 0
    except ValueError:
        return None
    return parts if port_is_valid and given.isprintable() and " " not in given else None


def _shown(given: str) -> str:
    return "what was given" if "@" in given else repr(given)
