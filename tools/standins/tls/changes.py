"""What differs between two values, property by property."""

from collections.abc import Iterator, Mapping
from itertools import zip_longest
from typing import Final

from tools.standins.protocol.requests import ChangeKind, PropertyChange
from tools.standins.protocol.values import Value, reveal

_ABSENT: Final = object()


def compare(old: Value, new: Value, path: str, *, replace: bool) -> dict[str, PropertyChange]:
    """The changes from one value to another.

    Args:
        old: The value that is, None for none.
        new: The value that is wanted. An unknown part counts as changed.
        path: Where the value is; the paths of its parts start with it.
        replace: Whether a change makes a new resource.
    """
    return {
        where: PropertyChange(kind=kind, replace=replace)
        for where, kind in _kinds(_given(reveal(old)), _given(reveal(new)), path)
    }


def _given(value: Value) -> Value:
    return _ABSENT if value is None else value


def _kinds(old: Value, new: Value, path: str) -> Iterator[tuple[str, ChangeKind]]:
    if isinstance(old, dict) and isinstance(new, dict):
        yield from _mapping_kinds(old, new, path)
    elif isinstance(old, list) and isinstance(new, list):
        for index, (was, wanted) in enumerate(zip_longest(old, new, fillvalue=_ABSENT)):
            yield from _kinds(was, wanted, f"{path}[{index}]")
    elif old is not _ABSENT and new is _ABSENT:
        yield path, ChangeKind.DELETE
    elif old is _ABSENT and new is not _ABSENT:
        yield path, ChangeKind.ADD
    elif old != new:
        yield path, ChangeKind.UPDATE


def _mapping_kinds(
    old: Mapping[str, Value], new: Mapping[str, Value], path: str
) -> Iterator[tuple[str, ChangeKind]]:
    for key in sorted({*old, *new}):
        if not key.startswith("__"):
            yield from _kinds(_given(old.get(key)), _given(new.get(key)), f"{path}.{key}")
