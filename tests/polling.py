"""Waiting for what the cluster does in its own time."""

import time
from collections.abc import Callable
from typing import Any

PATIENCE_SECONDS = 60.0


def eventually(
    condition: Callable[[], Any], what: str, *, seconds: float = PATIENCE_SECONDS
) -> None:
    """Wait until the condition holds; fail with its name if it doesn't within a generous time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"waited {seconds:.0f} s for {what}"
        time.sleep(0.1)
