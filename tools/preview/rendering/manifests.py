"""The chart's objects of both revisions, as resources that can be compared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.preview.masking import Masking, blotting, known_secrets
from tools.preview.rendering.chart import (
    FetchError,
    Helm,
    Manifest,
    RefusedError,
    identity_of,
    origin_of,
    steady,
)
from tools.preview.resource import Resource, Source


@dataclass(frozen=True, kw_only=True)
class Side:
    """A release at one revision.

    Attributes:
        tree: The project's folder.
        release: The release; `None` where there is none.
    """

    tree: Path
    release: Resource | None


@dataclass(frozen=True, kw_only=True)
class Manifests:
    """What Helm makes of a release at both revisions.

    Attributes:
        before: Objects of the base.
        after: Objects of the head.
        note: Why there are none; empty where there are.
        error: What Helm refuses of the head; `None` for nothing.
    """

    before: tuple[Resource, ...] = ()
    after: tuple[Resource, ...] = ()
    note: str = ""
    error: str | None = None


def manifests(helm: Helm, before: Side, after: Side, masking: Masking) -> Manifests:
    """Renders a release at both revisions; nothing is rendered where both are bound to be the same."""
    if _alike(before.release, after.release):
        return Manifests()
    try:
        old = _rendered(helm, before)
    except (FetchError, RefusedError) as error:
        return Manifests(note=_masked_note("base", error, masking))
    try:
        new = _rendered(helm, after)
    except FetchError as error:
        return Manifests(note=_masked_note("head", error, masking))
    except RefusedError as error:
        return Manifests(error=f"helm refuses the release: {masking.text(str(error))}")
    try:
        # Once more where something differs: what differs now too is random.
        settled = steady(old, old if old == new else _rendered(helm, before, again=True))
    except (FetchError, RefusedError) as error:
        return Manifests(note=_masked_note("base", error, masking))
    return Manifests(
        before=_resources([settled(one) for one in old], masking),
        after=_resources([settled(one) for one in new], masking),
    )


def _alike(before: Resource | None, after: Resource | None) -> bool:
    if before is None or after is None:
        return before is after
    return before.inputs == after.inputs and not origin_of(after.inputs).on_disk


def _rendered(helm: Helm, side: Side, *, again: bool = False) -> tuple[Manifest, ...]:
    if side.release is None:
        return ()
    return helm.manifests(side.release.inputs, side.tree, again=again)


def _masked_note(revision: str, error: Exception, masking: Masking) -> str:
    return (
        f"The chart's objects aren't compared ({revision}: {masking.text(str(error))}); "
        "the difference of its values is."
    )


def _resources(rendered: Sequence[Manifest], masking: Masking) -> tuple[Resource, ...]:
    blot = blotting(known_secrets(rendered))
    return tuple(
        _resource(
            manifest, masking.inputs(_shown(manifest, blot(manifest)), secret=_secret(manifest))
        )
        for manifest in rendered
    )


def _shown(manifest: Manifest, blotted: Manifest) -> Manifest:
    """A Secret's own data stays until it is masked: blotted out, a change of it couldn't be told."""
    kept: Manifest = {key: manifest[key] for key in ("data", "stringData") if key in manifest}
    return {**blotted, **kept} if _secret(manifest) else blotted


def _secret(manifest: Mapping[str, Any]) -> bool:
    return manifest.get("kind") == "Secret"


def _resource(manifest: Manifest, inputs: dict[str, Any]) -> Resource:
    metadata = inputs.get("metadata") or {}
    namespace = metadata.get("namespace")
    name = str(metadata.get("name"))
    return Resource(
        identity=f"chart::{identity_of(manifest)}",
        token=f"{manifest.get('apiVersion')}/{manifest.get('kind')}",
        kind=str(manifest.get("kind")),
        name=f"{namespace}/{name}" if namespace else name,
        source=Source.CHART,
        inputs=inputs,
    )
