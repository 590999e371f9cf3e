"""Takes the secrets out of what was recorded, before it leaves the process."""

import hashlib
import hmac
import json
from collections.abc import Iterator, Sequence
from typing import Any, Final

from tools.preview.recording.secrecy import SECRET, SIGNATURE, is_secret

DIGEST: Final = "digest"
HIDDEN: Final = "[secret]"

_SHORTEST: Final = 6
"""Shorter secrets aren't looked for in other texts: they'd be found everywhere."""


def digest(key: bytes, text: str) -> str:
    """Returns what tells two secrets apart and neither of them; the key lasts for one report."""
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:24]


def hidden(value: object, key: bytes) -> object:
    """Returns a recorded value with each secret replaced by its digest."""
    if is_secret(value):
        plain = json.dumps(value.get("value"), sort_keys=True)
        return {SIGNATURE: SECRET, DIGEST: digest(key, plain)}
    if isinstance(value, dict):
        return {name: hidden(item, key) for name, item in value.items()}
    if isinstance(value, list):
        return [hidden(item, key) for item in value]
    return value


def secret_texts(value: object, *, inside: bool = False) -> Iterator[str]:
    """Yields every text of a recorded value that is secret and long enough to be looked for."""
    if is_secret(value):
        yield from secret_texts(value.get("value"), inside=True)
    elif isinstance(value, dict):
        for item in value.values():
            yield from secret_texts(item, inside=inside)
    elif isinstance(value, list):
        for item in value:
            yield from secret_texts(item, inside=inside)
    elif inside and isinstance(value, str) and len(value) >= _SHORTEST:
        yield value


def without(value: Any, secrets: Sequence[str]) -> Any:  # noqa: ANN401 - JSON in, JSON out
    """Returns a value with secrets blotted out wherever they stand, in keys too; the longest first."""
    return _blotted(value, sorted(secrets, key=len, reverse=True)) if secrets else value


def _blotted(value: Any, longest_first: Sequence[str]) -> Any:  # noqa: ANN401 - JSON in, JSON out
    if isinstance(value, str):
        for secret in longest_first:
            value = value.replace(secret, HIDDEN)
        return value
    if isinstance(value, dict):
        return {
            _blotted(key, longest_first): _blotted(item, longest_first)
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [_blotted(item, longest_first) for item in value]
    return value
