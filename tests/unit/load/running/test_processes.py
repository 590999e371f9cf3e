from typing import Any

import pytest

from tools.load.running.processes import how_many
from tools.load.running.run import interval_seconds
from tools.load.scenario.arrivals import Arrivals
from tools.load.sending.generator import Part


class TestNumberOfProcesses:
    @pytest.mark.parametrize(
        ("way", "number"),
        [
            ({"constant": {"rate": 1}}, 1),
            ({"poisson": {"rate": 750}}, 1),
            ({"poisson": {"rate": 751}}, 2),
            ({"ramp": {"startRate": 1, "endRate": 2000}}, 3),
            ({"closed": {"concurrency": 500}}, 1),
            ({"closed": {"concurrency": 1100}}, 3),
            ({"constant": {"rate": 20_000}}, 4),
        ],
    )
    def test_follows_the_load_up_to_the_processors(self, way: dict[str, Any], number: int) -> None:
        assert how_many(Arrivals.model_validate(way), 4) == number


class TestPart:
    @pytest.mark.parametrize("whole", [0, 1, 7, 100])
    def test_shares_add_up(self, whole: int) -> None:
        shares = [Part(index=index, of=3).share(whole) for index in range(3)]
        assert sum(shares) == whole
        assert max(shares) - min(shares) <= 1


class TestIntervals:
    @pytest.mark.parametrize(
        ("duration", "length"), [(1, 1), (400, 1), (401, 2), (3600, 10), (86_400, 300)]
    )
    def test_get_longer_in_a_long_run(self, duration: float, length: float) -> None:
        assert interval_seconds(duration) == length
