"""The time behind a duration of Prometheus."""

import re
from typing import Final

_PART: Final = re.compile(r"([0-9]+)(ms|[ywdhms])")
_SECONDS: Final = {
    "ms": 0.001,
    "s": 1,
    "m": 60,
    "h": 3600,
    "d": 86_400,
    "w": 604_800,
    "y": 31_536_000,
}


def in_seconds(duration: str) -> float:
    """Returns how many seconds a duration is, e.g. 5400 for `1h30m`."""
    return sum(int(number) * _SECONDS[unit] for number, unit in _PART.findall(duration))
