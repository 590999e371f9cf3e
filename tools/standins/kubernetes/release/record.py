"""What Helm has recorded of a release, read from the Secret that it keeps in the cluster.

The format is Helm's own, `pkg/storage/driver` in its source: JSON, gzipped, in base64.
"""

import base64
import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from tools.standins.kubernetes.api_client import ApiClient
from tools.standins.kubernetes.api_errors import ApiError

_GZIP_MAGIC: Final = b"\x1f\x8b"


@dataclass(frozen=True, kw_only=True)
class Record:
    """The latest revision of a release."""

    name: str
    namespace: str
    revision: int
    status: str
    description: str
    values: Mapping[str, Any]
    chart: Mapping[str, Any]
    manifest: str

    @property
    def pending(self) -> bool:
        """Whether helm was interrupted, or is at work right now."""
        return self.status.startswith("pending-")

    @property
    def outputs(self) -> dict[str, Any]:
        """The `status` output of the resource."""
        return {
            "appVersion": str(self.chart.get("appVersion") or ""),
            "chart": str(self.chart.get("name") or ""),
            "name": self.name,
            "namespace": self.namespace,
            "revision": self.revision,
            "status": self.status,
            "version": str(self.chart.get("version") or ""),
        }


def find_record(client: ApiClient, namespace: str, name: str) -> Record | None:
    """Return the latest revision, None when there is no such release."""
    try:
        listed = client.get(
            f"/api/v1/namespaces/{namespace}/secrets", labelSelector=f"owner=helm,name={name}"
        )
    except ApiError as error:
        if error.missing:
            return None
        raise
    encoded = [
        (secret.get("data") or {}).get("release")
        for secret in listed.get("items") or []
        if secret.get("type") == "helm.sh/release.v1"
    ]
    records = [decode_record(item) for item in encoded if item]
    return max(records, key=lambda record: record.revision, default=None)


def decode_record(encoded: str) -> Record:
    """Decode the `release` field of Helm's Secret."""
    packed = base64.b64decode(base64.b64decode(encoded))
    text = gzip.decompress(packed) if packed.startswith(_GZIP_MAGIC) else packed
    found = json.loads(text)
    info = found.get("info") or {}
    return Record(
        name=found.get("name") or "",
        namespace=found.get("namespace") or "",
        revision=int(found.get("version") or 0),
        status=info.get("status") or "",
        description=info.get("description") or "",
        values=found.get("config") or {},
        chart=(found.get("chart") or {}).get("metadata") or {},
        manifest=found.get("manifest") or "",
    )


def resource_names(manifest: str) -> dict[str, list[str]]:
    """List a manifest's objects by kind, as `ConfigMap/v1` or `Deployment.apps/apps/v1`."""
    import yaml  # noqa: PLC0415 - only releases need it

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    names: dict[str, set[str]] = {}
    for document in yaml.load_all(manifest, Loader=loader):
        if not isinstance(document, dict) or not document.get("kind"):
            continue
        api_version = str(document.get("apiVersion") or "")
        group = api_version.rpartition("/")[0]
        kind = f"{document['kind']}.{group}" if group else str(document["kind"])
        metadata = document.get("metadata") or {}
        namespace, name = metadata.get("namespace"), metadata.get("name") or ""
        names.setdefault(f"{kind}/{api_version}", set()).add(
            f"{namespace}/{name}" if namespace else name
        )
    return {key: sorted(found) for key, found in sorted(names.items())}
