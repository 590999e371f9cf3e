"""Progress is told as lines in a file, and as one moving line on a terminal."""

import io

import pytest
from rich.console import Console

from tools.toolchain.progress import Progress, elapsed


@pytest.mark.parametrize(
    ("seconds", "shown"), [(0, "0:00"), (59.9, "0:59"), (61, "1:01"), (3600, "60:00")]
)
def test_a_duration_is_minutes_and_seconds(seconds: float, shown: str) -> None:
    assert elapsed(seconds) == shown


def told(console: Console) -> None:
    progress = Progress(console, 2)
    for name in ("first", "second"):
        with progress.part(name) as activity:
            activity.now("building [1]")
            activity.now("building [2]")
            activity.note("no download: /a/very/long/path/" + "x" * 200)
            activity.done("1.2.3 from build")


def test_a_file_gets_a_line_now_and_then_and_no_control_characters() -> None:
    out = io.StringIO()
    told(Console(file=out, width=80))
    lines = out.getvalue().splitlines()
    long_path = "/a/very/long/path/" + "x" * 200
    assert lines == [
        line
        for part in ("[1/2] first", "[2/2] second")
        for line in (
            f"{part}: building [1] (0:00)",
            f"{part}: no download: {long_path}",
            f"{part}: 1.2.3 from build (0:00)",
        )
    ]


def test_a_terminal_gets_a_line_that_moves_and_the_results_stay() -> None:
    out = io.StringIO()
    told(Console(file=out, width=80, force_terminal=True, color_system=None))
    assert "[2/2] second: 1.2.3 from build (0:00)\n" in out.getvalue()
    assert "[1/2] first" in out.getvalue()


def test_a_part_with_nothing_to_do_is_silent_in_a_file() -> None:
    out = io.StringIO()
    with Progress(Console(file=out), 1).part("first"):
        pass
    assert out.getvalue() == ""
