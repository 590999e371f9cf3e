"""Where the API server has an object."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from components.preflight.live_cluster import LiveCluster


@dataclass(frozen=True, kw_only=True, eq=False)
class Addresses:
    """Paths of objects; what a version of the API serves is asked once.

    Attributes:
        cluster: Reader of the cluster.
    """

    cluster: LiveCluster

    def of(self, manifest: Mapping[str, Any]) -> str | None:
        """Returns an object's path; `None` where its kind isn't served, as it has no definition (any more).

        Raises:
            UnreadableError: The cluster doesn't answer, or forbids it.
        """
        version, metadata = str(manifest["apiVersion"]), manifest["metadata"]
        root = f"/apis/{version}" if "/" in version else f"/api/{version}"
        served = self._served(root).get(str(manifest["kind"]))
        if served is None:
            return None
        scope = f"/namespaces/{metadata['namespace']}" if served["namespaced"] else ""
        return f"{root}{scope}/{served['name']}/{metadata['name']}"

    @functools.cache  # noqa: B019 - lives as long as one run
    def _served(self, root: str) -> Mapping[str, Mapping[str, Any]]:
        found = self.cluster.find(root) or {}
        return {
            resource["kind"]: resource
            for resource in found.get("resources") or ()
            if "/" not in resource["name"]
        }
