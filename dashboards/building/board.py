"""A dashboard: rows of panels, from what matters first at night down to details."""

from dataclasses import dataclass
from typing import Final

from dashboards.building.panel import Needs, Panel
from dashboards.building.target import Target
from dashboards.building.variable import Variable

UID_PREFIX: Final = "llmd-"


@dataclass(frozen=True, kw_only=True)
class Row:
    """A titled group of panels.

    Attributes:
        title: Title.
        panels: From left to right, line by line.
        collapsed: Closed at first; its queries run only when it is opened.
    """

    title: str
    panels: tuple[Panel, ...]
    collapsed: bool = False


@dataclass(frozen=True, kw_only=True)
class Board:
    """A dashboard.

    Attributes:
        name: Short name; the uid derives from it and never changes.
        title: Title.
        description: What it is for.
        variables: Variables besides the datasource, each within the choice of those before it.
        rows: Rows, the most urgent first.
        links: Dashboards that it leads to by a button; the rest are in a menu.
        span: How far back it looks when it is opened.
        refresh: How often it asks anew.
        needs: What must run for any of its panels to have data; `None`: nothing special.
    """

    name: str
    title: str
    description: str
    variables: tuple[Variable, ...]
    rows: tuple[Row, ...]
    links: tuple[Target, ...] = ()
    span: str = "1h"
    refresh: str = "30s"
    needs: Needs | None = None

    @property
    def uid(self) -> str:
        """Fixed uid, under which links and alerts find it."""
        return UID_PREFIX + self.name

    @property
    def panels(self) -> tuple[Panel, ...]:
        """Every panel, in reading order."""
        return tuple(panel for row in self.rows for panel in row.panels)
