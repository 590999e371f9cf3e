"""What is wrong with a stack file, in words that say where, what was given, and what is allowed."""

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import UnionType
from typing import Final, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from components.contradiction import ContradictionError

# Pydantic's own words are a Python programmer's.
_ALLOWED: Final[Mapping[str, str]] = {
    "bool_parsing": "true or false",
    "bool_type": "true or false",
    "dict_type": "a group of keys",
    "int_from_float": "a whole number",
    "int_parsing": "a whole number",
    "int_type": "a whole number",
    "model_type": "a group of keys",
    "string_type": "text",
    "too_short": "at least one entry",
    "tuple_type": "a list",
}


@dataclass(frozen=True, kw_only=True)
class Mistake:
    """One mistake.

    Attributes:
        key: Path of the key, e.g. `tls.validityHours`.
        problem: What was found there; never a secret.
        allowed: What may stand there instead.
    """

    key: str
    problem: str
    allowed: str

    def __str__(self) -> str:
        return f"{self.key}: {self.problem}; allowed: {self.allowed}"


def report(mistakes: Sequence[Mistake], *, stack: str) -> str:
    """Returns one message for all mistakes of a stack file."""
    count = "1 mistake" if len(mistakes) == 1 else f"{len(mistakes)} mistakes"
    lines = "\n".join(f"  {mistake}" for mistake in mistakes)
    return (
        f"The settings of stack {stack!r} have {count}; nothing was planned.\n{lines}\n"
        "Next: correct the stack file; `docs/settings.md` lists every key."
    )


def from_validation(
    error: ValidationError, model: type[BaseModel], hidden: frozenset[str]
) -> tuple[Mistake, ...]:
    """Translates pydantic's findings.

    Args:
        error: What pydantic found.
        model: The model that was validated; names the allowed keys.
        hidden: Top-level keys that hold an encrypted value; no value given below them is shown. Names of keys
            are: Pulumi doesn't encrypt those.
    """
    return tuple(
        _mistake(details, model, hidden)
        for details in error.errors(include_url=False, include_context=True)
    )


def _mistake(details: ErrorDetails, model: type[BaseModel], hidden: frozenset[str]) -> Mistake:
    location = details["loc"]
    key = ".".join(str(part) for part in location) or "(stack)"
    if details["type"] == "extra_forbidden":
        keys = _keys_at(model, location[:-1])
        return Mistake(key=key, problem=_unknown(str(location[-1]), keys), allowed=", ".join(keys))
    if details["type"] == "missing":
        return Mistake(key=key, problem="is missing", allowed="a value; the key is required here")
    secret = bool(location) and str(location[0]) in hidden
    broken = details.get("ctx", {}).get("error")
    if isinstance(broken, ContradictionError):
        problem = "keys that don't go together" if secret else broken.given
        return Mistake(key=key, problem=problem, allowed=broken.allowed)
    shown = "a value" if secret else _shown(details["input"])
    return Mistake(key=key, problem=f"got {shown}", allowed=_allowed(details))


def _shown(given: object) -> str:
    """Returns what may be repeated in a message: no group or list, which can hold anything, no URL with a login."""
    if isinstance(given, Mapping):
        return "a group of keys"
    if isinstance(given, list | tuple):
        return "a list"
    return "a value with a login" if isinstance(given, str) and "@" in given else repr(given)


def _allowed(details: ErrorDetails) -> str:
    if details["type"] in _ALLOWED:
        return _ALLOWED[details["type"]]
    if details["type"] == "value_error":
        return str(details.get("ctx", {}).get("error", details["msg"]))
    return (
        details["msg"].removeprefix("Input should be ").replace("String should", "text that should")
    )


def _unknown(name: str, keys: Iterable[str]) -> str:
    close = difflib.get_close_matches(name, list(keys), n=1)
    return f"unknown key, did you mean {close[0]}?" if close else "unknown key"


def _keys_at(model: type[BaseModel], location: Sequence[int | str]) -> list[str]:
    """Returns the keys of the group at a location, following aliases, lists and optional groups."""
    for part in location:
        if isinstance(part, int):
            continue
        field = next(
            field for name, field in model.model_fields.items() if part in {name, field.alias}
        )
        model = next(_models_in(field.annotation), model)
    return sorted(field.alias or name for name, field in model.model_fields.items())


def _models_in(annotation: object) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    elif get_origin(annotation) in {Union, UnionType, tuple, list}:
        for argument in get_args(annotation):
            yield from _models_in(argument)
