"""The program's process: started early, fed with one run, never left behind."""

import json
import os
import signal
import subprocess
import threading
from contextlib import suppress
from pathlib import Path

from tools.standins.language_python import program
from tools.standins.language_python.ending import end
from tools.standins.language_python.interpreter import Interpreter


class ProgramProcess:
    """One process, which loads the SDK and then waits for its run.

    Args:
        interpreter: What runs it.
    """

    def __init__(self, interpreter: Interpreter) -> None:
        self.interpreter = interpreter
        self._process = subprocess.Popen(
            [str(interpreter.executable), str(Path(program.__file__))],
            stdin=subprocess.PIPE,
            env=interpreter.environ(os.environ),
        )

    @property
    def is_alive(self) -> bool:
        """Whether it can still take a run."""
        return self._process.poll() is None

    def run(self, run: program.Run) -> int:
        """Execute the run and wait for its end.

        Returns:
            The exit code; negative for a signal.
        """
        pipe = self._process.stdin
        # A process that is gone already leaves a broken pipe, and the exit code tells why.
        with suppress(BrokenPipeError):
            if pipe is not None:
                pipe.write(json.dumps(run).encode() + b"\n")
                pipe.flush()
        code = self._process.wait()
        self._close_pipe()
        return code

    def interrupt(self) -> None:
        """Ask it to end, and kill it when it doesn't in time."""
        end(self._process, signal.SIGINT)

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()
        self._process.wait()
        self._close_pipe()

    def _close_pipe(self) -> None:
        if self._process.stdin is not None:
            with suppress(BrokenPipeError):
                self._process.stdin.close()


class Launcher:
    """Starts programs ahead of time and ends them.

    Loading the SDK takes longer than everything else that the host does. So a process is started
    as soon as the interpreter is known, and loads it while the engine is still busy elsewhere.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._spare: ProgramProcess | None = None
        self._taken: list[ProgramProcess] = []

    def prepare(self, interpreter: Interpreter) -> None:
        """Start a process that a later `take` hands out, unless a fitting one waits already."""
        with self._lock:
            if self._fits(interpreter):
                return
            old, self._spare = self._spare, ProgramProcess(interpreter)
        if old is not None:
            old.kill()

    def take(self, interpreter: Interpreter) -> ProgramProcess:
        """A process for one run."""
        self.prepare(interpreter)
        with self._lock:
            process, self._spare = self._spare, None
            process = process or ProgramProcess(interpreter)
            self._taken = [*(taken for taken in self._taken if taken.is_alive), process]
            return process

    def cancel(self) -> None:
        """Interrupt what runs."""
        with self._lock:
            taken = tuple(self._taken)
        for process in taken:
            process.interrupt()

    def close(self) -> None:
        """End everything at once."""
        with self._lock:
            processes = [*self._taken, *filter(None, [self._spare])]
            self._spare, self._taken = None, []
        for process in processes:
            process.kill()

    def _fits(self, interpreter: Interpreter) -> bool:
        spare = self._spare
        return spare is not None and spare.interpreter == interpreter and spare.is_alive
