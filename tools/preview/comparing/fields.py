"""What differs between two values, field by field; lists by key, documents inside of texts by their own fields."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Final

from tools.preview.comparing.documents import parsed

Path = tuple[str, ...]

LIST_KEYS: Final = (
    "name",
    "uid",
    "title",
    "alert",
    "record",
    "key",
    "refId",
    "port",
    "containerPort",
    "mountPath",
    "host",
    "path",
    "secretName",
    "ip",
)
"""What the items of a list are told apart by; the first that each of them has, and no two share."""


class _Absent:
    """Marks the absence of a value; null is a value, by which Helm deletes a default."""

    def __repr__(self) -> str:
        return "absent"


ABSENT: Final = _Absent()


@dataclass(frozen=True, kw_only=True)
class Field:
    """One field that differs.

    Attributes:
        path: Keys that lead to it; an item of a list is `[key=value]`.
        before: What it was; `ABSENT` for nothing.
        after: What it will be; `ABSENT` for nothing.
    """

    path: Path
    before: Any
    after: Any


def fields(before: object, after: object, path: Path = ()) -> Iterator[Field]:
    """Yields every field that differs, in the order of their paths; the same twice for the same values."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key in sorted({*before, *after}, key=str):
            was, will = before.get(key, ABSENT), after.get(key, ABSENT)
            yield from fields(was, will, (*path, str(key)))
    elif isinstance(before, list) and isinstance(after, list):
        yield from _of_lists(before, after, path)
    elif isinstance(before, str) and isinstance(after, str):
        yield from _of_texts(before, after, path)
    # To Python, 1 and true are equal.
    elif before != after or type(before) is not type(after):
        yield Field(path=path, before=before, after=after)


def _of_texts(before: str, after: str, path: Path) -> Iterator[Field]:
    if before == after:
        return
    key = path[-1] if path else ""
    was, will = parsed(before, key), parsed(after, key)
    if was is None or will is None:
        yield Field(path=path, before=before, after=after)
        return
    yield from fields(was, will, path)


def _of_lists(before: Sequence[object], after: Sequence[object], path: Path) -> Iterator[Field]:
    keyed_before, keyed_after = _keyed(before, after), _keyed(after, before)
    if keyed_before is not None and keyed_after is not None:
        for key in dict.fromkeys([*keyed_before, *keyed_after]):
            was, will = keyed_before.get(key, ABSENT), keyed_after.get(key, ABSENT)
            yield from fields(was, will, (*path, key))
        return
    yield from _in_order(before, after, path)


def _keyed(items: Sequence[object], others: Sequence[object]) -> Mapping[str, object] | None:
    """Returns the items by key, where the items of both lists have one; a list of nothing fits to any."""
    key = _common_key([*items, *others])
    if key is None:
        return None
    found: dict[str, object] = {}
    for item in items:
        label = _label(item, key)
        if label in found:
            return None
        found[label] = item
    return found


def _common_key(items: Sequence[object]) -> str | None:
    if not items or not all(isinstance(item, dict) for item in items):
        return None
    # Rules of a group are either alerts or records.
    for key in LIST_KEYS:
        if all(isinstance(_of(item, key), str | int) for item in items):
            return key
    return "alert" if all(isinstance(_rule_name(item), str) for item in items) else None


def _of(item: object, key: str) -> object:
    return item.get(key) if isinstance(item, dict) else None


def _rule_name(item: object) -> object:
    return _of(item, "alert") or _of(item, "record")


def _label(item: object, key: str) -> str:
    """A name, and what else tells apart: rules of one name differ in labels, and ports in protocol."""
    if key in {"alert", "record"}:
        labels = _of(item, "labels")
        told = json.dumps(labels, sort_keys=True, default=str) if labels else ""
        severity = _of(labels, "severity")
        shown = f", severity={severity}" if severity else (f", labels={told}" if told else "")
        kind = "alert" if _of(item, "alert") else "record"
        return f"[{kind}={_rule_name(item)}{shown}]"
    return f"[{key}={_of(item, key)}]"


def _in_order(before: Sequence[object], after: Sequence[object], path: Path) -> Iterator[Field]:
    """Items without a key: what is gone and what is new; those that took a place are compared with what had it."""
    matcher = SequenceMatcher(
        None, [_canonical(item) for item in before], [_canonical(item) for item in after], False
    )
    for _, i1, i2, j1, j2 in (op for op in matcher.get_opcodes() if op[0] != "equal"):
        paired = min(i2 - i1, j2 - j1)
        for offset in range(paired):
            place = (*path, f"[{i1 + offset}]")
            yield from fields(before[i1 + offset], after[j1 + offset], place)
        for index in range(i1 + paired, i2):
            yield Field(path=(*path, f"[{index}]"), before=before[index], after=ABSENT)
        for index in range(j1 + paired, j2):
            yield Field(path=(*path, f"[{index}]"), before=ABSENT, after=after[index])


def _canonical(item: object) -> str:
    return json.dumps(item, sort_keys=True, default=repr)


def shown_path(path: Path) -> str:
    """Writes a path as people do: `spec.ports[name=web].port`, `data["a.json"]`."""
    text = ""
    for part in path:
        if part.startswith("["):
            text += part
        elif not part or any(character in part for character in '."[] /'):
            text += f'["{part}"]'
        else:
            text += f".{part}" if text else part
    return text or "(all)"
