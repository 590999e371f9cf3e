"""When each request is due, in seconds after the begin; decided by scenario and seed alone."""

import math
from collections.abc import Iterator
from random import Random

from tools.load.scenario.arrivals import Arrivals, BurstArrivals, RampArrivals


def due_times(arrivals: Arrivals, duration: float, seed: int) -> Iterator[float]:
    """The due times of all requests of an open loop, ascending, each below the duration.

    Args:
        arrivals: One that isn't a closed loop.
        duration: Length of the run in seconds.
        seed: Decides what is random.

    Raises:
        ValueError: It is a closed loop, where replies decide.
    """
    if arrivals.constant is not None:
        return _even(arrivals.constant.rate, duration)
    if arrivals.poisson is not None:
        return _poisson(arrivals.poisson.rate, duration, seed)
    if arrivals.ramp is not None:
        return _ramp(arrivals.ramp, duration)
    if arrivals.bursts is not None:
        return _bursts(arrivals.bursts, duration)
    raise ValueError("in a closed loop replies decide when requests are due")


def _even(rate: float, duration: float) -> Iterator[float]:
    number = 0
    while (due := number / rate) < duration:
        yield due
        number += 1


def _poisson(rate: float, duration: float, seed: int) -> Iterator[float]:
    gap = Random(seed).expovariate  # noqa: S311 - a load, not a secret
    due = gap(rate)
    while due < duration:
        yield due
        due += gap(rate)


def _ramp(ramp: RampArrivals, duration: float) -> Iterator[float]:
    """Request n is due when the area under the rate, s*t + (e-s)*t*t/(2*d), reaches n."""
    start, slope = ramp.start_rate, (ramp.end_rate - ramp.start_rate) / duration
    for number in range(int(duration * (ramp.start_rate + ramp.end_rate) / 2 + 1)):
        # This form of the root is exact where the slope is 0 too.
        root = math.sqrt(max(0.0, start * start + 2 * slope * number))
        due = 2 * number / (start + root) if number else 0.0
        if due >= duration:
            return
        yield due


def _bursts(bursts: BurstArrivals, duration: float) -> Iterator[float]:
    calm = bursts.every_seconds - bursts.burst_seconds
    begin = 0.0
    while begin < duration:
        pieces = (
            (begin, calm, bursts.rate),
            (begin + calm, bursts.burst_seconds, bursts.burst_rate),
        )
        for start, length, rate in pieces:
            for offset in _even(rate, length) if rate else ():
                if start + offset >= duration:
                    return
                yield start + offset
        begin += bursts.every_seconds
