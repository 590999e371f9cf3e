"""Measuring several things in turn, so that a busy moment of the machine meets all of them."""

import time
from collections.abc import Callable, Mapping

from benchmarks.comparison import Series

Stopwatch = Callable[[], float]
"""A clock that never goes back, in seconds."""


def timed(action: Callable[[], object], clock: Stopwatch = time.perf_counter) -> float:
    """Do something and tell how long it took, in seconds."""
    start = clock()
    action()
    return clock() - start


def alternate(
    actions: Mapping[str, Callable[[], object]],
    *,
    rounds: int,
    clock: Stopwatch = time.perf_counter,
) -> tuple[Series, ...]:
    """Measure each action once a round, all of them in every round.

    Args:
        actions: What to do, by name.
        rounds: How often.
        clock: What measures.

    Returns:
        A series for each action, in the order of `actions`.
    """
    seconds: dict[str, list[float]] = {name: [] for name in actions}
    for _ in range(rounds):
        for name, action in actions.items():
            seconds[name].append(timed(action, clock))
    return tuple(Series(name=name, values=tuple(values)) for name, values in seconds.items())
