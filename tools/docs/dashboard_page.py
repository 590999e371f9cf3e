"""Writes `docs/dashboards.md`: what dashboards there are, and what a panel needs to have data.

Run it after a change in `dashboards/`: `python -m tools.docs.dashboard_page`.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from dashboards.boards import BOARDS
from dashboards.building.board import Board
from dashboards.building.panel import Needs
from tools.docs.pages import tell, write_stale
from tools.paths import REPO

DOCUMENT: Final = REPO / "docs" / "dashboards.md"
COMMAND: Final = "python -m tools.docs.dashboard_page"

_INTRODUCTION: Final = f"""\
# Dashboards

<!-- Made by `{COMMAND}` from dashboards/; edit that. -->

`pulumi up` puts these dashboards into the folder `llm-d` of Grafana. The setting
[`dashboards`](settings.md#dashboards) says which, and into which folder. When a page comes, begin with *Failure and
saturation*.

"""

_HOW_TO_READ: Final = """\

## How to read them

- The first line is the present, in numbers; red is bad. Rows further down are details, closed ones ask nothing until
  they are opened.
- *Namespace*, *Model*, *Pod* and the like list what has data in the shown time, each within the choice of those before
  it. The buttons at the top right, and the menu *llm-d dashboards*, keep the choice and the time.
- A click on a pod opens the drill-down with that pod chosen.
- Lines over pods are the highest, the middle and the lowest one, or the ten or twenty largest: they stay readable with
  hundreds of pods.
- Red marks on the time axis are firing alerts.
- Dots in *Request duration P99, with traces* are single requests: with
  [`prometheus.traceUrl`](settings.md#prometheus), and an Endpoint Picker that traces, a click leads to the trace.
- The queries are explained in [promql.md](promql.md).

## Without this program

Each dashboard is a file in `dashboards/json/`, complete in itself: in Grafana, *Dashboards, New, Import, Upload*. Its
variable *Datasource* chooses a Prometheus. Most panels read the series that this program's recording rules make, so the
Prometheus needs these rules.

## In OpenShift's console

`openshift.consoleDashboards: true` installs them under *Observe, Dashboards* too, in the console's own older format
(`dashboards/json/openshift/`). Heatmaps are left out there, bars are tables, and the console knows no links.

## How to change them

A dashboard is a file in `dashboards/`. After a change, `python -m tools.docs.dashboards` writes the JSON. The tests
check every query against the catalogue of series in `rules/`: names, labels, and that what is joined can match.

"""

_EMPTY: Final = """\
## Why a panel is empty

Most panels have data as soon as a model serves requests. These need more:

| Dashboard | Panel | Needs |
|---|---|---|
"""


def document() -> str:
    """Returns the whole page."""
    return "".join(
        [
            _INTRODUCTION,
            "| Dashboard | Uid | What it is for | Needs |\n|---|---|---|---|\n",
            *map(_line, BOARDS),
            _HOW_TO_READ,
            _EMPTY,
            *(line for board in BOARDS for line in _demanding(board)),
        ]
    )


def write() -> tuple[Path, ...]:
    """Writes the page and returns it if it changed."""
    return write_stale({DOCUMENT: document()})


def _line(board: Board) -> str:
    file = f"[`{board.uid}`](../dashboards/json/{board.uid}.json)"
    return f"| {board.title} | {file} | {board.description} | {board.needs or ''} |\n"


def _demanding(board: Board) -> Iterator[str]:
    for needs, titles in _by_need(board).items():
        yield f"| {board.title} | {', '.join(titles)} | {needs.value} |\n"


def _by_need(board: Board) -> Mapping[Needs, list[str]]:
    found: dict[Needs, list[str]] = {}
    for panel in board.panels:
        if panel.needs is not None:
            found.setdefault(panel.needs, []).append(panel.title)
    return found


def main() -> None:
    """Rewrites the page if it is stale and says so."""
    tell(write(), up_to_date="docs/dashboards.md is")


if __name__ == "__main__":
    main()
