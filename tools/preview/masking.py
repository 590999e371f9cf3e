"""Takes secrets out of values and texts before anything is compared, written or shown.

What Pulumi knows to be secret never gets this far. This is about the rest: the data of Secrets, values whose
key says what they are, and texts that have the form of a credential.
"""

import base64
import binascii
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from tools.preview.recording.hiding import DIGEST, HIDDEN, digest, without
from tools.preview.recording.secrecy import is_secret
from tools.preview.resource import Hidden

_SECRET_KEYS: Final = (
    "password",
    "passwd",
    "passphrase",
    "token",
    "apikey",
    "accesskey",
    "secretkey",
    "privatekey",
    "privatekeypem",
    "clientsecret",
    "authorization",
    "routingkey",
    "servicekey",
    "slackapiurl",
)
"""Ends of keys whose value is a secret; `passwordKey` or `tokenSecret` name one and are none."""

_KEY_WORDS: Final = r"pass(?:word|wd|phrase)|token|api[_-]?key|access[_-]?key|secret[_-]?key"

_CREDENTIALS: Final = (
    (re.compile(r"-----BEGIN ([A-Z ]*PRIVATE KEY)-----.*?(-----END \1-----|\Z)", re.DOTALL), ""),
    (re.compile(r"(://[^/\s:@]*:)[^@/\s]+(?=@)"), r"\1"),
    (re.compile(r"\b((?:bearer|basic)\s+)[\w.~+/=-]{8,}", re.IGNORECASE), r"\1"),
    (re.compile(r"\beyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]*"), ""),
    (re.compile(r"\b(?:AKIA[0-9A-Z]{16}|gh[pousr]_\w{20,}|xox[abprs]-[\w-]{10,})"), ""),
    (
        re.compile(rf"((?:{_KEY_WORDS})[\"']?\s*[:=]\s*[\"']?)[^\s\"',;&]{{4,}}", re.IGNORECASE),
        r"\1",
    ),
)

_REMEMBERED: Final = 2**16
"""Texts; both revisions and all stacks hold nearly the same ones, and looking through one is slow."""

_SHORTEST_KNOWN: Final = 8
"""Shorter data of Secrets, such as a user's name, isn't looked for in other texts."""


@dataclass(frozen=True, kw_only=True)
class Masking:
    """Masks with one key, so that a secret that stays and one that changes can be told apart.

    Attributes:
        key: Lasts for one report.
    """

    key: bytes

    def text(self, text: str) -> str:
        """Returns a text with what looks like a credential blotted out."""
        return _without_credentials(text)

    def inputs(self, inputs: Mapping[str, Any], *, secret: bool) -> dict[str, Any]:
        """Returns inputs without secrets.

        Args:
            inputs: As recorded, or a manifest.
            secret: Whether they are those of a Secret, whose data is secret whatever it is called.
        """
        data = {key: inputs[key] for key in ("data", "stringData") if secret and key in inputs}
        shown = {key: value for key, value in inputs.items() if key not in data}
        return {**self._mapping(shown), **{key: self._wholly(value) for key, value in data.items()}}

    def _value(self, value: object) -> object:
        if isinstance(value, Hidden):
            return value
        if is_secret(value):
            return Hidden(digest=str(value.get(DIGEST, "")))
        if isinstance(value, dict):
            return self._mapping(value)
        if isinstance(value, list):
            return [self._value(item) for item in value]
        if isinstance(value, str):
            return self.text(value)
        return int(value) if isinstance(value, float) and value.is_integer() else value

    def _mapping(self, value: Mapping[str, Any]) -> dict[str, object]:
        masked = {self.text(key): self._keyed(key, item) for key, item in value.items()}
        # One variable of a container: its name says what its value is.
        if isinstance(value.get("name"), str) and _is_secret_key(value["name"]):
            masked = {
                key: self._wholly(item) if key == "value" else item for key, item in masked.items()
            }
        return masked

    def _keyed(self, key: str, value: object) -> object:
        if isinstance(value, str) and value and _is_secret_key(key):
            return self._wholly(value)
        return self._value(value)

    def _wholly(self, value: object) -> object:
        """A mapping keeps its keys, so that it shows which of them changed."""
        if is_secret(value) or isinstance(value, Hidden):
            return self._value(value)
        if isinstance(value, dict):
            return {key: self._wholly(item) for key, item in value.items()}
        return Hidden(digest=digest(self.key, repr(value)))


@lru_cache(maxsize=_REMEMBERED)
def _without_credentials(text: str) -> str:
    for pattern, kept in _CREDENTIALS:
        text = pattern.sub(f"{kept}{HIDDEN}", text)
    return text


@lru_cache(maxsize=_REMEMBERED)
def _is_secret_key(key: str) -> bool:
    return re.sub(r"[^a-z]", "", key.lower()).endswith(_SECRET_KEYS)


def known_secrets(manifests: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """Returns what the Secrets among manifests hold, as it stands and decoded."""
    found = {
        text
        for manifest in manifests
        if manifest.get("kind") == "Secret"
        for text in _texts(manifest)
        if len(text) >= _SHORTEST_KNOWN
    }
    return tuple(sorted(found))


def blotting(secrets: Sequence[str]) -> Callable[[Any], Any]:
    """Returns what blots known secrets out of any value."""
    return lambda value: without(value, secrets)


def _texts(secret: Mapping[str, Any]) -> Iterator[str]:
    for value in (secret.get("stringData") or {}).values():
        yield str(value)
    for value in (secret.get("data") or {}).values():
        yield str(value)
        try:
            yield base64.b64decode(str(value), validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            continue
