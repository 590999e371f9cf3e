"""Helm releases: what the state says of them, and what Helm has recorded in the cluster."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import yaml

from components.preflight.live_cluster import LiveCluster
from tools.preview.comparing.replacing import RELEASE
from tools.preview.rendering.chart import Manifest, in_namespace
from tools.standins.kubernetes.release.record import Record, decode_record

_SECRET_TYPE: Final = "helm.sh/release.v1"  # noqa: S105 - a type of Secret


@dataclass(frozen=True, kw_only=True)
class Release:
    """A release as the state knows it.

    Attributes:
        name: Name of the release.
        namespace: Where Helm keeps its record.
        revision: The revision that the last update made; `None` where the state doesn't say.
    """

    name: str
    namespace: str
    revision: int | None


def release_of(resource: Mapping[str, Any]) -> Release | None:
    """Reads a resource of the state; `None` where it is no release."""
    if resource.get("type") != RELEASE:
        return None
    outputs = resource.get("outputs") or {}
    status = outputs.get("status")
    revision = status.get("revision") if isinstance(status, dict) else None
    namespace, _, name = str(resource.get("id") or "").rpartition("/")
    return Release(
        name=str(outputs.get("name") or name),
        namespace=str(outputs.get("namespace") or namespace),
        revision=int(revision) if isinstance(revision, int | float) else None,
    )


def releases_of(state: Mapping[str, Any]) -> tuple[Release, ...]:
    """Returns the releases of an exported state."""
    resources = (state.get("deployment") or {}).get("resources") or ()
    return tuple(found for resource in resources if (found := release_of(resource)) is not None)


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """What Helm has recorded of a release.

    Attributes:
        ours: The revision that the last update made, or the latest where that one is forgotten.
        latest: The latest revision.
    """

    ours: Record
    latest: Record

    @property
    def objects(self) -> tuple[Manifest, ...]:
        """The objects as they were installed, each in its namespace."""
        return tuple(_objects(self.ours))


def find_recorded(cluster: LiveCluster, release: Release) -> Recorded | None:
    """Reads Helm's record of a release; `None` where there is none.

    Raises:
        UnreadableError: The cluster doesn't answer, or forbids it.
    """
    secrets = cluster.list(
        f"/api/v1/namespaces/{release.namespace}/secrets",
        label_selector=f"owner=helm,name={release.name}",
    )
    records = [
        decode_record(secret["data"]["release"])
        for secret in secrets
        if secret.get("type") == _SECRET_TYPE and "release" in (secret.get("data") or {})
    ]
    if not records:
        return None
    latest = max(records, key=lambda record: record.revision)
    named = (record for record in records if record.revision == release.revision)
    return Recorded(ours=next(named, latest), latest=latest)


def _objects(record: Record) -> Iterator[Manifest]:
    for document in yaml.load_all(record.manifest, yaml.CSafeLoader):
        if isinstance(document, dict) and document.get("kind"):
            yield in_namespace(document, record.namespace)
