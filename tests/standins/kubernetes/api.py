"""The API server as its administrator sees it, beside every plug-in."""

import base64
import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

Object = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Api:
    """One namespace."""

    client: httpx.Client
    namespace: str

    def path(self, plural: str, name: str = "", *, root: str = "/api/v1") -> str:
        """Return the path of objects in the namespace."""
        return f"{root}/namespaces/{self.namespace}/{plural}/{name}".rstrip("/")

    def get(self, plural: str, name: str, *, root: str = "/api/v1") -> Object:
        """Return an object that must exist."""
        found = self.find(plural, name, root=root)
        assert found is not None, name
        return found

    def find(self, plural: str, name: str, *, root: str = "/api/v1") -> Object | None:
        """Return an object, or None."""
        response = self.client.get(self.path(plural, name, root=root))
        if response.status_code == httpx.codes.NOT_FOUND:
            return None
        found: Object = response.raise_for_status().json()
        return found

    def data(self, name: str) -> Mapping[str, str]:
        """Return a ConfigMap's data."""
        data: Mapping[str, str] = self.get("configmaps", name).get("data", {})
        return data

    def secret(self, name: str) -> Mapping[str, str]:
        """Return a Secret's data, decoded."""
        data = self.get("secrets", name)["data"]
        return {key: base64.b64decode(value).decode() for key, value in data.items()}

    def create_config_map(self, name: str, data: Mapping[str, str]) -> None:
        """Make a ConfigMap as a user would."""
        body = {"metadata": {"name": name}, "data": dict(data)}
        self.client.post(self.path("configmaps"), json=body).raise_for_status()

    def patch(self, plural: str, name: str, change: Object, *, root: str = "/api/v1") -> None:
        """Change an object by hand."""
        headers = {"Content-Type": "application/merge-patch+json"}
        path = self.path(plural, name, root=root)
        self.client.patch(path, json=change, headers=headers).raise_for_status()

    def apply(self, name: str, data: Mapping[str, str], *, manager: str) -> None:
        """Manage some keys of a ConfigMap by server-side apply."""
        body = {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": name},
            "data": dict(data),
        }
        self.client.patch(
            self.path("configmaps", name),
            json=body,
            params={"fieldManager": manager, "force": "true"},
            headers={"Content-Type": "application/apply-patch+yaml"},
        ).raise_for_status()

    def delete(self, plural: str, name: str) -> None:
        """Delete an object by hand."""
        self.client.delete(self.path(plural, name)).raise_for_status()

    def mark_release(self, name: str, revision: int, *, status: str) -> None:
        """Leave Helm's record of a release as a killed helm does."""
        secret = self.get("secrets", f"sh.helm.release.v1.{name}.v{revision}")
        packed = base64.b64decode(base64.b64decode(secret["data"]["release"]))
        record = json.loads(gzip.decompress(packed))
        record["info"]["status"] = status
        packed = base64.b64encode(gzip.compress(json.dumps(record).encode()))
        change = {
            "metadata": {"labels": {"status": status}},
            "data": {"release": base64.b64encode(packed).decode()},
        }
        self.patch("secrets", secret["metadata"]["name"], change)

    def create_namespace(self) -> None:
        """Make the namespace."""
        body = {"metadata": {"name": self.namespace}}
        self.client.post("/api/v1/namespaces", json=body).raise_for_status()

    def delete_namespace(self) -> None:
        """Ask for the namespace's removal; nobody waits for it."""
        self.client.delete(f"/api/v1/namespaces/{self.namespace}").raise_for_status()
