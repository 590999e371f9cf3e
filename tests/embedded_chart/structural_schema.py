"""Checks an object against the structural schema of its CRD, as far as such schemas go."""

import re
from collections.abc import Iterator
from typing import Any

from tests.embedded_chart.rendering import Manifest

_TYPES: dict[str, type | tuple[type, ...]] = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
}


def problems(crd: Manifest, manifest: Manifest) -> list[str]:
    """What the API server would refuse or silently prune, each with its path."""
    version = manifest["apiVersion"].partition("/")[2]
    (schema,) = (
        served["schema"]["openAPIV3Schema"]
        for served in crd["spec"]["versions"]
        if served["name"] == version
    )
    return list(_object(schema["properties"]["spec"], manifest["spec"], "spec"))


def _any(schema: Manifest, value: object, path: str) -> Iterator[str]:
    if value is None:
        if not schema.get("nullable"):
            yield f"{path}: null"
    elif schema.get("x-kubernetes-int-or-string"):
        if isinstance(value, bool) or not isinstance(value, int | str):
            yield f"{path}: {value!r} is neither integer nor string"
    elif not _fits(schema, value):
        yield f"{path}: {value!r} is no {schema['type']}"
    elif isinstance(value, dict):
        yield from _object(schema, value, path)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _any(schema["items"], item, f"{path}[{index}]")
    else:
        yield from _scalar(schema, value, path)


def _fits(schema: Manifest, value: object) -> bool:
    expected = _TYPES[schema["type"]]
    return isinstance(value, expected) and (expected is bool or not isinstance(value, bool))


def _object(schema: Manifest, value: dict[str, Any], path: str) -> Iterator[str]:
    known = schema.get("properties", {})
    for key in schema.get("required", []):
        if key not in value:
            yield f"{path}.{key}: missing"
    for key, item in value.items():
        if key in known:
            yield from _any(known[key], item, f"{path}.{key}")
        elif "additionalProperties" in schema:
            yield from _any(schema["additionalProperties"], item, f"{path}.{key}")
        elif not schema.get("x-kubernetes-preserve-unknown-fields"):
            yield f"{path}.{key}: unknown"


def _scalar(schema: Manifest, value: object, path: str) -> Iterator[str]:
    if "enum" in schema and value not in schema["enum"]:
        yield f"{path}: {value!r} is none of {schema['enum']}"
    if "pattern" in schema and not re.search(schema["pattern"], str(value)):
        yield f"{path}: {value!r} doesn't match {schema['pattern']}"
    if isinstance(value, int) and not (
        schema.get("minimum", value) <= value <= schema.get("maximum", value)
    ):
        yield f"{path}: {value} is out of range"
    if isinstance(value, str) and len(value) < schema.get("minLength", 0):
        yield f"{path}: too short"
