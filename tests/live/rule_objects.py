"""Rules of which all times are scaled down."""

import re
from typing import Any, Final

from rules.duration import in_seconds

Object = dict[str, Any]

_TIME: Final = r"(?:\d+(?:ms|[smhdwy]))+"
_RANGE: Final = re.compile(rf"\[(?P<range>{_TIME})(?P<step>:(?:{_TIME})?)?\]")
_OFFSET: Final = re.compile(rf"\boffset (?P<time>{_TIME})")
TIME_SCALE: Final = 30
"""How many times as fast as usual the live world lives: 5 minutes are 10 seconds."""

_LEAST_MILLISECONDS: Final = 1000


def milliseconds(duration: str) -> int:
    """Returns a duration of Prometheus, such as `1h30m`."""
    return round(in_seconds(duration) * 1000)


def scaled(group: Object, factor: int) -> Object:
    """Returns a group in whose rules all times are shorter by a factor.

    Ranges, steps of subqueries, offsets, `for`, `keep_firing_for` and the interval change, nothing else: with scrapes
    that are as much more frequent, the rules see the same number of samples and decide in the same way, only earlier.
    """
    rules = [_scaled_rule(rule, factor) for rule in group["rules"]]
    return {**group, "interval": _shorter(group["interval"], factor), "rules": rules}


def scaled_expression(expression: str, factor: int) -> str:
    """Returns an expression with shorter ranges, steps and offsets."""

    def ranged(found: re.Match[str]) -> str:
        step = found["step"] or ""
        shorter = f":{_shorter(step[1:], factor)}" if len(step) > 1 else step
        return f"[{_shorter(found['range'], factor)}{shorter}]"

    shorter = _RANGE.sub(ranged, expression)
    return _OFFSET.sub(lambda found: f"offset {_shorter(found['time'], factor)}", shorter)


def _scaled_rule(rule: Object, factor: int) -> Object:
    times: Object = {
        key: _shorter(rule[key], factor) for key in ("for", "keep_firing_for") if key in rule
    }
    return {**rule, "expr": scaled_expression(rule["expr"], factor), **times}


def _shorter(duration: str, factor: int) -> str:
    return f"{max(_LEAST_MILLISECONDS, milliseconds(duration) // factor)}ms"
