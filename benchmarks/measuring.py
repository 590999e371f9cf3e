"""The two comparisons."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from benchmarks.alternation import alternate, timed
from benchmarks.bench import Bench, Place
from benchmarks.comparison import Comparison, Series

WARM_BOUND_OFFICIAL: Final = 1.5
WARM_BOUND_STAND_INS: Final = 2.0
FIRST_BOUND: Final = 1.25

_EMPTY: Final = "`pulumi up` of an empty program"

Say = Callable[[str], None]
"""Tells the user what is going on."""


def warm(bench: Bench, *, rounds: int, stand_ins: bool, say: Say) -> Comparison:
    """An update of the unchanged `local` stack, held against one of an empty program."""
    say("Unchanged stack: installing it, to measure what a further update takes.")
    with bench.fresh() as place:
        place.local.up()
        bench.empty.up()
        say(f"Unchanged stack: {rounds} rounds.")
        subject, baseline = alternate(
            {
                "`pulumi up` of the unchanged `local` stack": place.local.up_unchanged,
                _EMPTY: bench.empty.up_unchanged,
            },
            rounds=rounds,
        )
    return Comparison(
        title="An update without changes",
        subject=subject,
        baseline=(baseline,),
        bound=WARM_BOUND_STAND_INS if stand_ins else WARM_BOUND_OFFICIAL,
    )


def first(bench: Bench, *, rounds: int, say: Say) -> Comparison:
    """A first update, held against an empty program and Helm alone with the same chart and values.

    Each side gets a cluster of its own, fresh in each round.
    """
    bench.empty.up()
    ups, empties, helms = [], [], []
    for number in range(1, rounds + 1):
        say(f"First update: round {number} of {rounds}.")
        with bench.fresh() as place:
            ups.append(timed(place.local.up))
            values = _values(bench, place)
        empties.append(timed(bench.empty.up_unchanged))
        with bench.fresh() as place:
            file = place.folder / "values.yaml"
            file.write_text(values, encoding="utf-8")
            helms.append(timed(lambda: _install(bench, place, file)))  # noqa: B023 - called here
    return Comparison(
        title="A first update",
        subject=Series(name="first `pulumi up` of the `local` stack", values=tuple(ups)),
        baseline=(
            Series(name=_EMPTY, values=tuple(empties)),
            Series(name="`helm install --wait`, same chart and values", values=tuple(helms)),
        ),
        bound=FIRST_BOUND,
    )


def _values(bench: Bench, place: Place) -> str:
    return place.helm.run(
        "helm", "get", "values", bench.release, "--namespace", bench.namespace, "--output", "yaml"
    )


def _install(bench: Bench, place: Place, values: Path) -> None:
    place.helm.run(
        *("helm", "install", bench.release, str(bench.chart)),
        *("--namespace", bench.namespace, "--create-namespace"),
        *("--values", str(values), "--wait", "--wait-for-jobs", "--timeout", "10m"),
    )
