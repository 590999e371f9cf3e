"""Which dashboard panels show nothing."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from tools.errors import UserError
from tools.load.verifying.prometheus import Prometheus
from tools.load.verifying.verdict import Dashboard

_WINDOWS: Final = {"__rate_interval": "2m", "__interval": "1m", "__range": "10m"}
_MATCHER: Final = re.compile(r'(=~|!~|=|!=)\s*"([^"]*(?:\$|\[\[)[^"]*)"')
_VARIABLE: Final = re.compile(r"\$\{(\w+)(?::[^}]*)?\}|\$(\w+)|\[\[(\w+)(?::[^\]]*)?\]\]")
_STEPS: Final = 30


@dataclass(frozen=True, kw_only=True)
class Panel:
    """One panel that asks Prometheus.

    Attributes:
        dashboard: Its dashboard's title.
        title: Its title.
        queries: What it asks, with variables that stand for everything.
    """

    dashboard: str
    title: str
    queries: tuple[str, ...]


def panels(folder: Path) -> tuple[Panel, ...]:
    """All panels of the Grafana dashboards in a folder.

    Raises:
        UserError: A file holds no dashboard.
    """
    found: list[Panel] = []
    for file in sorted(folder.glob("*.json")):
        try:
            content = json.loads(file.read_text(encoding="utf-8"))
            found += _panels(content["title"], content.get("panels") or [])
        except (OSError, ValueError, LookupError, TypeError, AttributeError):
            raise UserError(f"the file {file} holds no Grafana dashboard") from None
    return tuple(found)


def _panels(dashboard: str, entries: list[dict[str, Any]]) -> Iterator[Panel]:
    for entry in entries:
        yield from _panels(dashboard, entry.get("panels") or [])
        queries = tuple(
            everything(target["expr"])
            for target in entry.get("targets") or []
            if target.get("expr")
        )
        if queries:
            yield Panel(dashboard=dashboard, title=entry.get("title") or "?", queries=queries)


def everything(expression: str) -> str:
    """The expression with each variable standing for whatever there is."""
    matched = _MATCHER.sub(_match_everything, expression)
    return _VARIABLE.sub(_value, matched)


def _match_everything(matcher: re.Match[str]) -> str:
    operator, text = matcher.groups()
    if operator in {"!~", "!="}:
        # A pattern that nothing matches: nothing is left out, whatever the variable would have named.
        return '!~"a^"'
    whole = _VARIABLE.sub(".*", text)
    return f'=~"{whole}"'


def _value(variable: re.Match[str]) -> str:
    name = next(group for group in variable.groups() if group)
    return _WINDOWS.get(name, "5m" if "interval" in name or "window" in name else "1")


def judged(
    prometheus: Prometheus, found: tuple[Panel, ...], *, start: float, end: float
) -> tuple[Dashboard, ...]:
    """Which panels had nothing to show between two times.

    Args:
        prometheus: Whom to ask.
        found: The panels.
        start: Begin of the run, in seconds since the epoch.
        end: Its end.

    Raises:
        UserError: Prometheus doesn't answer.
    """
    # The last step is the end itself, whatever the length.
    step = max(end - start, 1.0) / _STEPS

    @cache
    def has_value(query: str) -> bool:
        return prometheus.any_value(query, start, end, step)

    by_dashboard: dict[str, list[Panel]] = {}
    for panel in found:
        by_dashboard.setdefault(panel.dashboard, []).append(panel)
    return tuple(
        Dashboard(
            title=title,
            panels=len(its),
            empty=tuple(one.title for one in its if not any(map(has_value, one.queries))),
        )
        for title, its in by_dashboard.items()
    )
