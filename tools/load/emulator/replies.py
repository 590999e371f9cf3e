"""What an OpenAI-compatible server says, whole and word by word."""

import json
from typing import Any

from tools.load.emulator.checking import Accepted


def event(content: dict[str, Any]) -> bytes:
    """Returns a piece of a stream of events."""
    return b"data: " + json.dumps(content).encode() + b"\n\n"


def role() -> dict[str, Any]:
    """Returns what a chat begins with."""
    return {"choices": [{"index": 0, "delta": {"role": "assistant", "content": ""}}]}


def token(asked: Accepted) -> dict[str, Any]:
    """Returns one word of a streamed answer."""
    said = {"delta": {"content": " word"}} if asked.chat else {"text": " word"}
    return {"choices": [{"index": 0, **said}]}


def usage(asked: Accepted) -> dict[str, int]:
    """Returns how many tokens an answer took."""
    return {
        "prompt_tokens": asked.prompt_tokens,
        "completion_tokens": asked.output_tokens,
        "total_tokens": asked.prompt_tokens + asked.output_tokens,
    }


def content(asked: Accepted) -> dict[str, Any]:
    """Returns a whole answer."""
    text = "word " * asked.output_tokens
    said = {"message": {"role": "assistant", "content": text}} if asked.chat else {"text": text}
    return {
        "choices": [{"index": 0, "finish_reason": "length", **said}],
        "usage": usage(asked),
    }
