from itertools import count

import pytest

from benchmarks.alternation import alternate, timed


def test_actions_take_turns() -> None:
    order: list[str] = []
    alternate({"a": lambda: order.append("a"), "b": lambda: order.append("b")}, rounds=2)
    assert order == ["a", "b", "a", "b"]


def test_each_action_has_a_measurement_a_round() -> None:
    ticks = count(step=2)
    series = alternate(
        {"a": lambda: None, "b": lambda: None}, rounds=3, clock=lambda: float(next(ticks))
    )
    assert [(one.name, one.values) for one in series] == [
        ("a", (2.0, 2.0, 2.0)),
        ("b", (2.0, 2.0, 2.0)),
    ]


def test_a_failure_is_no_measurement() -> None:
    def fail() -> None:
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011 - the very one
        timed(fail)
