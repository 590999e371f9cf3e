"""Finds the Service of an inference gateway."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from tools.errors import UserError
from tools.load.target.kubectl import Kubectl

GATEWAY_LABEL: Final = "gateway.networking.k8s.io/gateway-name"
"""Label of everything that an implementation makes for a Gateway (Gateway API, GEP-1762)."""

_HTTPS_PORTS: Final = frozenset({443, 8443})


@dataclass(frozen=True, kw_only=True)
class Entrance:
    """Where requests enter.

    Attributes:
        service: Name of the Service.
        port: Its port.
        scheme: `http` or `https`.
        selector: Label selector of its pods; empty where the Service has none.
    """

    service: str
    port: int
    scheme: str
    selector: str = ""


async def entrance(kubectl: Kubectl, gateway: str | None) -> Entrance:
    """The Service of a Gateway, or the Service of that name.

    Args:
        kubectl: In the gateway's namespace.
        gateway: Name of the Gateway or of a Service; None: the only Gateway that there is.

    Raises:
        UserError: There is none, or more than one.
    """
    label = GATEWAY_LABEL if gateway is None else f"{GATEWAY_LABEL}={gateway}"
    found = (await kubectl.get("services", "--selector", label))["items"]
    if not found and gateway is not None:
        every = (await kubectl.get("services"))["items"]
        found = [service for service in every if service["metadata"]["name"] == gateway]
        if not found:
            raise UserError(
                f"namespace {kubectl.namespace} has neither a Gateway nor a Service "
                f"{gateway!r}; it has these Services: {_names(every)}"
            )
    if len(found) != 1:
        have = (
            f"these Services of Gateways: {_names(found)}" if found else "no Service of a Gateway"
        )
        raise UserError(
            f"namespace {kubectl.namespace} has {have}",
            next_step="Name a Gateway or a Service with --gateway.",
        )
    return _entrance(found[0])


def _entrance(service: dict[str, Any]) -> Entrance:
    name, ports = service["metadata"]["name"], service["spec"].get("ports") or []
    # A gateway has a port for its own health beside those of its listeners.
    listeners = [port for port in ports if "status" not in port.get("name", "")]
    plain = [port for port in listeners if port["port"] not in _HTTPS_PORTS]
    for port in plain or listeners:
        scheme = "https" if port["port"] in _HTTPS_PORTS else "http"
        labels = service["spec"].get("selector") or {}
        return Entrance(
            service=name,
            port=port["port"],
            scheme=scheme,
            selector=",".join(f"{label}={value}" for label, value in sorted(labels.items())),
        )
    raise UserError(f"the Service {name} has no port")


def _names(services: Sequence[dict[str, Any]]) -> str:
    return ", ".join(sorted(service["metadata"]["name"] for service in services)) or "none"
