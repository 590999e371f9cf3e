import os

import hypothesis

# Before any stand-in: in a process of its own one makes do with empty packages of the SDK's names.
import pulumi  # noqa: F401
import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.json import JSONSnapshotExtension
from xdist.scheduler import LoadFileScheduling

# Control planes, engines and plug-ins come and go here by the hundred: they look for garbage a third as often.
os.environ.setdefault("GOGC", "300")

# Where nobody watches, the same examples run each time: a red run is about the change.
hypothesis.settings.register_profile(
    "monitoring", max_examples=50, deadline=None, derandomize="CI" in os.environ
)
# For who waits for the answer at a terminal; `make test` tries more.
hypothesis.settings.register_profile(
    "quick", hypothesis.settings.get_profile("monitoring"), max_examples=15
)
hypothesis.settings.load_profile("monitoring")


@pytest.fixture
def json_snapshot(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    """One readable JSON file for each test."""
    return snapshot.use_extension(JSONSnapshotExtension)


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> LoadFileScheduling | None:
    """Gives the files of the live tests to one worker, for they share a world that is costly to make."""
    return _Scheduling(config, log) if config.getvalue("dist") == "loadfile" else None


class _Scheduling(LoadFileScheduling):  # type: ignore[misc] # xdist has no types
    def _split_scope(self, nodeid: str) -> str:
        live = "tests/live/"
        scope: str = live if nodeid.startswith(live) else super()._split_scope(nodeid)
        return scope


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Shows the tables that tests recorded as a property of this name."""
    for report in terminalreporter.stats.get("passed", []):
        for name, text in report.user_properties:
            if name == "table":
                terminalreporter.write_line(f"\n{text}")
