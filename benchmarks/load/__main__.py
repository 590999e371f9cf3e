"""`python -m benchmarks.load`: `llmd-monitoring load` and an established tool, one after the other, rate by rate.

Each run has a fresh server with the same delays; what it measured itself is the truth that both are held against.
"""

import json as json_text
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from benchmarks.load import ours, vegeta
from benchmarks.load.figures import QUANTILES, Figures
from benchmarks.load.server import running
from tools.errors import UserError

_NOT_MEASURED = 2

app = typer.Typer(pretty_exceptions_enable=False)


@app.command()
def main(
    rate: Annotated[list[float] | None, typer.Option(help="Requests a second.")] = None,
    seconds: Annotated[float, typer.Option(min=2, help="Length of a run.")] = 10,
    rounds: Annotated[int, typer.Option(min=1, help="Runs of each tool at each rate.")] = 3,
    json: Annotated[Path | None, typer.Option(help="Also write every figure here.")] = None,
) -> None:
    """Compare rate, latencies and CPU time; the best round of each tool counts, on a busy machine too."""
    errors = Console(stderr=True, highlight=False, soft_wrap=True)
    try:
        program = vegeta.build()
    except UserError as error:
        errors.print("Error:", style="bold red", end=" ")
        errors.print(str(error), markup=False)
        sys.exit(_NOT_MEASURED)
    measured: list[Figures] = []
    for wanted in rate or (100, 1000, 2000, 5000):
        for number in range(rounds):
            errors.print(f"{wanted:g} requests a second, round {number + 1} of {rounds}.")
            with running() as server:
                measured.append(ours.attack(server, rate=wanted, seconds=seconds))
            with running() as server:
                measured.append(vegeta.attack(program, server, rate=wanted, seconds=seconds))
    Console(width=120).print(table(measured))
    if json is not None:
        json.write_text(json_text.dumps([asdict(one) for one in measured], indent=2) + "\n")


def table(measured: Sequence[Figures]) -> Table:
    """The best round of each tool at each rate: the one whose quantiles are nearest to the server's."""
    made = Table(title="Best rounds", title_justify="left")
    for heading in ("rate", "tool", "rate off by", *QUANTILES, "CPU µs", "server µs", "not ok"):
        made.add_column(heading, justify="left" if heading == "tool" else "right")
    for key in sorted({(one.wanted, one.tool) for one in measured}):
        rounds = [one for one in measured if (one.wanted, one.tool) == key]
        best = min(rounds, key=lambda one: max(one.quantile_errors.values()))
        made.add_row(
            f"{best.wanted:g}",
            best.tool,
            f"{best.rate_error:.2%}",
            *(f"{best.quantile_errors[name]:.1%}" for name in QUANTILES),
            f"{best.cpu_microseconds:.0f}",
            f"{best.server_cpu_seconds / best.requests * 1e6:.0f}",
            str(best.requests - best.ok),
        )
    return made


if __name__ == "__main__":
    app()
