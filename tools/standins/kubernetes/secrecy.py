"""Carries secret marks from inputs to outputs."""

from collections.abc import Mapping
from typing import Any, Final

from tools.standins.protocol.values import Secret, Value, contains_secret, reveal, secret

_SECRET_FIELDS: Final = ("data", "stringData")


def mark_like(outputs: Mapping[str, Any], inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Mark the outputs whose inputs are secret, leaf by leaf in mappings, lists as a whole.

    The data of a Kubernetes Secret is secret in any case, wherever the object appears.
    """
    marked = {key: _mark(value, inputs.get(key)) for key, value in outputs.items()}
    if marked.get("kind") == "Secret":
        for field in _SECRET_FIELDS:
            if field in marked:
                marked[field] = secret(reveal(marked[field]))
    return marked


def _mark(output: Value, declared: Value) -> Value:
    if isinstance(output, Secret):
        return output
    if isinstance(output, dict) and isinstance(declared, dict):
        return mark_like(output, declared)
    if contains_secret(declared):
        return secret(output)
    if isinstance(output, dict):
        return mark_like(output, {})
    return output
