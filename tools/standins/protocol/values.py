"""Pulumi property values as Python values.

None, bool, int, float, str, list and dict stand for themselves. `UNKNOWN` is a value that a preview
can't know yet. `Secret` marks a value that must never be shown. Assets, archives and resource
references stay dicts with their signature key.

The signatures are those of Pulumi's `sdk/go/common/resource/sig`, the sentinels those of
`sdk/go/common/resource/plugin/rpc.go`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final, Literal, TypeAlias

from tools.standins.protocol.stubs import Message, struct_pb2

Value: TypeAlias = Any
"""A property value as this module describes it."""

SIGNATURE_KEY: Final = "4dabf18193072939515e22adb298388d"
SECRET_SIGNATURE: Final = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - public marker
OUTPUT_SIGNATURE: Final = "d0e6a833031e9bbcd3f4e8bde6ca49a4"

_UNKNOWN_SENTINELS: Final = frozenset(
    {
        "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
        "030794c1-ac77-496b-92df-f27374a8bd58",
        "e48ece36-62e2-4504-bad9-02848725956a",
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
    }
)
_UNKNOWN_STRING: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


class Unknown(Enum):
    """The type of `UNKNOWN`."""

    UNKNOWN = "unknown"

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final[Literal[Unknown.UNKNOWN]] = Unknown.UNKNOWN
"""A value that depends on something not yet created; only previews carry it."""


@dataclass(frozen=True, repr=False)
class Secret:
    """A value that Pulumi encrypts in its state and hides in its output. `repr` hides it too."""

    value: Any

    def __repr__(self) -> str:
        return "Secret(...)"


Properties: TypeAlias = dict[str, Value]
"""The properties of a resource: names to values as described in this module."""


def decode(struct: Message) -> Properties:
    """Turn a protobuf `Struct` into properties. An absent one gives an empty dict."""
    if struct is None:
        return {}
    return {key: _decode_value(value) for key, value in struct.fields.items()}


def encode(properties: Mapping[str, Value]) -> Message:
    """Turn properties into a protobuf `Struct`; the inverse of `decode`."""
    struct = struct_pb2.Struct()
    for key, value in properties.items():
        _encode_value(value, struct.fields[key])
    return struct


def secret(value: Value) -> Value:
    """Mark a value as secret, once: a secret of a secret is that secret."""
    return value if isinstance(value, Secret) else Secret(value)


def reveal(value: Value) -> Value:
    """Return the value without secret marks, at any depth."""
    if isinstance(value, Secret):
        return reveal(value.value)
    if isinstance(value, dict):
        return {key: reveal(item) for key, item in value.items()}
    if isinstance(value, list):
        return [reveal(item) for item in value]
    return value


def known(value: Value) -> Value:
    """Return the value without unknowns: dropped from dicts and lists, `None` at the top."""
    if isinstance(value, Secret):
        return Secret(known(value.value))
    if isinstance(value, dict):
        return {key: known(item) for key, item in value.items() if not _is_unknown(item)}
    if isinstance(value, list):
        return [known(item) for item in value if not _is_unknown(item)]
    return None if value is UNKNOWN else value


def contains_unknown(value: Value) -> bool:
    """Whether any part of the value is not known yet."""
    return _any_part(value, lambda part: part is UNKNOWN)


def contains_secret(value: Value) -> bool:
    """Whether any part of the value is secret."""
    return _any_part(value, lambda part: isinstance(part, Secret))


def _is_unknown(value: Value) -> bool:
    return value is UNKNOWN or (isinstance(value, Secret) and _is_unknown(value.value))


def _any_part(value: Value, holds: Callable[[Value], bool]) -> bool:
    if holds(value):
        return True
    if isinstance(value, Secret):
        return _any_part(value.value, holds)
    if isinstance(value, dict):
        return any(_any_part(item, holds) for item in value.values())
    if isinstance(value, list):
        return any(_any_part(item, holds) for item in value)
    return False


def _decode_value(value: Message) -> Value:
    match value.WhichOneof("kind"):
        case "bool_value":
            return value.bool_value
        case "number_value":
            return _decode_number(value.number_value)
        case "string_value":
            return UNKNOWN if value.string_value in _UNKNOWN_SENTINELS else value.string_value
        case "list_value":
            return [_decode_value(item) for item in value.list_value.values]
        case "struct_value":
            return _decode_struct(value.struct_value)
        case _:
            return None


def _decode_number(number: float) -> int | float:
    return int(number) if number.is_integer() else number


def _decode_struct(struct: Message) -> Value:
    fields = {key: _decode_value(value) for key, value in struct.fields.items()}
    match fields.get(SIGNATURE_KEY):
        case signature if signature == SECRET_SIGNATURE:
            return secret(fields.get("value"))
        case signature if signature == OUTPUT_SIGNATURE:
            value = fields.get("value", UNKNOWN)
            return secret(value) if fields.get("secret") is True else value
        case _:
            return fields


def _encode_value(value: Value, target: Message) -> None:
    match value:
        case Secret():
            fields = target.struct_value.fields
            fields[SIGNATURE_KEY].string_value = SECRET_SIGNATURE
            _encode_value(value.value, fields["value"])
        case dict():
            target.struct_value.SetInParent()
            for key, item in value.items():
                _encode_value(item, target.struct_value.fields[key])
        case list() | tuple():
            target.list_value.SetInParent()
            for item in value:
                _encode_value(item, target.list_value.values.add())
        case _:
            _encode_scalar(value, target)


def _encode_scalar(value: Value, target: Message) -> None:
    match value:
        case None:
            target.null_value = struct_pb2.NULL_VALUE
        case Unknown():
            target.string_value = _UNKNOWN_STRING
        case bool():
            target.bool_value = value
        case int() | float():
            target.number_value = value
        case str():
            target.string_value = value
        case _:
            msg = f"a property value can't be a {type(value).__name__}"
            raise TypeError(msg)
