"""Changes as lines that a person reads."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

import yaml

from tools.preview.comparing.change import Change, Operation
from tools.preview.comparing.documents import outline
from tools.preview.comparing.fields import ABSENT, Field, shown_path
from tools.preview.recording.hiding import HIDDEN
from tools.preview.resource import Computed, Hidden

_CONTEXT: Final = 2
"""Unchanged lines of a text that are shown around a change."""

_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]"
)
"""Control characters, and those that make a text look other than it is."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line, before and after.

    Attributes:
        mark: `@` for a path, `-`, `+` or a space for what both have.
        text: The line.
    """

    mark: str
    text: str


def cleaned(text: str) -> str:
    """Returns a text without characters that can't be seen."""
    return _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\t", "  "))


def one_line(text: str, longest: int = 200) -> str:
    """Returns a text on one line, cut where it is longer."""
    line = " ".join(cleaned(text).split())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def shown(value: object) -> str:
    """Returns a value as a text: a mapping or list as YAML, a secret as a mark."""
    if isinstance(value, str):
        return cleaned(outline(value) or value)
    plain = _plain(value)
    if isinstance(plain, dict | list) and plain:
        dumped: str = yaml.dump(
            plain,
            Dumper=_Dumper,
            sort_keys=True,
            allow_unicode=True,
            default_flow_style=False,
            width=1000,
        )
        return cleaned(dumped.rstrip("\n"))
    return cleaned(plain if isinstance(plain, str) else json.dumps(plain, default=str))


def sides(field: Field, before: str, after: str) -> dict[str, str | None]:
    """Returns a field for machines: its path, and both sides under the names given; `None` where there is none."""
    return {
        "path": cleaned(shown_path(field.path)),
        before: None if field.before is ABSENT else shown(field.before),
        after: None if field.after is ABSENT else shown(field.after),
    }


class _Dumper(yaml.CSafeDumper):
    """Writes texts of several lines as such, and nothing by reference."""

    def ignore_aliases(self, _data: object) -> bool:
        return True


def _text(dumper: yaml.CSafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {cleaned(str(key)): _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, bool | int | float) or value is None:
        return value
    return _leaf(value)


def _leaf(value: object) -> str:
    match value:
        case Hidden():
            return HIDDEN
        case Computed():
            return f"(known after the update: from {value.origin})"
        case str():
            # A block of YAML can't hold a line that ends with a blank.
            lines = cleaned(outline(value) or value).split("\n")
            return "\n".join(line.rstrip() for line in lines)
        case _:
            return str(value)


def rows(change: Change) -> tuple[Row, ...]:
    """Returns everything that there is to read about a change."""
    match change.operation:
        case Operation.CREATE:
            return _whole("+", change)
        case Operation.DELETE | Operation.FORGET:
            return _whole("-", change)
        case _:
            return tuple(row for field in change.fields for row in _of_field(field))


def _whole(mark: str, change: Change) -> tuple[Row, ...]:
    inputs = change.resource.inputs
    if not inputs:
        return ()
    return tuple(Row(mark=mark, text=line) for line in shown(dict(inputs)).split("\n"))


def _of_field(field: Field) -> Iterator[Row]:
    yield Row(mark="@", text=one_line(shown_path(field.path)))
    before, after = _sides(field)
    if len(before) > 1 and len(after) > 1:
        yield from _unified(before, after)
        return
    yield from (Row(mark="-", text=line) for line in before)
    yield from (Row(mark="+", text=line) for line in after)


def _sides(field: Field) -> tuple[list[str], list[str]]:
    before, after = _lines(field.before), _lines(field.after)
    if before and before == after:
        # Two secrets, or a number and a text that look the same.
        other = "another one" if isinstance(field.after, Hidden) else type(field.after).__name__
        return before, [*after[:-1], f"{after[-1]} ({other})"]
    return before, after


def _lines(value: object) -> list[str]:
    return [] if value is ABSENT else shown(value).split("\n")


def _unified(before: Sequence[str], after: Sequence[str]) -> Iterator[Row]:
    groups = SequenceMatcher(None, before, after, autojunk=False).get_grouped_opcodes(_CONTEXT)
    for number, group in enumerate(groups):
        if number:
            yield Row(mark=" ", text="…")
        for tag, i1, i2, j1, j2 in group:
            if tag == "equal":
                yield from (Row(mark=" ", text=line) for line in before[i1:i2])
                continue
            yield from (Row(mark="-", text=line) for line in before[i1:i2])
            yield from (Row(mark="+", text=line) for line in after[j1:j2])
