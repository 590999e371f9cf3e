"""Where the API server keeps each kind of object."""

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from tools.standins.kubernetes.api_client import ApiClient
from tools.standins.kubernetes.kind import Kind, Object
from tools.standins.protocol.errors import ProviderError

_AGGREGATED: Final = (
    "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json"
)
_FRESH_SECONDS: Final = 0.2
"""Many resources that miss the same kind at once ask the server once."""


@dataclass(frozen=True, kw_only=True)
class ResourcePath:
    """The collection of a kind, such as `deployments` below `/apis/apps/v1`."""

    root: str
    plural: str
    namespaced: bool

    def collection(self, namespace: str) -> str:
        """Return the path of all objects in a namespace."""
        if not self.namespaced:
            return f"{self.root}/{self.plural}"
        return f"{self.root}/namespaces/{namespace or 'default'}/{self.plural}"

    def item(self, namespace: str, name: str) -> str:
        """Return the path of one object."""
        return f"{self.collection(namespace)}/{name}"


class UnknownKindError(ProviderError):
    """The API server doesn't serve the kind, for the lack of its CRD for example."""

    def __init__(self, kind: Kind) -> None:
        super().__init__(
            f"no matches for kind {kind.kind!r} in version {kind.api_version!r}: the API server "
            "doesn't serve it. Create its CustomResourceDefinition first (`depends_on`), and check "
            "group and version"
        )


class Discovery:
    """The kinds of one API server, asked for at first need and again when one is missing.

    Args:
        client: The API server.
    """

    def __init__(self, client: ApiClient) -> None:
        self._client = client
        self._lock = threading.Lock()
        self._paths: Mapping[Kind, ResourcePath] = {}
        self._asked = float("-inf")

    def find(self, kind: Kind) -> ResourcePath:
        """Return the path of a kind.

        Raises:
            UnknownKindError: The API server doesn't serve it.
            UnreachableError: The API server can't be asked.
        """
        found = self._paths.get(kind)
        if found is not None:
            return found
        with self._lock:
            if kind not in self._paths and time.monotonic() - self._asked > _FRESH_SECONDS:
                self._paths = {**self._list("/api"), **self._list("/apis")}
                self._asked = time.monotonic()
        found = self._paths.get(kind)
        if found is None:
            raise UnknownKindError(kind)
        return found

    def _list(self, path: str) -> Mapping[Kind, ResourcePath]:
        return read_groups(self._client.get(path, accept=_AGGREGATED))


def read_groups(groups: Object) -> Mapping[Kind, ResourcePath]:
    """Read an `APIGroupDiscoveryList`."""
    found: dict[Kind, ResourcePath] = {}
    for group in groups.get("items") or []:
        name = (group.get("metadata") or {}).get("name") or ""
        for version in group.get("versions") or []:
            api_version = f"{name}/{version['version']}" if name else version["version"]
            root = f"/apis/{api_version}" if name else f"/api/{api_version}"
            for resource in version.get("resources") or []:
                kind = Kind(
                    api_version=api_version,
                    kind=(resource.get("responseKind") or {}).get("kind") or "",
                )
                found[kind] = ResourcePath(
                    root=root,
                    plural=resource["resource"],
                    namespaced=resource.get("scope") == "Namespaced",
                )
    return found
