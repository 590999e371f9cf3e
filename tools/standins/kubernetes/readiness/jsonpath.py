"""The part of kubectl's JSONPath that waiting needs.

Fields (`.status.phase`, `['a.b']`), positions (`[0]`, `[*]`) and filters for equality
(`[?(@.type=="Ready")]`).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tools.standins.protocol.errors import ProviderError
from tools.standins.protocol.values import Value

_STEP: Final = re.compile(
    r"""\.(?P<field>[\w-]+)
      | \[(?P<quote>['"])(?P<quoted>.*?)(?P=quote)\]
      | \[(?P<index>\d+|\*)\]
      | \[\?\(@\.(?P<key>[\w.-]+)\s*==\s*['"]?(?P<equals>[^'")]*)['"]?\)\]""",
    re.VERBOSE,
)
_EXPRESSION: Final = re.compile(r"jsonpath=\{\s*\$?(?P<path>.*?)\s*\}(?:=(?P<value>.*))?")


@dataclass(frozen=True, kw_only=True)
class Expression:
    """A path, and the value that it must have; None when any value will do."""

    text: str
    steps: Sequence[Mapping[str, str | None]]
    value: str | None

    def matches(self, obj: Mapping[str, Any]) -> bool:
        """Whether the object has the wanted value at the path."""
        found = [value for value in self._select(obj) if value is not None]
        if self.value is None:
            return bool(found)
        return bool(found) and _plain(found[0]) == self.value

    def _select(self, obj: Mapping[str, Any]) -> Sequence[Value]:
        selected: Sequence[Value] = [obj]
        for step in self.steps:
            selected = [found for value in selected for found in _follow(value, step)]
        return selected


def parse(text: str) -> Expression:
    """Read `jsonpath={.path}` or `jsonpath={.path}=value`.

    Raises:
        ProviderError: It's written differently.
    """
    match = _EXPRESSION.fullmatch(text)
    steps = _steps(match["path"]) if match else None
    if match is None or steps is None or match["value"] == "":
        msg = (
            f"pulumi.com/waitFor: {text!r} is not understood; expected "
            "`jsonpath={.status.field}` or `jsonpath={.status.field}=value`"
        )
        raise ProviderError(msg)
    return Expression(text=text, steps=steps, value=match["value"])


def _steps(path: str) -> Sequence[Mapping[str, str | None]] | None:
    steps = []
    position = 0
    while position < len(path):
        match = _STEP.match(path, position)
        if match is None:
            return None
        steps.append(match.groupdict())
        position = match.end()
    return steps or None


def _follow(value: Value, step: Mapping[str, str | None]) -> Sequence[Value]:
    name = step["field"] or step["quoted"]
    if name is not None:
        return [value[name]] if isinstance(value, dict) and name in value else []
    if not isinstance(value, list):
        return []
    if step["key"] is not None:
        return [item for item in value if _plain(_dig(item, step["key"])) == step["equals"]]
    if step["index"] == "*":
        return value
    index = int(step["index"] or 0)
    return value[index : index + 1]


def _dig(value: Value, dotted: str) -> Value:
    for part in dotted.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value


def _plain(value: Value) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)
