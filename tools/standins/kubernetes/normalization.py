"""Brings inputs into the form in which the API server keeps them."""

import base64
import binascii
from typing import Any, Final

from tools.standins.kubernetes.kind import Object
from tools.standins.protocol.values import contains_unknown

SERVER_OWNED_METADATA: Final = frozenset(
    {
        "creationTimestamp",
        "deletionGracePeriodSeconds",
        "deletionTimestamp",
        "generation",
        "managedFields",
        "resourceVersion",
        "selfLink",
        "uid",
    }
)
"""Metadata that a program can't set, `ObjectMeta` in the Kubernetes API reference."""

_SERVER_OWNED_ANNOTATIONS: Final = frozenset(
    {
        "deployment.kubernetes.io/revision",
        "kubectl.kubernetes.io/last-applied-configuration",
    }
)


def normalize(obj: Object) -> Object:
    """Return the object as the API server would spell it, without server-owned metadata.

    A Secret's `stringData` becomes `data`, a CRD loses its status. An object with parts that
    aren't known yet keeps its spelling.
    """
    normal = without_server_owned_metadata(obj)
    if contains_unknown(normal):
        return normal
    match normal.get("apiVersion"), normal.get("kind"):
        case "v1", "Secret":
            return _normalize_secret(normal)
        case "apiextensions.k8s.io/v1", "CustomResourceDefinition":
            return _normalize_crd(normal)
        case _:
            return normal


def without_server_owned_metadata(obj: Object) -> Object:
    """Return the object without metadata that only the API server sets."""
    meta = obj.get("metadata")
    if not isinstance(meta, dict):
        return obj
    kept = {key: value for key, value in meta.items() if key not in SERVER_OWNED_METADATA}
    return {**obj, "metadata": kept}


def inputs_of_import(live: Object) -> Object:
    """Return what a program would have to declare to have made the live object."""
    inputs = without_server_owned_metadata(live)
    inputs = {key: value for key, value in inputs.items() if key != "status"}
    annotations = inputs["metadata"].get("annotations")
    if isinstance(annotations, dict):
        inputs["metadata"]["annotations"] = {
            key: value for key, value in annotations.items() if key not in _SERVER_OWNED_ANNOTATIONS
        }
        if not inputs["metadata"]["annotations"]:
            del inputs["metadata"]["annotations"]
    return inputs


def _normalize_secret(obj: Object) -> Object:
    data: dict[str, Any] = dict(obj.get("data") or {})
    data = {key: _reencode(value) for key, value in data.items()}
    text = obj.get("stringData") or {}
    data |= {
        key: base64.b64encode(value.encode()).decode()
        for key, value in text.items()
        if isinstance(value, str)
    }
    kept = {key: value for key, value in obj.items() if key not in {"data", "stringData"}}
    return {**kept, "data": data} if data or "data" in obj or "stringData" in obj else kept


def _reencode(value: object) -> object:
    """Decode and encode, as the server does, so that line breaks in base64 don't matter."""
    if not isinstance(value, str):
        return value
    try:
        decoded = base64.b64decode("".join(value.split()), validate=True)
        return base64.b64encode(decoded).decode()
    except (binascii.Error, ValueError):
        return value


def _normalize_crd(obj: Object) -> Object:
    normal = {key: value for key, value in obj.items() if key != "status"}
    spec = normal.get("spec")
    if isinstance(spec, dict) and spec.get("preserveUnknownFields") is False:
        normal["spec"] = {k: v for k, v in spec.items() if k != "preserveUnknownFields"}
    return normal
