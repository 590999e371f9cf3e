"""What the API server really has: a plain REST client for tests, independent of every plug-in."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import httpx

Object = dict[str, Any]

_CORE: Final = "/api/v1"
_GROUPS: Final[Mapping[str, str]] = {
    "configmaps": _CORE,
    "secrets": _CORE,
    "serviceaccounts": _CORE,
    "deployments": "/apis/apps/v1",
    "statefulsets": "/apis/apps/v1",
    "daemonsets": "/apis/apps/v1",
    "jobs": "/apis/batch/v1",
    "cronjobs": "/apis/batch/v1",
    "alertmanagers": "/apis/monitoring.coreos.com/v1",
    "prometheuses": "/apis/monitoring.coreos.com/v1",
    "podmonitors": "/apis/monitoring.coreos.com/v1",
    "servicemonitors": "/apis/monitoring.coreos.com/v1",
}


@dataclass(frozen=True, kw_only=True)
class Live:
    """The administrator's view of one namespace, and of namespaces."""

    client: httpx.Client
    namespace: str

    def get(self, resource: str, name: str) -> Object:
        """Returns an object that must exist."""
        found = self.find(resource, name)
        assert found is not None, f"there is no {resource}/{name}"
        return found

    def find(self, resource: str, name: str) -> Object | None:
        """Returns an object, or `None`."""
        response = self.client.get(f"{self._collection(resource)}/{name}")
        if response.status_code == httpx.codes.NOT_FOUND:
            return None
        response.raise_for_status()
        found: Object = response.json()
        return found

    def list(self, resource: str) -> dict[str, Object]:
        """Returns the objects of a kind by name."""
        response = self.client.get(self._collection(resource))
        response.raise_for_status()
        return {item["metadata"]["name"]: item for item in response.json()["items"]}

    def create_namespace(self, labels: Mapping[str, str]) -> None:
        """Makes the namespace as a user would."""
        manifest = {"metadata": {"name": self.namespace, "labels": dict(labels)}}
        self.client.post(f"{_CORE}/namespaces", json=manifest).raise_for_status()

    def create_config_map(self, name: str, data: Mapping[str, str]) -> None:
        """Makes a ConfigMap as a user would."""
        manifest = {"metadata": {"name": name}, "data": dict(data)}
        self.client.post(self._collection("configmaps"), json=manifest).raise_for_status()

    def create(self, resource: str, manifest: Object) -> None:
        """Makes an object as a user would."""
        self.client.post(self._collection(resource), json=manifest).raise_for_status()

    def patch(self, resource: str, name: str, change: Object) -> None:
        """Changes an object by hand (JSON merge patch)."""
        self.client.patch(
            f"{self._collection(resource)}/{name}",
            json=change,
            headers={"Content-Type": "application/merge-patch+json"},
        ).raise_for_status()

    def delete(self, resource: str, name: str) -> None:
        """Deletes an object by hand."""
        self.client.delete(f"{self._collection(resource)}/{name}").raise_for_status()

    def namespace_labels(self) -> dict[str, str] | None:
        """Returns the labels of the namespace; `None` where there is none."""
        response = self.client.get(f"{_CORE}/namespaces/{self.namespace}")
        if response.status_code == httpx.codes.NOT_FOUND:
            return None
        response.raise_for_status()
        labels: dict[str, str] = response.json()["metadata"].get("labels", {})
        return labels

    def secret(self, name: str) -> dict[str, str]:
        """Returns what a Secret holds, decoded."""
        data = self.get("secrets", name)["data"]
        return {key: base64.b64decode(value).decode() for key, value in data.items()}

    def _collection(self, resource: str) -> str:
        return f"{_GROUPS[resource]}/namespaces/{self.namespace}/{resource}"
