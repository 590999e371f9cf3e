"""Reads server-sent events of an OpenAI-compatible stream, piece by piece."""

import json
from collections.abc import Iterator
from typing import Any, Final

_DONE: Final = b"[DONE]"
_LARGEST_EVENT: Final = 4_000_000


class GarbageError(Exception):
    """The bytes aren't what the API says."""


class StreamError(Exception):
    """The server sent an error inside of the stream."""


class Events:
    """Cuts bytes into events.

    Attributes:
        done: Whether the stream said that it ends.
    """

    def __init__(self) -> None:
        self.done = False
        self._rest = b""

    def feed(self, piece: bytes) -> Iterator[dict[str, Any]]:
        """The events that are complete with this piece.

        Raises:
            GarbageError: An event isn't a JSON object.
            StreamError: The server reports an error.
        """
        data = self._rest + piece if self._rest else piece
        if b"\r" in data:
            data = data.replace(b"\r\n", b"\n")
        *events, self._rest = data.split(b"\n\n")
        if len(self._rest) > _LARGEST_EVENT:
            raise GarbageError
        for event in events:
            for line in event.split(b"\n"):
                if line.startswith(b"data:"):
                    yield from self._parsed(line[5:].strip())
                elif line and not line.startswith((b":", b"event:", b"id:", b"retry:")):
                    raise GarbageError

    def _parsed(self, text: bytes) -> Iterator[dict[str, Any]]:
        if text == _DONE:
            self.done = True
            return
        try:
            content = json.loads(text)
        except ValueError:
            raise GarbageError from None
        if not isinstance(content, dict):
            raise GarbageError
        if "error" in content:
            raise StreamError
        yield content


def holds_token(event: dict[str, Any]) -> bool:
    """Whether the event brings text; a chat's first one often names the role only."""
    for choice in event.get("choices") or ():
        delta = choice.get("delta")
        if delta is None:
            if choice.get("text"):
                return True
        elif delta.get("content") or delta.get("reasoning_content") or delta.get("tool_calls"):
            return True
    return False


def usage(content: dict[str, Any]) -> tuple[int, int] | None:
    """Prompt and output tokens as the server counted them, where it says so."""
    counted = content.get("usage")
    if not isinstance(counted, dict):
        return None
    prompt, output = counted.get("prompt_tokens"), counted.get("completion_tokens")
    if not isinstance(prompt, int) or not isinstance(output, int):
        return None
    return prompt, output
