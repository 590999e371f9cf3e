import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.load.measuring.histogram import RELATIVE_ERROR, Histogram, merged

DURATIONS = st.lists(st.floats(min_value=0, max_value=4000), min_size=1, max_size=200)
MICROSECOND = 1e-6


def of(durations: list[float]) -> Histogram:
    histogram = Histogram()
    for duration in durations:
        histogram.add(duration)
    return histogram


class TestHistogram:
    @given(durations=DURATIONS, q=st.floats(min_value=0, max_value=1))
    def test_quantile_is_off_by_no_more_than_promised(
        self, durations: list[float], q: float
    ) -> None:
        found = of(durations).quantile(q)
        exact = sorted(durations)[max(0, math.ceil(q * len(durations) - 1e-9) - 1)]
        assert found is not None
        assert abs(found - exact) <= exact * RELATIVE_ERROR + MICROSECOND

    @given(first=DURATIONS, second=DURATIONS)
    def test_merged_is_as_if_counted_together(
        self, first: list[float], second: list[float]
    ) -> None:
        together, apart = of(first + second), merged([of(first), of(second)])
        assert apart.counts == together.counts
        assert apart.count == together.count
        assert apart.largest == together.largest
        assert apart.total == pytest.approx(together.total)

    def test_empty_one_has_no_quantile_and_no_mean(self) -> None:
        assert Histogram().quantile(0.5) is None
        assert Histogram().mean() is None

    def test_mean_and_largest_are_exact(self) -> None:
        histogram = of([0.1, 0.2, 0.6])
        assert histogram.mean() == pytest.approx(0.3)
        assert histogram.largest == 0.6

    def test_clock_that_went_back_counts_as_nothing(self) -> None:
        assert of([-1.0]).quantile(1) == 0

    def test_stays_small_whatever_it_counts(self) -> None:
        histogram = of([1e-6 * 1.003**n for n in range(7400)])
        assert len(histogram.counts) < 7000
