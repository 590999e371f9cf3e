"""`python -m benchmarks`: measure, print a table; exit code 1 when a bound is exceeded."""

import sys
import tempfile
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from benchmarks.bench import Bench
from benchmarks.comparison import Comparison
from benchmarks.deployments import many_deployments
from benchmarks.measuring import first, warm
from benchmarks.plugins import stand_ins
from benchmarks.report import document, table
from benchmarks.reports import many_stacks
from tools.errors import UserError

_BOUND_PASSED = 1
_NOT_MEASURED = 2

app = typer.Typer(pretty_exceptions_enable=False)


class Which(StrEnum):
    """Which comparisons to make; `all` leaves out deployments and reports, which take minutes."""

    ALL = "all"
    WARM = "warm"
    FIRST = "first"
    DEPLOYMENTS = "deployments"
    REPORTS = "reports"


@app.command()
def main(
    *,
    which: Annotated[Which, typer.Option(help="Which comparisons to make.")] = Which.ALL,
    warm_rounds: Annotated[int, typer.Option(min=1, help="Updates without changes.")] = 7,
    first_rounds: Annotated[int, typer.Option(min=1, help="First updates.")] = 3,
    deployments: Annotated[int, typer.Option(min=1, help="How many llm-d deployments.")] = 500,
    deployment_rounds: Annotated[int, typer.Option(min=1, help="Rounds with them.")] = 1,
    stacks: Annotated[int, typer.Option(min=1, help="How many stacks of a report.")] = 10,
    report_rounds: Annotated[int, typer.Option(min=1, help="Reports.")] = 3,
    chart: Annotated[
        Path | None,
        typer.Option(help="Another chart folder than the local stack's.", resolve_path=True),
    ] = None,
    json: Annotated[Path | None, typer.Option(help="Also write every figure here.")] = None,
) -> None:
    """Compare updates of the local stack with the least that they could take."""
    errors = Console(stderr=True, highlight=False, soft_wrap=True)
    try:
        with tempfile.TemporaryDirectory(prefix="llmd-benchmark-") as folder:
            bench = Bench(Path(folder), chart=chart)
            serving = stand_ins(bench.environ)
            errors.print(f"Stand-ins in use: {', '.join(serving) or 'none'}.")
            comparisons: list[Comparison] = []
            if which in {Which.ALL, Which.WARM}:
                made = warm(bench, rounds=warm_rounds, stand_ins=bool(serving), say=errors.print)
                comparisons.append(made)
            if which in {Which.ALL, Which.FIRST}:
                comparisons.append(first(bench, rounds=first_rounds, say=errors.print))
            if which is Which.DEPLOYMENTS:
                comparisons += many_deployments(
                    bench, deployments=deployments, rounds=deployment_rounds, say=errors.print
                )
            if which is Which.REPORTS:
                comparisons += many_stacks(
                    bench, stacks=stacks, rounds=report_rounds, say=errors.print
                )
    except UserError as error:
        errors.print("Error:", style="bold red", end=" ")
        errors.print(str(error), markup=False)
        sys.exit(_NOT_MEASURED)
    Console().print(table(comparisons))
    if json is not None:
        json.write_text(document(comparisons, serving), encoding="utf-8")
    if not all(comparison.holds for comparison in comparisons):
        sys.exit(_BOUND_PASSED)


if __name__ == "__main__":
    app()
