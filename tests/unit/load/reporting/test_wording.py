import pytest

from tools.load.reporting.wording import duration


class TestDuration:
    @pytest.mark.parametrize(
        ("seconds", "told"),
        [
            (None, "-"),
            (0.0, "0.00 ms"),
            (0.00123, "1.23 ms"),
            (0.0123, "12.3 ms"),
            (0.523, "523 ms"),
            (1.234, "1.23 s"),
            (75.0, "75.0 s"),
        ],
    )
    def test_has_three_figures_and_a_unit(self, seconds: float | None, told: str) -> None:
        assert duration(seconds) == told
