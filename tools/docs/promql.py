"""Writes `docs/promql.md` from the panels of the dashboards and the table of recorded series.

Run it after a change in `dashboards/` or `rules/series.py`: `python -m tools.docs.promql`.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from dashboards.boards import BOARDS
from dashboards.building.board import Board
from dashboards.building.panel import Panel, Topic
from dashboards.building.query import Query
from dashboards.building.unit import Unit
from rules.series import ALL, Series
from tools.docs.pages import tell, write_stale
from tools.paths import REPO

DOCUMENT: Final = REPO / "docs" / "promql.md"
COMMAND: Final = "python -m tools.docs.promql"

_CHOSEN: Final = re.compile(r'\w+=~"[^"]*\$\w+[^"]*"')
_NOTHING_CHOSEN: Final = ((", ,", ","), (",,", ","), ("{,", "{"), (",}", "}"), ("{}", ""))
_RATE_INTERVAL: Final = "$__rate_interval"
_LABEL: Final = re.compile(r"\{\{(\w+)\}\}")

_UNITS: Final = {
    Unit.SECONDS: "seconds",
    Unit.RATIO: "share, 0 to 1",
    Unit.COUNT: "number",
    Unit.REQUESTS_PER_SECOND: "requests per second",
    Unit.TOKENS: "tokens",
    Unit.TOKENS_PER_SECOND: "tokens per second",
    Unit.BYTES: "bytes",
    Unit.BYTES_PER_SECOND: "bytes per second",
    Unit.EVENTS_PER_SECOND: "events per second",
}

_INTRODUCTION: Final = f"""\
# PromQL examples

<!-- Made by `{COMMAND}` from dashboards/ and rules/series.py; edit those. -->

Each query below is one that a panel asks, without the dashboard's choice of namespace, model and pod. To narrow it,
put matchers into its selectors: `llmd:requests_waiting:sum{{namespace="llm-d",model="my-model"}}`.

They read recorded series, `llmd:<what>:<operation>`, which are the same for every generation of vLLM, SGLang and the
Endpoint Picker; [the last chapter](#recorded-series) lists them. Three things to know:

- `...:rate5m` is per second already, over five minutes. Add it up; never apply `rate` to it.
- Quantiles need the sum by `le` first, and `server` too where vLLM and SGLang run together: their buckets differ.
- `role!="prefill"` leaves out prefill pods, whose requests come back on a decode pod: what users see is the rest.
"""


@dataclass(frozen=True, kw_only=True)
class Example:
    """One documented panel.

    Attributes:
        panel: The panel.
        boards: Dashboards that show it.
    """

    panel: Panel
    boards: tuple[Board, ...]


def examples(topic: Topic) -> tuple[Example, ...]:
    """Returns the examples of a chapter, in the order of the dashboards; the same queries only once."""
    found: dict[tuple[str, ...], Example] = {}
    for board in BOARDS:
        for panel in board.panels:
            if panel.topic is topic:
                key = tuple(without_choice(query.expr) for query in panel.queries)
                known = found.get(key)
                boards = (*known.boards, board) if known else (board,)
                found[key] = Example(panel=known.panel if known else panel, boards=boards)
    return tuple(found.values())


def without_choice(expr: str) -> str:
    """Returns a query without the matchers that hold a dashboard's variables, over five minutes."""
    text = _CHOSEN.sub("", expr)
    for remains, tidy in _NOTHING_CHOSEN:
        while remains in text:
            text = text.replace(remains, tidy)
    return text.replace(_RATE_INTERVAL, "5m")


def document() -> str:
    """Returns the whole page."""
    chapters = [_chapter(topic) for topic in Topic]
    return "\n".join([_INTRODUCTION, *chapters, _recorded_series()])


def write() -> tuple[Path, ...]:
    """Writes the page and returns it if it changed."""
    return write_stale({DOCUMENT: document()})


def _chapter(topic: Topic) -> str:
    return "\n".join([f"## {topic.value}\n", *map(_example, examples(topic))])


def _example(example: Example) -> str:
    panel = example.panel
    unit = _UNITS.get(panel.unit, panel.unit.value)
    shown = ", ".join(board.title for board in example.boards)
    needs = panel.needs or example.boards[0].needs
    facts = [f"Unit: {unit}", f"dashboard: {shown}"]
    if needs is not None:
        facts.append(f"needs {needs.value}")
    return "\n".join(
        [
            f"### {panel.title}\n",
            f"{panel.answers}\n",
            f"{'; '.join(facts)}.\n",
            *_queries(panel.queries),
        ]
    )


def _queries(queries: Sequence[Query]) -> Iterator[str]:
    yield "```promql"
    for query in queries:
        name = _LABEL.sub(lambda label: f"<{label[1]}>", query.legend)
        if len(queries) > 1:
            yield f"# {name}"
        yield without_choice(query.expr)
    yield "```\n"


def _recorded_series() -> str:
    return "\n".join(
        [
            "## Recorded series\n",
            "| Series | Unit | Labels | Meaning |",
            "|---|---|---|---|",
            *map(_row, ALL),
            "",
        ]
    )


def _row(series: Series) -> str:
    labels = ", ".join(series.labels)
    meaning = series.meaning.replace("|", "\\|").replace("\n", " ")
    return f"| `{series.name}` | {series.unit.value} | {labels} | {meaning} |"


def main() -> None:
    """Rewrites the page if it is stale and says so."""
    tell(write(), up_to_date="docs/promql.md is")


if __name__ == "__main__":
    main()
