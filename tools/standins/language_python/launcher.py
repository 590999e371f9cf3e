"""The program's process: started early, fed with one run, never left behind."""

import json
import os
import signal
import subprocess
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tools.standins.language_python import program
from tools.standins.language_python.interpreter import Interpreter

INTERRUPT_SECONDS: Final = 5.0
"""How long a cancelled program may clean up before it is killed."""


class Launcher:
    """Starts programs and ends them.

    Loading the SDK takes longer than everything else that the host does. So a process is started
    as soon as the interpreter is known, and loads it while the engine is still busy elsewhere.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._spare: tuple[Interpreter, subprocess.Popen[bytes]] | None = None
        self._running: set[subprocess.Popen[bytes]] = set()
        self._closed = False

    def prepare(self, interpreter: Interpreter) -> None:
        """Start a process that a later `run` takes, unless one waits already."""
        with self._lock:
            if self._closed or (self._spare and self._spare[0] == interpreter):
                return
            spare, self._spare = self._spare, (interpreter, _start(interpreter))
        if spare:
            _discard(spare[1])

    def run(self, interpreter: Interpreter, run: program.Run) -> int:
        """Execute one run and wait for its end.

        Returns:
            The exit code; negative for a signal.
        """
        process = self._take(interpreter)
        assert process.stdin is not None  # noqa: S101 - `_start` asked for a pipe
        try:
            process.stdin.write(json.dumps(run).encode() + b"\n")
            process.stdin.flush()
        except BrokenPipeError:
            # It ended by itself; the exit code tells.
            pass
        code = process.wait()
        with self._lock:
            self._running.discard(process)
        _discard(process)
        return code

    def cancel(self) -> None:
        """Interrupt running programs, and kill those that don't end in time."""
        with self._lock:
            running = tuple(self._running)
        for process in running:
            process.send_signal(signal.SIGINT)
        for process in running:
            try:
                process.wait(INTERRUPT_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()

    def close(self) -> None:
        """End everything at once; later runs end at once too."""
        with self._lock:
            self._closed = True
            processes = [*self._running, *([self._spare[1]] if self._spare else [])]
            self._spare = None
        for process in processes:
            process.kill()
            _discard(process)

    def _take(self, interpreter: Interpreter) -> subprocess.Popen[bytes]:
        with self._lock:
            spare, self._spare = self._spare, None
            fits = spare is not None and spare[0] == interpreter and spare[1].poll() is None
            process = spare[1] if spare and fits else _start(interpreter)
            self._running.add(process)
            if self._closed:
                process.kill()
        if spare and not fits:
            _discard(spare[1])
        return process


def _start(interpreter: Interpreter) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [str(interpreter.executable), str(Path(program.__file__))],
        stdin=subprocess.PIPE,
        env=interpreter.environ(_host_environ()),
    )


def _host_environ() -> Mapping[str, str]:
    return os.environ


def _discard(process: subprocess.Popen[bytes]) -> None:
    if process.stdin is not None:
        process.stdin.close()
    process.wait()
