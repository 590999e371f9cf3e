from random import Random
from typing import Any

import pytest

from tools.load.planning.lengths import draw_length
from tools.load.scenario.lengths import Length


def drawn(number: int = 4000, **content: Any) -> list[int]:  # noqa: ANN401
    length, random = Length.model_validate(content), Random(1)  # noqa: S311 - a test
    return sorted(draw_length(length, random) for _ in range(number))


class TestLengths:
    def test_constant_is_always_the_same(self) -> None:
        assert set(drawn(constant=7)) == {7}

    def test_uniform_has_every_length_between_its_ends(self) -> None:
        assert set(drawn(uniform={"min": 3, "max": 6})) == {3, 4, 5, 6}

    def test_lognormal_has_its_median_and_its_95th_percentile(self) -> None:
        lengths = drawn(lognormal={"median": 200, "p95": 1000})
        assert lengths[2000] == pytest.approx(200, rel=0.1)
        assert lengths[3800] == pytest.approx(1000, rel=0.15)

    def test_exponential_has_its_mean(self) -> None:
        lengths = drawn(exponential={"mean": 100})
        assert sum(lengths) / len(lengths) == pytest.approx(100, rel=0.1)

    @pytest.mark.parametrize(
        "content",
        [
            {"lognormal": {"median": 200, "p95": 250, "max": 250}},
            {"exponential": {"mean": 200, "max": 250}},
        ],
    )
    def test_none_is_longer_than_the_longest_or_shorter_than_one(
        self, content: dict[str, Any]
    ) -> None:
        lengths = drawn(**content)
        assert lengths[0] >= 1
        assert lengths[-1] == 250
