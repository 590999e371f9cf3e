"""The official Python client's API groups in one object."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from kubernetes import client, config


@dataclass(frozen=True, kw_only=True)
class Api:
    """API groups; untyped, since the tests give manifests as plain dictionaries."""

    core: Any
    apps: Any
    batch: Any
    discovery: Any
    authentication: Any
    authorization: Any

    @classmethod
    def of(cls, connected: client.ApiClient) -> Self:
        return cls(
            core=client.CoreV1Api(connected),
            apps=client.AppsV1Api(connected),
            batch=client.BatchV1Api(connected),
            discovery=client.DiscoveryV1Api(connected),
            authentication=client.AuthenticationV1Api(connected),
            authorization=client.AuthorizationV1Api(connected),
        )


def connect(kubeconfig: Path) -> client.ApiClient:
    """A client, to be closed after use."""
    connected: client.ApiClient = config.new_client_from_config(  # type: ignore[no-untyped-call]
        str(kubeconfig)
    )
    return connected
