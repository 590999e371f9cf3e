"""The report as one HTML page that loads nothing."""

from pathlib import Path
from typing import Final

from markupsafe import Markup

from tools.html_templates import html_templates
from tools.load.reporting.plot import Line, legend, plot
from tools.load.reporting.report import Report
from tools.load.reporting.wording import duration

_FOLDER: Final = Path(__file__).parent


def page(report: Report) -> str:
    """The page."""
    environment = html_templates(_FOLDER)
    environment.filters["duration"] = duration
    return environment.get_template("page.html.j2").render(
        report=report, plots=[_plotted(report, *content) for content in _contents(report)]
    )


def _contents(report: Report) -> list[tuple[str, str, list[Line]]]:
    points = report.points
    return [
        (
            "Throughput",
            "requests a second",
            [
                Line(name="due", values=[point.due for point in points]),
                Line(name="failed", values=[point.failed for point in points]),
                Line(name="ended well", values=[point.ok for point in points]),
                Line(name="malformed, ended", values=[point.malformed for point in points]),
                Line(name="sent", values=[point.sent for point in points]),
            ],
        ),
        (
            "Output tokens",
            "tokens a second",
            [Line(name="tokens", values=[point.output_tokens for point in points])],
        ),
        (
            "Time to first token",
            "ms",
            [
                Line(name="p50", values=[_ms(point.first_token_p50) for point in points]),
                Line(name="p99", values=[_ms(point.first_token_p99) for point in points]),
            ],
        ),
        (
            "Time between tokens",
            "ms",
            [
                Line(name="p50", values=[_ms(point.between_tokens_p50) for point in points]),
                Line(name="p99", values=[_ms(point.between_tokens_p99) for point in points]),
            ],
        ),
        (
            "End-to-end latency",
            "ms",
            [
                Line(name="p50", values=[_ms(point.end_to_end_p50) for point in points]),
                Line(name="p99", values=[_ms(point.end_to_end_p99) for point in points]),
            ],
        ),
    ]


def _ms(seconds: float | None) -> float | None:
    return None if seconds is None else seconds * 1000


def _plotted(report: Report, title: str, unit: str, lines: list[Line]) -> dict[str, object]:
    times = [point.seconds for point in report.points]
    # Every text inside of the drawing is escaped where it is made.
    drawing = Markup(plot(times, lines, title=f"{title}, {unit}", unit=unit))  # noqa: S704
    return {"title": title, "drawing": drawing, "legend": legend(lines)}
