"""A plug-in that is written in Python, such as a policy pack: its process, and what it prints."""

import os
import queue
import signal
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Final, Literal

from tools.standins.language_python.ending import end
from tools.standins.language_python.interpreter import Interpreter

_PIECE: Final = 65_536

Stream = Literal["stdout", "stderr"]
Output = tuple[Stream, bytes]


class PluginProcess:
    """One plug-in.

    Args:
        interpreter: What runs it.
        program: Its folder, which holds a `__main__.py`.
        arguments: Of its command line; the engine's address first.
        directory: Its working directory.
        environ: Variables besides the host's own.
    """

    def __init__(
        self,
        interpreter: Interpreter,
        program: Path,
        arguments: Sequence[str],
        *,
        directory: Path,
        environ: Mapping[str, str],
    ) -> None:
        self._process = subprocess.Popen(
            [str(interpreter.executable), str(program), *arguments],
            cwd=directory,
            # The engine learns the plug-in's port from its first line, which must not wait in a buffer.
            env={**interpreter.environ(os.environ), **environ, "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def output(self) -> Iterator[Output]:
        """Yields what it prints, until it closes both streams."""
        pieces = queue.SimpleQueue[Output | None]()
        pipes: dict[Stream, IO[bytes] | None] = {
            "stdout": self._process.stdout,
            "stderr": self._process.stderr,
        }
        for stream, pipe in pipes.items():
            threading.Thread(target=_forward, args=(stream, pipe, pieces), daemon=True).start()
        for _ in pipes:
            while (piece := pieces.get()) is not None:
                yield piece

    def wait(self) -> int:
        """Returns its exit code once it has ended; negative for a signal."""
        return self._process.wait()

    def end(self) -> None:
        """Asks it to end, and kills it when it doesn't in time."""
        end(self._process, signal.SIGTERM)


def _forward(
    stream: Stream, pipe: IO[bytes] | None, pieces: "queue.SimpleQueue[Output | None]"
) -> None:
    if pipe is not None:
        with pipe:
            while piece := os.read(pipe.fileno(), _PIECE):
                pieces.put((stream, piece))
    pieces.put(None)
