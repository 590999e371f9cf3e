import json

import pytest
from rich.console import Console

from benchmarks.comparison import Comparison, Series
from benchmarks.report import document, table


def compared(subject: float, *baseline: float, bound: float = 2.0) -> Comparison:
    return Comparison(
        title="t",
        subject=Series(name="s", values=(subject,)),
        baseline=tuple(Series(name="b", values=(value,)) for value in baseline),
        bound=bound,
    )


def test_one_slow_measurement_does_not_count() -> None:
    assert Series(name="s", values=(1.0, 90.0, 2.0)).median == 2.0


def test_the_parts_of_the_baseline_add_up() -> None:
    assert compared(6.0, 1.0, 3.0).ratio == 1.5


@pytest.mark.parametrize(("subject", "holds"), [(2.0, True), (1.0, True), (2.001, False)])
def test_a_bound_is_kept_up_to_itself(subject: float, holds: bool) -> None:
    assert compared(subject, 1.0).holds is holds


def test_the_table_has_both_figures_the_ratio_and_the_verdict() -> None:
    console = Console(width=120)
    with console.capture() as captured:
        console.print(table([compared(3.0, 1.5), compared(3.0, 1.0)]))
    text = captured.get()
    assert "3.00" in text
    assert "1.50" in text
    assert "allowed is 2: kept" in text
    assert "allowed is 2: exceeded" in text


def test_the_document_has_every_measurement() -> None:
    content = json.loads(document([compared(3.0, 1.5)], ["pulumi-resource-tls"]))
    assert content == {
        "standIns": ["pulumi-resource-tls"],
        "comparisons": [
            {
                "title": "t",
                "unit": "s",
                "subject": {"name": "s", "median": 3.0, "values": [3.0]},
                "baseline": [{"name": "b", "median": 1.5, "values": [1.5]}],
                "ratio": 2.0,
                "bound": 2.0,
                "holds": True,
            }
        ],
    }
