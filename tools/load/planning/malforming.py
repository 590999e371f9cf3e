"""Makes a good request malformed in one way."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from tools.load.planning.planned import Manner, Planned
from tools.load.planning.text import Prose
from tools.load.scenario.malformed import MalformedKind as Kind
from tools.load.scenario.malformed import MalformedSettings

UNKNOWN_MODEL: Final = "nonexistent-model-123"
UNKNOWN_PATH: Final = "/v1/nonexistent/endpoint"
_HUGE: Final = 1_000_000_000
_TOO_HOT: Final = 5.0

_ENCODER: Final = json.JSONEncoder(separators=(",", ":"))

_Content = dict[str, Any]

_MANNERS: Final[Mapping[Kind, Manner]] = {
    Kind.BROKEN_BODY: Manner.BROKEN_BODY,
    Kind.DISCONNECT_EARLY: Manner.LEAVE_EARLY,
    Kind.DISCONNECT_STREAM: Manner.LEAVE_STREAM,
    Kind.SLOW_BODY: Manner.SLOW_BODY,
}


def to_json(content: Mapping[str, Any]) -> bytes:
    """The body that says this."""
    return _ENCODER.encode(content).encode()


def malform(
    kind: Kind,
    *,
    number: int,
    path: str,
    headers: Mapping[str, str],
    content: _Content,
    settings: MalformedSettings,
    prose: Prose,
) -> Planned:
    """The request with one thing wrong.

    Args:
        kind: What is wrong.
        number: The request's place in the run.
        path: The good request's path.
        headers: The good request's header fields.
        content: The good request's body, before it is JSON.
        settings: How long over-long prompts are, and slow bodies take.
        prose: Text for an over-long prompt.
    """
    change = _CONTENT.get(kind, _same)
    changed = change(content, settings, prose)
    planned = Planned(
        number=number,
        kind=kind.value,
        model=str(changed.get("model", "")),
        method="POST",
        path=path,
        headers=headers,
        body=to_json(changed),
        streamed=bool(changed.get("stream")),
        manner=_MANNERS.get(kind, Manner.WHOLE),
        body_seconds=settings.slow_body_seconds if kind is Kind.SLOW_BODY else 0.0,
    )
    finish = _AROUND.get(kind)
    return planned if finish is None else finish(planned)


def _same(content: _Content, _settings: MalformedSettings, _prose: Prose) -> _Content:
    return content


def _without_prompt(content: _Content, _settings: MalformedSettings, _prose: Prose) -> _Content:
    return {key: value for key, value in content.items() if key not in {"messages", "prompt"}}


def _wrong_types(content: _Content, settings: MalformedSettings, prose: Prose) -> _Content:
    key = "messages" if "messages" in content else "prompt"
    return {**_without_prompt(content, settings, prose), key: 42, "max_tokens": "many"}


def _overlong(content: _Content, settings: MalformedSettings, prose: Prose) -> _Content:
    text = prose.cut(0, settings.overlong_tokens)
    if "messages" in content:
        return {**content, "messages": [{"role": "user", "content": text}]}
    return {**content, "prompt": text}


def _streamed(content: _Content, _settings: MalformedSettings, _prose: Prose) -> _Content:
    return {**content, "stream": True}


def _with(key: str, value: object) -> Callable[[_Content, MalformedSettings, Prose], _Content]:
    return lambda content, _settings, _prose: {**content, key: value}


_CONTENT: Final[Mapping[Kind, Callable[[_Content, MalformedSettings, Prose], _Content]]] = {
    Kind.UNKNOWN_MODEL: _with("model", UNKNOWN_MODEL),
    Kind.MISSING_FIELD: _without_prompt,
    Kind.WRONG_TYPE: _wrong_types,
    Kind.INVALID_TEMPERATURE: _with("temperature", _TOO_HOT),
    Kind.NEGATIVE_MAX_TOKENS: _with("max_tokens", -10),
    Kind.HUGE_MAX_TOKENS: _with("max_tokens", _HUGE),
    Kind.OVERLONG_CONTEXT: _overlong,
    Kind.DISCONNECT_STREAM: _streamed,
}


def _cut_json(planned: Planned) -> Planned:
    """All but the last three bytes: the object and what it holds stay open."""
    return replace(planned, body=planned.body[:-3])


def _without_type(planned: Planned) -> Planned:
    rest = {name: value for name, value in planned.headers.items() if name != "content-type"}
    return replace(planned, headers=rest)


def _plain_text(planned: Planned) -> Planned:
    return replace(planned, headers={**planned.headers, "content-type": "text/plain"})


_AROUND: Final[Mapping[Kind, Callable[[Planned], Planned]]] = {
    Kind.MALFORMED_JSON: _cut_json,
    Kind.EMPTY_BODY: lambda planned: replace(planned, body=b""),
    Kind.WRONG_CONTENT_TYPE: _plain_text,
    Kind.NO_CONTENT_TYPE: _without_type,
    Kind.UNKNOWN_PATH: lambda planned: replace(planned, path=UNKNOWN_PATH),
    Kind.WRONG_METHOD: lambda planned: replace(planned, method="PUT"),
}
