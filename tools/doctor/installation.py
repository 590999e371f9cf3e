"""One installation, read from its cluster."""

import base64
import binascii
import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from components.names import Names
from components.preflight.live_cluster import LiveCluster

Object = Mapping[str, Any]

MONITORING_API: Final = "/apis/monitoring.coreos.com/v1"
CORE_API: Final = "/api/v1"
APPS_API: Final = "/apis/apps/v1"


@dataclass(frozen=True, kw_only=True, eq=False)
class Installation:
    """What is really there; each collection is read once.

    Attributes:
        cluster: Reader of the cluster.
        names: Names that this program gives; whoever installed it kept them, as clients have written them down.
    """

    cluster: LiveCluster
    names: Names

    def secret(self, namespace: str, name: str) -> Mapping[str, str] | None:
        """Returns what a Secret holds, decoded; `None` where there is none."""
        found = self._find(f"{CORE_API}/namespaces/{namespace}/secrets/{name}")
        if found is None:
            return None
        return {key: _decoded(value) for key, value in (found.get("data") or {}).items()}

    def config_map(self, namespace: str, name: str) -> Mapping[str, str] | None:
        """Returns what a ConfigMap holds; `None` where there is none."""
        found = self._find(f"{CORE_API}/namespaces/{namespace}/configmaps/{name}")
        return None if found is None else found.get("data") or {}

    def custom(self, plural: str, name: str) -> Object | None:
        """Returns an object of the operator's in the monitoring namespace; `None` where there is none."""
        return self._find(f"{MONITORING_API}/namespaces/{self.names.namespace}/{plural}/{name}")

    def own(self, api: str, plural: str) -> Sequence[Object]:
        """Returns the objects of a kind in the monitoring namespace."""
        return self._list(f"{api}/namespaces/{self.names.namespace}/{plural}")

    def everywhere(self, api: str, plural: str, selector: str = "") -> Sequence[Object]:
        """Returns the objects of a kind in all namespaces that carry labels."""
        return self._list(f"{api}/{plural}", selector)

    @functools.cached_property
    def namespaces(self) -> Mapping[str, Mapping[str, str]]:
        """Labels of each namespace."""
        found = self._list(f"{CORE_API}/namespaces")
        return {one["metadata"]["name"]: one["metadata"].get("labels") or {} for one in found}

    @functools.cached_property
    def prometheus(self) -> Object | None:
        """The Prometheus custom resource."""
        return self.custom("prometheuses", self.names.prometheus)

    @property
    def serves_https(self) -> bool:
        """Whether Prometheus is told to serve HTTPS; not where there is none."""
        web = (self.prometheus or {}).get("spec", {}).get("web") or {}
        return bool(web.get("tlsConfig"))

    def ask_prometheus(self, path: str) -> Object:
        """Asks Prometheus through the API server, which doesn't verify its certificate.

        Args:
            path: Path and query below `/api/v1/`.

        Raises:
            UnreadableError: It doesn't answer.
        """
        scheme = "https:" if self.serves_https else ""
        service = f"{scheme}{self.names.prometheus}:9090"
        root = f"{CORE_API}/namespaces/{self.names.namespace}/services/{service}/proxy"
        return self.cluster.find(f"{root}/api/v1/{path}") or {}

    @functools.cache  # noqa: B019 - an installation lives as long as one run
    def _find(self, path: str) -> Object | None:
        return self.cluster.find(path)

    @functools.cache  # noqa: B019 - an installation lives as long as one run
    def _list(self, path: str, selector: str = "") -> Sequence[Object]:
        return self.cluster.list(path, label_selector=selector)


def full_name(kind: str, thing: Object) -> str:
    """Returns kind, namespace and name of an object, as findings show them."""
    metadata = thing["metadata"]
    return f"{kind} {metadata['namespace']}/{metadata['name']}"


def _decoded(value: str) -> str:
    try:
        return base64.b64decode(value).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""
