"""What the rules cost in series."""

from rules.cost import Size, recorded_series

_LARGE = Size(pods=200, models=10, gpus=1600)
_RAW_SERIES_OF_A_POD = 400
"""A vLLM pod exposes 466 samples by default, 60 of them `_created`, which nobody needs."""


class TestRecordedSeries:
    def test_of_200_pods_are_a_fraction_of_the_raw_ones(self) -> None:
        recorded = recorded_series(_LARGE)
        print(f"{recorded} recorded series, {_LARGE.pods * _RAW_SERIES_OF_A_POD} raw ones")
        assert recorded < 0.4 * _LARGE.pods * _RAW_SERIES_OF_A_POD

    def test_grow_by_less_than_a_hundred_a_pod(self) -> None:
        more = recorded_series(Size(pods=201, models=10, gpus=1600))
        assert more - recorded_series(_LARGE) < 100
