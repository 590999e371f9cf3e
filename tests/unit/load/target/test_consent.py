import pytest

from tools.errors import UserError
from tools.load.scenario.overriding import overridden
from tools.load.scenario.reading import read_scenario
from tools.load.target.consent import require_consent

SMOKE = read_scenario("smoke")
TWO_HOURS = overridden(SMOKE, duration=7200, rate=None, concurrency=None)


class TestConsent:
    def test_is_not_needed_for_this_machine(self) -> None:
        require_consent("http://localhost:8000", SMOKE, given=False)

    def test_is_needed_for_another_target(self) -> None:
        with pytest.raises(UserError, match=r"neither this machine nor a Service[^;]*--yes"):
            require_consent("https://api.example.com", SMOKE, given=False)

    def test_is_needed_for_more_than_an_hour(self) -> None:
        with pytest.raises(UserError, match="7200 s, which is more than 3600 s"):
            require_consent("http://localhost", TWO_HOURS, given=False)

    def test_given_it_lets_both_pass(self) -> None:
        require_consent("https://api.example.com", TWO_HOURS, given=True)
