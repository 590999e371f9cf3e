"""The report for a terminal."""

from collections.abc import Iterable

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from tools.load.reporting.report import Quantiles, Report
from tools.load.reporting.wording import duration
from tools.load.verifying.verdict import Verdict


def show(report: Report, console: Console) -> None:
    """Prints the report."""
    console.print(_summary(report))
    console.print(_latencies(report))
    console.print(_results(report))
    if report.verification is not None:
        _show_verdict(report.verification, console)
    for note in report.notes:
        console.print("Note:", style="bold yellow", end=" ")
        console.print(note, markup=False)


def _summary(report: Report) -> Table:
    table = Table(show_header=False, box=None, pad_edge=False)
    for name, value in _facts(report):
        table.add_row(name, value)
    return table


def _facts(report: Report) -> Iterable[tuple[str, str]]:
    rate, cost = report.rate, report.cost
    kept = "kept" if rate.kept else "not kept"
    outcomes = f"{report.ok} ok, {report.failed} failed, {report.malformed} malformed on purpose"
    tokens = f"{report.prompt_tokens} of prompts, {report.output_tokens} of replies"
    yield "scenario", f"{report.scenario}, seed {report.seed}"
    yield "target", f"{report.target} ({', '.join(report.models)})"
    yield "sent for", f"{report.sending_seconds:.1f} s"
    yield "rate", f"{rate.sent:.2f} requests a second, {rate.due:.2f} were due ({kept})"
    yield "requests", f"{report.requests}: {outcomes}"
    yield "tokens", f"{tokens} ({report.output_tokens_per_second:.1f} a second)"
    each = cost.cpu_microseconds_per_request
    if each is not None:
        yield "cost", f"{each:.0f} µs of CPU a request, {cost.processes} process(es)"


def _latencies(report: Report) -> Table:
    table = Table(
        title="Latency, from when a request was due", title_justify="left", box=SIMPLE_HEAD
    )
    table.add_column("what")
    for heading in ("requests", "mean", "p50", "p90", "p99", "max"):
        table.add_column(heading, justify="right")
    for name, quantiles in (
        ("end to end", report.end_to_end),
        ("time to first token", report.first_token),
        ("between tokens", report.between_tokens),
        ("until a failure", report.failures),
        ("generator's lateness", report.lateness),
    ):
        if quantiles.count:
            table.add_row(name, str(quantiles.count), *_durations(quantiles))
    return table


def _durations(of: Quantiles) -> Iterable[str]:
    return (duration(value) for value in (of.mean, of.p50, of.p90, of.p99, of.max))


def _results(report: Report) -> Table:
    table = Table(title="Results", title_justify="left", box=SIMPLE_HEAD)
    table.add_column("request")
    table.add_column("result")
    table.add_column("count", justify="right")
    for line in report.results:
        table.add_row(line.kind, line.result, str(line.count))
    return table


def _show_verdict(verdict: Verdict, console: Console) -> None:
    table = Table(title="What Prometheus counted", title_justify="left", box=SIMPLE_HEAD)
    table.add_column("what")
    table.add_column("sent", justify="right")
    table.add_column("counted", justify="right")
    table.add_column("verdict")
    words = {True: "[green]agrees[/green]", False: "[bold red]differs[/bold red]", None: "-"}
    for line in verdict.compared:
        counted = "no series" if line.counted is None else f"{line.counted:g}"
        remark = f" ({line.remark})" if line.remark else ""
        table.add_row(line.what, f"{line.sent:g}", counted, words[line.agrees] + remark)
    console.print(table)
    for dashboard in verdict.dashboards:
        if dashboard.empty:
            number = len(dashboard.empty)
            console.print(
                f"{dashboard.title}: {number} of {dashboard.panels} panels are empty: "
                + ("all" if number == dashboard.panels else ", ".join(dashboard.empty)),
                markup=False,
            )
