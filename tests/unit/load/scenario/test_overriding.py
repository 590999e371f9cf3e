import pytest

from tools.errors import UserError
from tools.load.scenario.model import Scenario
from tools.load.scenario.overriding import overridden
from tools.load.scenario.reading import read_scenario


def changed(
    name: str,
    *,
    duration: float | None = None,
    rate: float | None = None,
    concurrency: int | None = None,
) -> Scenario:
    return overridden(read_scenario(name), duration=duration, rate=rate, concurrency=concurrency)


class TestOverriding:
    def test_nothing_changes_nothing(self) -> None:
        assert changed("soak") == read_scenario("soak")

    def test_duration_replaces_the_scenarios(self) -> None:
        assert changed("soak", duration=7).duration_seconds == 7

    @pytest.mark.parametrize("name", ["smoke", "saturate", "pd"])
    def test_rate_is_the_mean_and_the_form_stays(self, name: str) -> None:
        before, after = read_scenario(name).arrivals, changed(name, rate=12).arrivals
        assert after.mean_rate() == pytest.approx(12)
        assert set(after.model_dump(exclude_none=True)) == set(before.model_dump(exclude_none=True))

    def test_concurrency_makes_a_closed_loop(self) -> None:
        closed = changed("smoke", concurrency=9).arrivals.closed
        assert closed is not None
        assert closed.concurrency == 9

    def test_both_are_a_contradiction(self) -> None:
        with pytest.raises(UserError, match="both --rate and --concurrency"):
            changed("smoke", rate=1, concurrency=1)

    def test_rate_of_a_closed_loop_is_refused(self) -> None:
        closed = changed("smoke", concurrency=9)
        with pytest.raises(UserError, match="closed loop"):
            overridden(closed, duration=None, rate=3, concurrency=None)

    @pytest.mark.parametrize("rate", [0, -1])
    def test_rate_must_be_above_nothing(self, rate: float) -> None:
        with pytest.raises(UserError, match="allowed: a number above 0"):
            changed("smoke", rate=rate)

    def test_too_high_a_rate_names_the_limit(self) -> None:
        with pytest.raises(UserError, match="less than or equal to 20000"):
            changed("smoke", rate=1e6)
