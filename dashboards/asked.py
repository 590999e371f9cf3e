"""Every query that the dashboards ask, so that each can be tried against a Prometheus."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from dashboards.boards import BOARDS
from dashboards.building.board import Board
from dashboards.building.panel import Needs

EVERYTHING: Final = ".*"
"""What a variable stands for when All is chosen."""

_VARIABLE: Final = re.compile(r"\$(\w+)")
_NO_CHOICE: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One query of a dashboard.

    Attributes:
        uid: Uid of the dashboard.
        dashboard: Title of the dashboard.
        place: Title of the panel, or `variable <name>`.
        letter: Which of the panel's queries, from A on; empty for a variable.
        expr: PromQL with the dashboard's variables in it.
        is_instant: Asked for the present only; else over a range.
        needs: What must run for it to have data; empty: nothing special.
    """

    uid: str
    dashboard: str
    place: str
    letter: str
    expr: str
    is_instant: bool
    needs: tuple[Needs, ...]

    def resolved(self, chosen: Mapping[str, str] = _NO_CHOICE, *, rate_interval: str = "5m") -> str:
        """Returns the query as Grafana sends it; see the function `resolved`."""
        return resolved(self.expr, chosen, rate_interval=rate_interval)


def resolved(
    expr: str, chosen: Mapping[str, str] = _NO_CHOICE, *, rate_interval: str = "5m"
) -> str:
    """Returns PromQL with the dashboard's variables filled in.

    Args:
        expr: PromQL with variables.
        chosen: Choice of variables, as regular expressions; All where there is none.
        rate_interval: What Grafana puts in for `$__rate_interval`: at least four scrapes.
    """
    values = {"__rate_interval": rate_interval, **chosen}
    return _VARIABLE.sub(lambda found: values.get(found[1], EVERYTHING), expr)


def every_query() -> tuple[Asked, ...]:
    """Returns every query of every panel and variable of every dashboard."""
    return tuple(asked for board in BOARDS for asked in (*_variables(board), *_panels(board)))


def _variables(board: Board) -> Iterator[Asked]:
    for variable in board.variables:
        yield Asked(
            uid=board.uid,
            dashboard=board.title,
            place=f"variable {variable.name}",
            letter="",
            expr=variable.expr,
            is_instant=True,
            needs=_needs(board.needs),
        )


def _panels(board: Board) -> Iterator[Asked]:
    for panel in board.panels:
        for number, query in enumerate(panel.queries):
            yield Asked(
                uid=board.uid,
                dashboard=board.title,
                place=panel.title,
                letter=chr(ord("A") + number),
                expr=query.expr,
                is_instant=panel.kind.is_instant,
                needs=_needs(board.needs, panel.needs),
            )


def _needs(*some: Needs | None) -> tuple[Needs, ...]:
    return tuple(dict.fromkeys(need for need in some if need is not None))
