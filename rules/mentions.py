"""Which series and labels a PromQL expression names.

No parser: a reader of the subset that rules, panels and documented queries are written in.
"""

import re
from dataclasses import dataclass
from typing import Final

_TOKEN: Final = re.compile(
    r"""
    (?P<string>"(?:[^"\\]|\\.)*")
    |(?P<duration>\[[^\]]*\])
    |(?P<name>[a-zA-Z_:][a-zA-Z0-9_:]*)
    |(?P<number>[0-9][0-9a-zA-Z_.]*)
    |(?P<sign>[{}(),]|=~|!~|!=|[^\s])
    """,
    re.VERBOSE,
)
_GROUPING: Final = frozenset({"by", "without", "on", "ignoring", "group_left", "group_right"})
_WORDS: Final = frozenset(
    {"and", "or", "unless", "offset", "bool", "atan2", "inf", "nan", "start", "end", "Inf", "NaN"}
)


@dataclass(frozen=True, kw_only=True)
class Mentions:
    """What an expression names.

    Attributes:
        series: Each series with the labels that matchers on it name.
        grouping: Labels of `by`, `on`, `group_left` and the like.
    """

    series: tuple[tuple[str, frozenset[str]], ...]
    grouping: frozenset[str]

    @property
    def names(self) -> frozenset[str]:
        """Names of the series."""
        return frozenset(name for name, _ in self.series)


def mentions(expression: str) -> Mentions:
    """Reads an expression.

    Args:
        expression: PromQL, template variables such as `$pod` only inside strings.
    """
    tokens = [
        (match.lastgroup or "", match.group())
        for match in _TOKEN.finditer(re.sub(r"offset\s+-?[0-9a-z]+", " ", expression))
    ]
    series: list[tuple[str, frozenset[str]]] = []
    grouping: set[str] = set()
    position = 0
    while position < len(tokens):
        kind, text = tokens[position]
        following = tokens[position + 1][1] if position + 1 < len(tokens) else ""
        if kind == "name" and text in _GROUPING:
            names, position = (
                _names_until(tokens, position + 1, ")") if following == "(" else ([], position)
            )
            grouping.update(names)
        elif (
            kind == "name"
            and text not in _WORDS
            and following != "("
            and not _is_operation(tokens, position)
        ):
            labels: list[str] = []
            if following == "{":
                labels, position = _names_until(tokens, position + 1, "}")
            series.append((text, frozenset(labels)))
        position += 1
    return Mentions(series=tuple(series), grouping=frozenset(grouping))


def _is_operation(tokens: list[tuple[str, str]], position: int) -> bool:
    """`sum` of `sum by (...)`."""
    following = tokens[position + 1][1] if position + 1 < len(tokens) else ""
    return following in {"by", "without"}


def _names_until(
    tokens: list[tuple[str, str]], position: int, closing: str
) -> tuple[list[str], int]:
    names: list[str] = []
    while tokens[position][1] != closing:
        if tokens[position][0] == "name":
            names.append(tokens[position][1])
        position += 1
    return names, position
