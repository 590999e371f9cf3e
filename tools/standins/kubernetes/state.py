"""What is kept of an object between two runs, in the official plug-in's form.

The live object's fields are the resource's outputs. Beside them stand the inputs that led to it,
the API version of its creation and the field manager.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from tools.standins.kubernetes.kind import Object
from tools.standins.kubernetes.secrecy import mark_like
from tools.standins.protocol.values import Properties, Value, reveal

INPUTS: Final = "__inputs"
INITIAL_API_VERSION: Final = "__initialApiVersion"
FIELD_MANAGER: Final = "__fieldManager"

_BOOKKEEPING: Final = frozenset({INPUTS, INITIAL_API_VERSION, FIELD_MANAGER})

_DASHED: Final = {
    f"x_kubernetes_{name.replace('-', '_')}": f"x-kubernetes-{name}"
    for name in (
        "embedded-resource",
        "int-or-string",
        "list-map-keys",
        "list-type",
        "map-type",
        "preserve-unknown-fields",
        "validations",
    )
}
"""The SDKs spell the dashed fields of CRD schemas with underscores."""
_UNDERSCORED: Final = {dashed: underscored for underscored, dashed in _DASHED.items()}


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    """A resource's state, taken apart."""

    inputs: Object
    live: Object
    initial_api_version: str
    field_manager: str


def to_object(properties: Mapping[str, Any]) -> Object:
    """Turn a resource's inputs into an object: no secret marks, fields spelt as Kubernetes does."""
    plain: Object = _respell(reveal(dict(properties)), _DASHED)
    return plain


def from_object(obj: Mapping[str, Any]) -> Properties:
    """Turn an object into properties; the inverse of `to_object` but for secret marks."""
    properties: Properties = _respell(dict(obj), _UNDERSCORED)
    return properties


def checkpoint(
    *,
    inputs: Object,
    live: Object,
    marks: Mapping[str, Any],
    initial_api_version: str,
    field_manager: str,
) -> Properties:
    """Put a resource's state together.

    Args:
        inputs: The inputs, without secret marks.
        live: The object as the API server has it.
        marks: Properties whose secret marks carry over to inputs and outputs.
        initial_api_version: The API version that created the object.
        field_manager: Who owns the declared fields.
    """
    outputs = mark_like(from_object(live), marks)
    outputs[INPUTS] = mark_like(from_object(inputs), marks)
    outputs[INITIAL_API_VERSION] = initial_api_version
    outputs[FIELD_MANAGER] = field_manager
    return outputs


def read_checkpoint(outputs: Mapping[str, Any]) -> Checkpoint:
    """Take a resource's state apart."""
    plain = to_object(outputs)
    live = {key: value for key, value in plain.items() if key not in _BOOKKEEPING}
    inputs = plain.get(INPUTS)
    return Checkpoint(
        inputs=inputs if isinstance(inputs, dict) else {},
        live=live,
        initial_api_version=plain.get(INITIAL_API_VERSION) or live.get("apiVersion") or "",
        field_manager=plain.get(FIELD_MANAGER) or "",
    )


def _respell(value: Value, spelling: Mapping[str, str]) -> Value:
    if isinstance(value, dict):
        return {spelling.get(key, key): _respell(item, spelling) for key, item in value.items()}
    if isinstance(value, list):
        return [_respell(item, spelling) for item in value]
    return value
