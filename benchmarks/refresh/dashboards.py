"""Dashboards as files, and what Grafana asks when it refreshes one; ours and others are read in the same way."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tools.errors import UserError

COUNTERPARTS: Final[Mapping[str, str]] = {
    "llmd-vllm-overview": "llm-d vLLM Overview",
    "llmd-performance": "llm-d Performance Dashboard",
    "llmd-failure-saturation": "llm-d Failure & Saturation Indicators",
    "llmd-drilldown": "llm-d Diagnostic Drill-Down",
    "llmd-sglang-overview": "llm-d SGLang Overview",
    "llmd-inference-gateway": "Inference Gateway",
}
"""Our dashboards by uid, each with the title of llm-d's that shows the same."""

_VARIABLE: Final = re.compile(r"\$\{(\w+)(?::\w+)?\}|\$(\w+)|\[\[(\w+)\]\]")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One query of a panel.

    Attributes:
        expr: PromQL with variables filled in; All is chosen for each.
        instant: Whether it is asked for the present only.
    """

    expr: str
    instant: bool


@dataclass(frozen=True, kw_only=True)
class File:
    """A dashboard.

    Attributes:
        uid: Its uid; empty where it has none.
        title: Its title.
        queries: What one refresh asks. Lists of variables are read from the index and touch no sample.
    """

    uid: str
    title: str
    queries: tuple[Asked, ...]


def read(folder: Path, *, range_seconds: int, step_seconds: int, rate_seconds: int) -> list[File]:
    """Reads all dashboards of a folder and those below.

    Args:
        folder: Where the files are.
        range_seconds: Time range that is looked at.
        step_seconds: Time between two points.
        rate_seconds: What Grafana puts in for `$__rate_interval`.

    Raises:
        UserError: There is none.
    """
    built_in = {
        "__range": f"{range_seconds}s",
        "__interval": f"{step_seconds}s",
        "__rate_interval": f"{rate_seconds}s",
    }
    found = [
        _file(content, built_in)
        for path in sorted(folder.rglob("*.json"))
        if "panels" in (content := json.loads(path.read_text(encoding="utf-8")))
    ]
    if not found:
        raise UserError(f"{folder} holds no dashboard.", "Give a folder with JSON of dashboards.")
    return found


def _file(content: Mapping[str, Any], built_in: Mapping[str, str]) -> File:
    constants = {
        str(one["name"]): _chosen(one) for one in content.get("templating", {}).get("list", [])
    }
    values = {**constants, **built_in}
    return File(
        uid=content.get("uid") or "",
        title=content["title"],
        queries=tuple(_queries(content["panels"], values)),
    )


def _chosen(variable: Mapping[str, Any]) -> str:
    """What a variable stands for: an interval its first value, a list all of it."""
    if variable.get("type") in {"interval", "constant", "textbox"}:
        return str(variable.get("query", "")).split(",")[0]
    return ".*"


def _queries(panels: Sequence[Mapping[str, Any]], values: Mapping[str, str]) -> Iterator[Asked]:
    for panel in panels:
        yield from _queries(panel.get("panels", ()), values)
        for target in panel.get("targets", ()):
            if target.get("expr") and not target.get("hide"):
                instant = bool(target.get("instant"))
                yield Asked(expr=_filled(target["expr"], values), instant=instant)


def _filled(expr: str, values: Mapping[str, str]) -> str:
    def value(found: re.Match[str]) -> str:
        return values.get(found[1] or found[2] or found[3], ".*")

    return _VARIABLE.sub(value, expr)
