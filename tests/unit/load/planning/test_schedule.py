from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.load.planning.schedule import due_times
from tools.load.scenario.arrivals import Arrivals

RATES = st.floats(min_value=0.1, max_value=500)
DURATIONS = st.floats(min_value=0.5, max_value=30)


def times(duration: float, seed: int = 1, **way: dict[str, Any]) -> list[float]:
    return list(due_times(Arrivals.model_validate(way), duration, seed))


class TestConstantArrivals:
    def test_are_evenly_spaced_from_the_begin(self) -> None:
        assert times(1, constant={"rate": 4}) == [0, 0.25, 0.5, 0.75]

    @given(rate=RATES, duration=DURATIONS)
    def test_are_as_many_as_the_rate_says(self, rate: float, duration: float) -> None:
        due = times(duration, constant={"rate": rate})
        assert abs(len(due) - rate * duration) <= 1
        assert due[-1] < duration


class TestPoissonArrivals:
    def test_are_the_same_for_the_same_seed_and_others_for_another(self) -> None:
        first, again, other = (times(20, seed, poisson={"rate": 9}) for seed in (1, 1, 2))
        assert first == again
        assert first != other

    def test_have_the_mean_rate_and_irregular_gaps(self) -> None:
        due = times(1000, poisson={"rate": 10})
        assert len(due) == pytest.approx(10_000, rel=0.03)
        gaps = [after - before for before, after in pairwise(due)]
        mean = sum(gaps) / len(gaps)
        deviation = (sum((gap - mean) ** 2 for gap in gaps) / len(gaps)) ** 0.5
        assert deviation == pytest.approx(mean, rel=0.05), "as an exponential distribution has"


class TestRampArrivals:
    def test_grow_evenly(self) -> None:
        due = times(10, ramp={"startRate": 0, "endRate": 20})
        halves = sum(at < 5 for at in due), sum(at >= 5 for at in due)
        assert halves == (25, 75)

    @given(start=RATES, end=RATES, duration=DURATIONS)
    def test_are_ascending_and_as_many_as_the_mean_rate_says(
        self, start: float, end: float, duration: float
    ) -> None:
        due = times(duration, ramp={"startRate": start, "endRate": end})
        assert due == sorted(due)
        assert abs(len(due) - duration * (start + end) / 2) <= 1


class TestBursts:
    def test_end_each_period(self) -> None:
        due = times(10, bursts={"rate": 1, "burstRate": 10, "everySeconds": 5, "burstSeconds": 1})
        assert sum(4 <= at < 5 for at in due) == 10
        assert sum(9 <= at < 10 for at in due) == 10
        assert len(due) == 28

    def test_may_have_nothing_between_them(self) -> None:
        due = times(4, bursts={"rate": 0, "burstRate": 5, "everySeconds": 2, "burstSeconds": 1})
        assert {int(at) for at in due} == {1, 3}

    def test_stop_with_the_run(self) -> None:
        bursts = {"rate": 3, "burstRate": 5, "everySeconds": 60, "burstSeconds": 1}
        assert max(times(7, bursts=bursts)) < 7


def test_closed_loop_has_no_due_times() -> None:
    with pytest.raises(ValueError, match="replies decide"):
        times(1, closed={"concurrency": 1})
