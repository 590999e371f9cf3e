"""Compares two JSON values and names what changed by Pulumi property paths."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias

from tools.standins.protocol.requests import ChangeKind, PropertyChange
from tools.standins.protocol.values import UNKNOWN, Value

Path: TypeAlias = tuple[str | int, ...]
Replaces: TypeAlias = Callable[[Path, Value], bool]
"""Whether a change of the value at a path can't be made in place."""

_NEEDS_QUOTES: Final = re.compile(r'[."\[\]]')
_PART: Final = re.compile(r'\.?([^.\["\]]+)|\[(\d+|\*)\]|\["((?:[^"\\]|\\.)*)"\]')


class _Missing:
    """Marks the absence of a value."""


_MISSING: Final = _Missing()


def never_replace(_path: Path, _value: Value) -> bool:
    """Say that every change can be made in place."""
    return False


def diff(
    old: Mapping[str, Any], new: Mapping[str, Any], replaces: Replaces = never_replace
) -> dict[str, PropertyChange]:
    """Compare two values, leaf by leaf, lists by position.

    A null counts as absent. A value that isn't known yet counts as changed.

    Returns:
        The changes by property path. Empty when the values are equal.
    """
    changes: dict[str, PropertyChange] = {}
    _diff_mappings((), old, new, replaces, changes)
    return changes


def render_path(path: Path) -> str:
    """Write a path as Pulumi does: `spec.ports[0].name`, `data["a.b"]`."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        elif _NEEDS_QUOTES.search(part) or not part:
            escaped = part.replace("\\", "\\\\").replace('"', '\\"')
            text += f'["{escaped}"]'
        else:
            text += f".{part}" if text else part
    return text


def parse_path(text: str) -> Path:
    """Read a path; the inverse of `render_path`. A `[*]` becomes the part `*`."""
    parts: list[str | int] = []
    for match in _PART.finditer(text):
        plain, index, quoted = match.groups()
        if index is not None:
            parts.append(int(index) if index.isdigit() else index)
        elif quoted is not None:
            parts.append(re.sub(r"\\(.)", r"\1", quoted))
        else:
            parts.append(plain)
    return tuple(parts)


def ignore(
    changes: Mapping[str, PropertyChange], paths: Sequence[str]
) -> dict[str, PropertyChange]:
    """Leave out the changes at or below the given paths."""
    ignored = [parse_path(path) for path in paths]
    return {
        path: change
        for path, change in changes.items()
        if not any(_contains(prefix, parse_path(path)) for prefix in ignored)
    }


def _contains(prefix: Path, path: Path) -> bool:
    return len(prefix) <= len(path) and all(
        one in ("*", other) for one, other in zip(prefix, path, strict=False)
    )


def _diff_mappings(
    path: Path,
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    replaces: Replaces,
    changes: dict[str, PropertyChange],
) -> None:
    for key in sorted(old.keys() | new.keys()):
        _diff_values(
            (*path, key), old.get(key, _MISSING), new.get(key, _MISSING), replaces, changes
        )


def _diff_values(
    path: Path, old: Value, new: Value, replaces: Replaces, changes: dict[str, PropertyChange]
) -> None:
    old = _MISSING if old is None else old
    new = _MISSING if new is None else new
    if isinstance(old, dict) and isinstance(new, dict):
        _diff_mappings(path, old, new, replaces, changes)
    elif isinstance(old, list) and isinstance(new, list):
        for index in range(max(len(old), len(new))):
            _diff_values((*path, index), _at(old, index), _at(new, index), replaces, changes)
    elif not _same(old, new):
        changes[render_path(path)] = _change(path, old, new, replaces)


def _at(items: Sequence[Value], index: int) -> Value:
    return items[index] if index < len(items) else _MISSING


def _same(old: Value, new: Value) -> bool:
    if UNKNOWN in (old, new):
        return False
    if isinstance(old, bool) or isinstance(new, bool):
        return old is new
    return bool(old == new)


def _change(path: Path, old: Value, new: Value, replaces: Replaces) -> PropertyChange:
    if old is _MISSING:
        kind, value = ChangeKind.ADD, new
    elif new is _MISSING:
        kind, value = ChangeKind.DELETE, old
    else:
        kind, value = ChangeKind.UPDATE, new
    return PropertyChange(
        kind=kind, replace=replaces(path, value), input_only=kind is ChangeKind.DELETE
    )
