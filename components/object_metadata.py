"""The metadata of objects that this program makes and nobody else may change."""

from collections.abc import Mapping
from typing import Any, Final

import pulumi

FORCE_ANNOTATION: Final = "pulumi.com/patchForce"
"""Annotation by which the kubernetes provider takes over fields that somebody changed by hand."""


def object_metadata(
    *,
    name: str,
    namespace: pulumi.Input[str] | None,
    labels: Mapping[str, str],
    annotations: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Returns the metadata of one of our own objects, under a fixed name.

    Whoever edits such an object becomes the owner of the field in server-side apply, and an update would
    stop with a conflict. The object is ours alone, so an update takes the field back.

    Args:
        name: Name of the object.
        namespace: Its namespace; `None` for an object of the cluster.
        labels: Its labels.
        annotations: Further annotations.
    """
    return {
        "name": name,
        **({} if namespace is None else {"namespace": namespace}),
        "labels": dict(labels),
        "annotations": {**(annotations or {}), FORCE_ANNOTATION: "true"},
    }
