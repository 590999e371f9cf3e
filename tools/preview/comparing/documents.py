"""Documents that are the text of a field: JSON, YAML, and dashboards by panel."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import yaml

_YAML_SUFFIXES: Final = (".yaml", ".yml")
_PLACE: Final = ("id", "gridPos")
"""Of a panel: what changes by itself when another panel comes or goes."""


def parsed(text: str, key: str) -> Mapping[str, Any] | Sequence[Any] | None:
    """Reads a document.

    Args:
        text: The text of a field.
        key: Name of the field, by whose suffix YAML is known.

    Returns:
        What it holds, a dashboard by panel; `None` where it is no document but a text.
    """
    if text.lstrip()[:1] in {"{", "["}:
        try:
            found = json.loads(text)
        except ValueError:
            found = None
    elif key.endswith(_YAML_SUFFIXES):
        found = _yaml(text)
    else:
        return None
    if isinstance(found, dict):
        return by_panel(found) if is_dashboard(found) else found
    return found if isinstance(found, list) else None


def _yaml(text: str) -> object:
    try:
        return yaml.load(text, yaml.CSafeLoader)
    except (yaml.YAMLError, ValueError):
        return None


def is_dashboard(document: Mapping[str, Any]) -> bool:
    """Tells whether a document is a dashboard of Grafana."""
    return isinstance(document.get("panels"), list) and isinstance(document.get("title"), str)


def by_panel(dashboard: Mapping[str, Any]) -> dict[str, Any]:
    """Returns a dashboard whose panels have names, and no places."""
    panels: dict[str, Any] = {}
    for panel in _flat(dashboard["panels"]):
        title = str(panel.get("title") or f"a {panel.get('type', 'panel')} without a title")
        name, number = title, 1
        while f"[panel={name}]" in panels:
            number += 1
            name = f"{title} #{number}"
        panels[f"[panel={name}]"] = {
            key: value for key, value in panel.items() if key not in {*_PLACE, "panels"}
        }
    rest = {key: value for key, value in dashboard.items() if key not in {"panels", "version"}}
    return {**rest, "panels": panels}


def _flat(panels: Sequence[object]) -> Iterator[Mapping[str, Any]]:
    for panel in panels:
        if isinstance(panel, dict):
            yield panel
            nested = panel.get("panels")
            yield from _flat(nested if isinstance(nested, list) else [])


def outline(text: str) -> str | None:
    """Returns a dashboard's title and those of its panels; `None` for any other text."""
    if text.lstrip()[:1] != "{":
        return None
    try:
        document = json.loads(text)
    except ValueError:
        return None
    if not isinstance(document, dict) or not is_dashboard(document):
        return None
    panels = [str(panel.get("title") or panel.get("type")) for panel in _flat(document["panels"])]
    lines = [f"dashboard {document['title']}", *(f"- {title}" for title in panels)]
    return "\n".join(lines)
