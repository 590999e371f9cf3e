"""Names of objects and field managers that a program leaves open."""

import hashlib
import secrets
from typing import Any, Final

from tools.standins.kubernetes.annotations import AUTONAMED
from tools.standins.kubernetes.kind import Object, annotation, name_of
from tools.standins.protocol.values import UNKNOWN

SUFFIX_DIGITS: Final = 8
"""Hexadecimal digits, as `NewUniqueName` of Pulumi's Go SDK adds by default."""


def unique_name(prefix: str, seed: bytes) -> str:
    """Add random digits to a prefix; the same seed gives the same name."""
    if not seed:
        return prefix + secrets.token_hex(SUFFIX_DIGITS // 2)
    return prefix + hashlib.sha256(seed + prefix.encode()).hexdigest()[:SUFFIX_DIGITS]


def is_named(obj: Object) -> bool:
    """Whether the program names the object, now or once an output is known."""
    meta = obj.get("metadata")
    if meta is UNKNOWN:
        return True
    return isinstance(meta, dict) and (meta.get("name") is UNKNOWN or bool(name_of(obj)))


def is_autonamed(obj: Object) -> bool:
    """Whether the object's name was made here."""
    return annotation(obj, AUTONAMED) == "true"


def with_name(obj: Object, name: str) -> Object:
    """Return the object under a name made here, and marked so."""
    meta: dict[str, Any] = dict(obj.get("metadata") or {})
    meta["name"] = name
    annotations = meta.get("annotations") or {}
    if annotations is not UNKNOWN:
        meta["annotations"] = {**annotations, AUTONAMED: "true"}
    return {**obj, "metadata": meta}
