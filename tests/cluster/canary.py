"""Looks for a secret wherever somebody could read it."""

import base64
import binascii
import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import httpx

from tests.polling import eventually

_LONGEST_NESTING: Final = 4
"""A Helm release is base64 of gzip, in a Secret, which is base64 once more."""


def objects(client: httpx.Client) -> Iterator[dict[str, Any]]:
    """Yields all objects of all kinds that the API server has."""
    for path in _collections(client):
        response = _answer(client, path)
        if response.status_code in {httpx.codes.NOT_FOUND, httpx.codes.METHOD_NOT_ALLOWED}:
            continue
        response.raise_for_status()
        for one in response.json()["items"] or ():
            yield {**one, "path": path}


def _answer(client: httpx.Client, path: str) -> httpx.Response:
    """The API server turns readers of a kind away until it has read all of it itself."""
    answers: list[httpx.Response] = []

    def answered() -> bool:
        answers.append(client.get(path))
        return answers[-1].status_code != httpx.codes.TOO_MANY_REQUESTS

    eventually(answered, f"{path} to be read")
    return answers[-1]


def _collections(client: httpx.Client) -> Iterator[str]:
    groups = client.get("/apis").raise_for_status().json()["groups"]
    versions = [f"/apis/{group['preferredVersion']['groupVersion']}" for group in groups]
    for version in ("/api/v1", *versions):
        for resource in client.get(version).raise_for_status().json()["resources"]:
            if "list" in resource["verbs"]:
                yield f"{version}/{resource['name']}"


def texts(value: object, nesting: int = _LONGEST_NESTING) -> Iterator[str]:
    """Yields every text in a value, also what is encoded in it."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from texts(key, nesting)
            yield from texts(item, nesting)
    elif isinstance(value, list):
        for item in value:
            yield from texts(item, nesting)
    elif isinstance(value, str):
        yield value
        if nesting and (decoded := _decoded(value)) is not None:
            yield from texts(decoded, nesting - 1)


def _decoded(text: str) -> str | None:
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    if data.startswith(b"\x1f\x8b"):
        try:
            data = gzip.decompress(data)
        except (OSError, zlib.error):
            return None
    return data.decode(errors="replace")


def files_with(folder: Path, secret: str) -> list[Path]:
    """Returns the files below a folder that hold a secret."""
    return [
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and secret.encode() in path.read_bytes()
    ]


def core(private_key: str) -> str:
    """Returns a line of a PEM key that tells it from all others."""
    return max(private_key.splitlines()[1:-1], key=len)
