"""Line plots as SVG, small enough to stand inside of a page, with nothing loaded from elsewhere."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape

_WIDTH: Final = 760
_HEIGHT: Final = 220
_LEFT: Final = 64
_RIGHT: Final = 12
_TOP: Final = 12
_BOTTOM: Final = 28
_TICKS: Final = 5
_NOTHING: Final = 1e-9
"""Below this a plot is a flat line; a logarithm of less may not exist."""

COLOURS: Final = ("#1f6feb", "#d1242f", "#1a7f37", "#9a6700", "#8250df", "#57606a")
"""Told apart on white and on dark grey, by people who don't see red and green too: lines also differ in dashes."""

_DASHES: Final = ("", "6 3", "2 2", "8 3 2 3", "1 3", "12 4")


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of a plot.

    Attributes:
        name: What it is.
        values: One for each point in time; None where there is none, which makes a gap.
    """

    name: str
    values: Sequence[float | None]


def plot(times: Sequence[float], lines: Sequence[Line], *, title: str, unit: str) -> str:
    """One plot as an `<svg>` element.

    Args:
        times: Seconds after the begin.
        lines: What to draw over them.
        title: What it shows, for screen readers.
        unit: Of the values.
    """
    highest = max((v for line in lines for v in line.values if v is not None), default=0.0)
    step = _step(highest)
    top = step * max(1, math.ceil(highest / step - 1e-9))
    end = max(times[-1], 1e-9) if times else 1.0
    area = _Area(end=end, top=top)
    parts = [
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{escape(title)}">',
        *_grid(area, step, unit),
        *(_path(area, times, line, number) for number, line in enumerate(lines)),
        "</svg>",
    ]
    return "\n".join(parts)


def legend(lines: Sequence[Line]) -> list[tuple[str, str, str]]:
    """Name, colour and dashes of each line."""
    return [
        (line.name, COLOURS[number % len(COLOURS)], _DASHES[number % len(_DASHES)])
        for number, line in enumerate(lines)
    ]


@dataclass(frozen=True, kw_only=True)
class _Area:
    end: float
    top: float

    def x(self, seconds: float) -> float:
        return _LEFT + (_WIDTH - _LEFT - _RIGHT) * seconds / self.end

    def y(self, value: float) -> float:
        return _HEIGHT - _BOTTOM - (_HEIGHT - _TOP - _BOTTOM) * value / self.top


def _step(highest: float) -> float:
    """A round distance of the grid's lines: 1, 2 or 5 times a power of ten."""
    if highest < _NOTHING:
        return 1.0
    rough = highest / _TICKS
    power = 10.0 ** math.floor(math.log10(rough))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * (1 - 1e-9))


def _grid(area: _Area, step: float, unit: str) -> list[str]:
    parts = []
    for number in range(round(area.top / step) + 1):
        value = number * step
        y = area.y(value)
        parts.append(
            f'<line class="grid" x1="{_LEFT}" y1="{y:.1f}" x2="{_WIDTH - _RIGHT}" y2="{y:.1f}"/>'
            f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{value:.4g}</text>'
        )
    parts.append(f'<text x="4" y="{_TOP - 1}">{escape(unit)}</text>')
    for number in range(_TICKS + 1):
        seconds = area.end * number / _TICKS
        parts.append(
            f'<text x="{area.x(seconds):.1f}" y="{_HEIGHT - 8}" text-anchor="middle">{seconds:.4g} s</text>'
        )
    return parts


def _path(area: _Area, times: Sequence[float], line: Line, number: int) -> str:
    commands, drawing = [], False
    for seconds, value in zip(times, line.values, strict=True):
        if value is None:
            drawing = False
            continue
        commands.append(f"{'L' if drawing else 'M'}{area.x(seconds):.1f} {area.y(value):.1f}")
        drawing = True
    colour, dashes = COLOURS[number % len(COLOURS)], _DASHES[number % len(_DASHES)]
    # Round ends make a single point visible, which is a path of no length.
    return (
        f'<path d="{"".join(commands)}" stroke="{colour}" stroke-dasharray="{dashes}">'
        f"<title>{escape(line.name)}</title></path>"
    )
