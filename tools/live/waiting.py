"""Waiting for something with a bound."""

import time
from collections.abc import Callable
from typing import Final, TypeVar

Found = TypeVar("Found")

_POLL_SECONDS: Final = 0.2


def wait_for(
    look: Callable[[], Found | None],
    seconds: float,
    failure: Callable[[], Exception],
    *,
    going_on: Callable[[], bool] = lambda: True,
) -> Found:
    """Looks until something is found.

    Args:
        look: Returns what was found, or None.
        seconds: How long to go on.
        going_on: Tells whether it may still come; there is one more look after it can't.
        failure: Makes the error to raise when nothing was found by then.

    Raises:
        Exception: What `failure` made.
    """
    deadline = time.monotonic() + seconds
    while True:
        last = time.monotonic() > deadline or not going_on()
        found = look()
        if found is not None:
            return found
        if last:
            raise failure()
        time.sleep(_POLL_SECONDS)
