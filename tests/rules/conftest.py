"""Prints which alerts were seen to fire, to keep still and to recover."""

from collections import defaultdict

import pytest

SEEN = "seen of an alert"
"""Property of a test's report, which also comes from another process: an alert and what was seen of it."""


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Prints the coverage of alerts, once the tests of alerts ran."""
    seen: dict[str, set[str]] = defaultdict(set)
    for report in terminalreporter.getreports("passed"):
        for name, value in report.user_properties:
            if name == SEEN:
                alert, _, what = str(value).partition(" ")
                seen[alert].add(what)
    if not seen:
        return
    terminalreporter.section("alerts seen by promtool")
    for alert, kinds in sorted(seen.items()):
        terminalreporter.write_line(f"  {alert:36} {', '.join(sorted(kinds))}")
    whole = sum(kinds == {"fires", "keeps still", "recovers"} for kinds in seen.values())
    terminalreporter.write_line(f"  {whole} of {len(seen)} alerts fire, keep still and recover")
