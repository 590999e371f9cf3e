"""`python -m benchmarks.refresh`: what one refresh of each dashboard costs Prometheus, and what all rules cost it.

Emulated model servers are scraped by a real Prometheus that evaluates the rules of this project. The cost of a refresh
is how many samples its queries touch. Other people's dashboards are measured on the same Prometheus and the same data.
"""

import json as json_text
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from benchmarks.refresh.dashboards import COUNTERPARTS, Asked, File, read
from benchmarks.refresh.fleet import fleet
from benchmarks.refresh.prometheus import SCRAPE_SECONDS, Asker, all_groups, scraping
from tools.emulators.world import World
from tools.errors import UserError
from tools.paths import REPO

_BOUND = 0.5
_BOUND_PASSED = 1
_NOT_MEASURED = 2
_STOP_SECONDS = 30
_RATE_SECONDS = 4 * SCRAPE_SECONDS

app = typer.Typer(pretty_exceptions_enable=False)


@app.command()
def main(
    *,
    against: Annotated[
        list[Path] | None,
        typer.Option(
            exists=True,
            file_okay=False,
            help="Folder with dashboards to compare with; repeatable, the first with a title counts.",
        ),
    ] = None,
    pods: Annotated[int, typer.Option(min=10, max=2000, help="Model server pods.")] = 200,
    minutes: Annotated[int, typer.Option(min=2, help="Minutes of data, and range asked for.")] = 10,
    json: Annotated[Path | None, typer.Option(help="Also write every figure here.")] = None,
) -> None:
    """Measure one refresh of each dashboard, and one evaluation of all rules."""
    errors = Console(stderr=True, highlight=False, soft_wrap=True)
    seconds = minutes * 60
    try:
        others = [file for folder in against or () for file in _read(folder, seconds)]
        ours = _read(REPO / "dashboards" / "json", seconds)
        with (
            tempfile.TemporaryDirectory(prefix="llmd-refresh-") as folder,
            _emulated(Path(folder), pods),
            scraping(Path(folder), World(fleet(pods)).targets) as asker,
        ):
            errors.print(f"{pods} pods are scraped for {minutes} minutes.")
            time.sleep(seconds)
            asker.require_scrapes(seconds)
            costs = {file.uid: (file.title, _cost(asker, file.queries, seconds)) for file in ours}
            theirs = _counterparts(asker, others, seconds)
            evaluation = _evaluation(asker)
            series = sum(value for _, value in asker.values('count({__name__!=""})'))
    except UserError as error:
        errors.print("Error:", style="bold red", end=" ")
        errors.print(str(error), markup=False)
        sys.exit(_NOT_MEASURED)
    ratio = _ratio(costs, theirs)
    console = Console(width=120)
    console.print(_refreshes(costs, theirs, ratio))
    console.print(_evaluations(evaluation, int(series)))
    if json is not None:
        figures = {"pods": pods, "ours": costs, "theirs": theirs, "evaluationSeconds": evaluation}
        json.write_text(json_text.dumps(figures, indent=2) + "\n", encoding="utf-8")
    if ratio is not None and ratio > _BOUND:
        sys.exit(_BOUND_PASSED)


def _read(folder: Path, seconds: int) -> list[File]:
    return read(
        folder,
        range_seconds=seconds,
        step_seconds=SCRAPE_SECONDS,
        rate_seconds=_RATE_SECONDS,
    )


@contextmanager
def _emulated(folder: Path, pods: int) -> Iterator[None]:
    """The emulators as a process of their own."""
    path = folder / "fleet.json"
    path.write_text(fleet(pods).model_dump_json(by_alias=True), encoding="utf-8")
    socket = folder / "emulators.sock"
    command = [sys.executable, "-m", "tools.cli", "emulate", str(path), "--control", str(socket)]
    with (folder / "emulators.log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=REPO, stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
    try:
        while not socket.exists():
            if process.poll() is not None:
                said = (folder / "emulators.log").read_text(encoding="utf-8", errors="replace")
                raise UserError(f"The emulators ended: {said[-500:]}")
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()


def _cost(asker: Asker, queries: Sequence[Asked], seconds: int) -> int:
    """The samples that one refresh touches."""
    now = time.time()
    span = {"start": f"{now - seconds}", "end": f"{now}", "step": str(SCRAPE_SECONDS)}
    return sum(
        asker.samples("query", query=one.expr, time=f"{now}")
        if one.instant
        else asker.samples("query_range", query=one.expr, **span)
        for one in queries
    )


def _counterparts(asker: Asker, others: Sequence[File], seconds: int) -> dict[str, int]:
    """What the counterparts of our dashboards cost, by the uid of ours."""
    by_title: dict[str, File] = {}
    for file in others:
        by_title.setdefault(file.title, file)
    return {
        uid: _cost(asker, by_title[title].queries, seconds)
        for uid, title in COUNTERPARTS.items()
        if title in by_title
    }


def _evaluation(asker: Asker) -> dict[str, float]:
    """How long the last evaluation of each group took, in seconds."""
    names = {group.name for group in all_groups()}
    found = asker.group_seconds()
    return {name: found[name] for name in sorted(names) if name in found}


def _ratio(costs: dict[str, tuple[str, int]], theirs: dict[str, int]) -> float | None:
    """Ours to theirs, of the dashboards that have a counterpart; None without any."""
    whole = sum(theirs.values())
    return sum(costs[uid][1] for uid in theirs) / whole if whole else None


def _refreshes(
    costs: dict[str, tuple[str, int]], theirs: dict[str, int], ratio: float | None
) -> Table:
    made = Table(title_justify="left", title="Samples that one refresh touches")
    made.add_column("dashboard")
    for heading in ("ours", "counterpart", "ratio"):
        made.add_column(heading, justify="right")
    for uid, (title, cost) in costs.items():
        other = theirs.get(uid)
        shown = (
            ("", "") if other is None else (f"{other:,}", f"{cost / other:.2f}" if other else "")
        )
        made.add_row(title, f"{cost:,}", *shown)
    if ratio is not None:
        made.add_section()
        both = sum(costs[uid][1] for uid in theirs)
        verdict = "[green]kept[/green]" if ratio <= _BOUND else "[bold red]exceeded[/bold red]"
        made.add_row(
            f"those with a counterpart, allowed is {_BOUND:g}: {verdict}",
            f"{both:,}",
            f"{sum(theirs.values()):,}",
            f"{ratio:.2f}",
        )
    return made


def _evaluations(evaluation: dict[str, float], series: int) -> Table:
    made = Table(title_justify="left", title=f"Last evaluation of the rules, {series:,} series")
    made.add_column("group")
    made.add_column("milliseconds", justify="right")
    for name, seconds in sorted(evaluation.items(), key=lambda one: -one[1]):
        made.add_row(name, f"{seconds * 1000:.1f}")
    made.add_section()
    made.add_row("all", f"{sum(evaluation.values()) * 1000:.1f}")
    return made


if __name__ == "__main__":
    app()
