"""Which requests the emulated server refuses, and why; the statuses are vLLM's.

Source: vLLM 0.33, `entrypoints/openai` (404 for an unknown model, 415 for another media type, 400 for the rest).
"""

import json
from typing import Final, NamedTuple

PATHS: Final = {"/v1/chat/completions": "messages", "/v1/completions": "prompt"}
"""The field that holds the prompt, by path."""

_HOTTEST: Final = 2
_BAD_REQUEST: Final = 400
_NOT_FOUND: Final = 404
_WRONG_METHOD: Final = 405
_WRONG_TYPE: Final = 415


class Refusal(NamedTuple):
    """A request that is refused: the status, and what is wrong."""

    status: int
    reason: str


class Accepted(NamedTuple):
    """A request that is answered."""

    chat: bool
    stream: bool
    prompt_tokens: int
    output_tokens: int


def check(
    *, method: str, path: str, content_type: str, body: bytes, model: str, context: int
) -> Refusal | Accepted:
    """What becomes of a request."""
    if path not in PATHS:
        return Refusal(_NOT_FOUND, "unknown_path")
    if method != "POST":
        return Refusal(_WRONG_METHOD, "wrong_method")
    if not content_type.startswith("application/json"):
        named = "wrong_content_type" if content_type else "no_content_type"
        return Refusal(_WRONG_TYPE, named)
    if not body:
        return Refusal(_BAD_REQUEST, "empty_body")
    try:
        content = json.loads(body)
    except ValueError:
        return Refusal(_BAD_REQUEST, "malformed_json")
    return _checked(content, PATHS[path], model, context)


def _checked(content: object, key: str, model: str, context: int) -> Refusal | Accepted:
    if not isinstance(content, dict) or key not in content:
        return Refusal(_BAD_REQUEST, "missing_field")
    prompt, output = content[key], content.get("max_tokens", 16)
    if not isinstance(prompt, list if key == "messages" else str) or not isinstance(output, int):
        return Refusal(_BAD_REQUEST, "wrong_type")
    text = prompt if isinstance(prompt, str) else str(prompt[0].get("content", ""))
    words = text.count(" ") + 1
    wrong = (
        (content.get("model") != model, Refusal(_NOT_FOUND, "unknown_model")),
        (content.get("temperature", 1) > _HOTTEST, Refusal(_BAD_REQUEST, "invalid_temperature")),
        (output < 1, Refusal(_BAD_REQUEST, "negative_max_tokens")),
        (output > context, Refusal(_BAD_REQUEST, "huge_max_tokens")),
        (words + output > context, Refusal(_BAD_REQUEST, "overlong_context")),
    )
    refusals = (refusal for is_so, refusal in wrong if is_so)
    accepted = Accepted(key == "messages", bool(content.get("stream")), words, output)
    return next(refusals, accepted)
