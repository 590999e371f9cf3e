"""The end of a process that isn't wanted any more."""

import signal
import subprocess
from typing import Final

PATIENCE_SECONDS: Final = 5.0
"""How long it may clean up before it is killed."""


def end(process: subprocess.Popen[bytes], ask: signal.Signals) -> None:
    """Ask a process to end by a signal, and kill it when it doesn't in time."""
    if process.poll() is not None:
        return
    process.send_signal(ask)
    try:
        process.wait(PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
