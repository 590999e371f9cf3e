"""Drift of what charts made: Helm's own record of the installed objects, against those in the cluster."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from components.preflight.live_cluster import LiveCluster
from tools.drift.addresses import Addresses
from tools.drift.found import Drift
from tools.drift.live_shape import asked_for, shape
from tools.drift.releases import Recorded, Release, find_recorded
from tools.preview.comparing.fields import Field, fields
from tools.preview.comparing.replacing import RELEASE
from tools.preview.masking import Masking, blotting, known_secrets
from tools.preview.rendering.chart import Manifest, identity_of
from tools.preview.resource import Hidden, Resource, Source

_NOT_SERVED: Final = "the cluster doesn't know this kind any more: its definition (CRD) is gone"


@dataclass(frozen=True, kw_only=True)
class Compared:
    """One object of a chart.

    Attributes:
        manifest: As it was installed.
        live: As it is; `None` where it is gone.
        address: Where the API server has it; `None` where the cluster doesn't know its kind.
    """

    manifest: Manifest
    live: Manifest | None
    address: str | None

    @property
    def drifted(self) -> bool:
        """Whether it isn't as it was installed."""
        wanted = asked_for(self.manifest)
        return self.live is None or shape(wanted, self.live) != wanted


def compared(cluster: LiveCluster, recorded: Recorded) -> Iterator[Compared]:
    """Yields a release's objects with what has become of them.

    Raises:
        UnreadableError: The cluster doesn't answer, or forbids it.
    """
    addresses = Addresses(cluster=cluster)
    for manifest in recorded.objects:
        address = addresses.of(manifest)
        live = None if address is None else cluster.find(address)
        yield Compared(
            manifest=manifest, live=None if live is None else dict(live), address=address
        )


def read_chart_objects(
    cluster: LiveCluster, releases: Sequence[Release], masking: Masking
) -> Iterator[Drift]:
    """Yields drift of what releases installed. A release that is gone is the engine's to tell.

    Args:
        cluster: Reader of the cluster.
        releases: As the state knows them.
        masking: Hides secrets.

    Raises:
        UnreadableError: The cluster doesn't answer, or forbids it.
    """
    for release in releases:
        recorded = find_recorded(cluster, release)
        if recorded is None:
            continue
        if (by_hand := _of_the_release(release, recorded)) is not None:
            yield by_hand
        found = tuple(compared(cluster, recorded))
        secrets = known_secrets(
            [each for one in found for each in (one.manifest, one.live) if each]
        )
        yield from (_drift(one, secrets, masking) for one in found if one.drifted)


def _of_the_release(release: Release, recorded: Recorded) -> Drift | None:
    """Tells of a release that somebody else upgraded, or that isn't whole."""
    latest = recorded.latest
    told = {"revision": release.revision or latest.revision, "status": "deployed"}
    seen = {"revision": latest.revision, "status": latest.status}
    if told == seen:
        return None
    resource = Resource(
        identity=f"chart::{RELEASE}::{release.namespace}/{release.name}",
        token=RELEASE,
        kind="Release",
        name=f"{release.namespace}/{release.name}",
        source=Source.CHART,
        inputs={},
    )
    note = "Helm was used by hand, or was interrupted"
    return Drift(resource=resource, fields=tuple(fields(told, seen)), note=note)


def _drift(one: Compared, secrets: Sequence[str], masking: Masking) -> Drift:
    wanted = asked_for(one.manifest)
    resource = _resource(one.manifest, _hidden(one.manifest, wanted, secrets, masking))
    if one.live is None:
        return Drift(resource=resource, note=_NOT_SERVED if one.address is None else "")
    seen = shape(wanted, one.live)
    shown = tuple(fields(resource.inputs, _hidden(one.manifest, seen, secrets, masking)))
    # Where all that differs is masked, it differs nevertheless.
    return Drift(resource=resource, fields=shown or tuple(_masked(wanted, seen, masking)))


def _hidden(
    manifest: Manifest, content: dict[str, Any], secrets: Sequence[str], masking: Masking
) -> dict[str, Any]:
    is_secret = manifest.get("kind") == "Secret"
    blotted: dict[str, Any] = content if is_secret else blotting(secrets)(content)
    return masking.inputs(blotted, secret=is_secret)


def _masked(wanted: Manifest, seen: Manifest, masking: Masking) -> Iterator[Field]:
    for field in fields(wanted, seen):
        path = tuple(masking.text(part) for part in field.path)
        yield Field(path=path, before=Hidden(digest="made"), after=Hidden(digest="found"))


def _resource(manifest: Manifest, inputs: dict[str, Any]) -> Resource:
    metadata = manifest["metadata"]
    namespace = metadata.get("namespace")
    return Resource(
        identity=f"chart::{identity_of(manifest)}",
        token=f"{manifest['apiVersion']}/{manifest['kind']}",
        kind=str(manifest["kind"]),
        name=f"{namespace}/{metadata['name']}" if namespace else str(metadata["name"]),
        source=Source.CHART,
        inputs=inputs,
    )
