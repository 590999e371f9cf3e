"""Why a kubectl ended, in its own words: those of several versions."""

import pytest

from tools.load.target.port_forward import reason

REFUSED = (
    "an error occurred forwarding 2000 -> 80: error forwarding port 80 to pod gw-0/llm, uid : "
    "failed to dial: connection refused"
)
IN_FLIGHT = "error creating error stream for port 2000 -> 80: EOF"


def logged(error: str) -> str:
    return f'E1124 15:36:17.611309   10392 portforward.go:522] "Unhandled Error" err="{error}"'


def logged_before(error: str) -> str:
    return f"E0920 11:53:24.740012   68846 portforward.go:406] {error}"


class TestReason:
    @pytest.mark.parametrize(
        ("said", "told"),
        [
            (['Error from server (NotFound): services "x" not found'], 'services "x" not found'),
            (["error: lost connection to pod"], "lost connection to pod"),
            ([logged(REFUSED), "error: lost connection to pod"], REFUSED),
            ([logged_before(REFUSED), "error: lost connection to pod"], REFUSED),
            ([logged(r"a \"b\"")], 'a "b"'),
            ([], "without a word"),
        ],
    )
    def test_is_what_it_said(self, said: list[str], told: str) -> None:
        assert reason(said).endswith(told)

    def test_is_the_cause_and_not_what_came_of_it(self) -> None:
        said = [logged(REFUSED), *[logged(IN_FLIGHT)] * 9, "error: lost connection to pod"]
        assert reason(said) == f"lost connection to pod: {REFUSED}"
