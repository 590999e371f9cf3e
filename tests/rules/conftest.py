"""Prints which alerts were seen to fire, to keep still and to recover."""

from collections import defaultdict

import pytest

SEEN: dict[str, set[str]] = defaultdict(set)
"""Alert names, and what was seen of each."""


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Prints the coverage of alerts, once the tests of alerts ran."""
    if not SEEN:
        return
    terminalreporter.section("alerts seen by promtool")
    for alert, seen in sorted(SEEN.items()):
        terminalreporter.write_line(f"  {alert:36} {', '.join(sorted(seen))}")
    whole = sum(len(seen) == 3 for seen in SEEN.values())
    terminalreporter.write_line(f"  {whole} of {len(SEEN)} alerts fire, keep still and recover")
