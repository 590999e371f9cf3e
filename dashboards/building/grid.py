"""Where panels stand: left to right in lines of 24 columns, without gaps and overlaps."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

COLUMNS: Final = 24


@dataclass(frozen=True, kw_only=True)
class Place:
    """A rectangle on the grid.

    Attributes:
        x: First column.
        y: First row.
        w: Columns.
        h: Rows.
    """

    x: int
    y: int
    w: int
    h: int


@dataclass(frozen=True, kw_only=True)
class Size:
    """What a panel asks for.

    Attributes:
        w: Columns, 1 to 24.
        h: Rows.
    """

    w: int
    h: int


def arrange(sizes: Sequence[Size], top: int) -> tuple[Place, ...]:
    """Returns a place for each size, from row `top` on.

    A line is as high as its highest panel asks, and its last panel takes the columns that are left.
    """
    places: list[Place] = []
    y = top
    for line in _lines(sizes):
        height = max(size.h for size in line)
        x = 0
        for index, size in enumerate(line):
            width = COLUMNS - x if index == len(line) - 1 else size.w
            places.append(Place(x=x, y=y, w=width, h=height))
            x += width
        y += height
    return tuple(places)


def _lines(sizes: Sequence[Size]) -> list[list[Size]]:
    lines: list[list[Size]] = []
    used = COLUMNS
    for size in sizes:
        if used + size.w > COLUMNS:
            lines.append([])
            used = 0
        lines[-1].append(size)
        used += size.w
    return lines
