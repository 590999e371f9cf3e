"""What all operations of one configured provider share."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from tools.standins.kubernetes.api_client import ApiClient
from tools.standins.kubernetes.configuration import Settings
from tools.standins.kubernetes.discovery import Discovery, ResourcePath
from tools.standins.kubernetes.kind import Kind, Object
from tools.standins.kubernetes.kubeconfig import DEFAULT_NAMESPACE, Connection
from tools.standins.kubernetes.neighbours import Neighbours
from tools.standins.kubernetes.private_files import PrivateFiles
from tools.standins.kubernetes.scopes import built_in_scope
from tools.standins.protocol.engine import Engine
from tools.standins.protocol.errors import ProviderError


@dataclass(frozen=True, kw_only=True)
class Session:
    """Settings, the way to the API server, and the signal to stop.

    Attributes:
        connection: The API server; None when the kubeconfig doesn't lead to one.
        unreachable: Why there is no connection.
        cancelled: Set when the user has enough.
        planned_scopes: Whether the kinds of CRDs that this program declares are namespaced.
    """

    settings: Settings
    engine: Engine
    cancelled: threading.Event
    connection: Connection | None
    unreachable: str = ""
    files: PrivateFiles = field(default_factory=PrivateFiles)
    planned_scopes: dict[tuple[str, str], bool] = field(default_factory=dict)

    @property
    def default_namespace(self) -> str:
        """Where namespaced objects go that name no namespace."""
        if self.connection is not None:
            return self.connection.namespace
        return self.settings.namespace or DEFAULT_NAMESPACE

    @cached_property
    def client(self) -> ApiClient:
        """The API server.

        Raises:
            ProviderError: The kubeconfig doesn't lead to one.
        """
        return ApiClient(self.require_connection(), self.files)

    @cached_property
    def discovery(self) -> Discovery:
        """The kinds that the API server serves."""
        return Discovery(self.client)

    @cached_property
    def neighbours(self) -> Neighbours:
        """The objects around one that is waited for."""
        return Neighbours(self.client)

    def require_connection(self) -> Connection:
        """Return the connection, or say why there is none.

        Raises:
            ProviderError: There is none.
        """
        if self.connection is None:
            msg = f"configured Kubernetes cluster is unreachable: {self.unreachable}"
            raise ProviderError(msg)
        return self.connection

    def path(self, kind: Kind) -> ResourcePath:
        """Return where the API server keeps a kind."""
        return self.discovery.find(kind)

    def read(self, kind: Kind, namespace: str, name: str) -> Object:
        """Read an object."""
        return self.client.get(self.path(kind).item(namespace, name))

    def is_namespaced(self, kind: Kind) -> bool:
        """Whether objects of the kind live in namespaces; yes when it can't be known yet."""
        known = built_in_scope(kind)
        if known is None:
            known = self.planned_scopes.get((kind.group, kind.kind))
        if known is not None:
            return known
        if self.connection is None:
            return True
        try:
            return self.path(kind).namespaced
        except ProviderError:
            return True

    def plan_definition(self, definition: Mapping[str, Any]) -> None:
        """Remember the scope of a CRD's kind until the API server serves it."""
        spec = definition.get("spec") or {}
        names = spec.get("names") if isinstance(spec, dict) else None
        if isinstance(names, dict) and isinstance(names.get("kind"), str):
            key = (str(spec.get("group")), names["kind"])
            self.planned_scopes[key] = spec.get("scope") != "Cluster"
