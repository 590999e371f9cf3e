"""Run a Pulumi program in a process of its own.

Run as a script, by the interpreter that the project chose: it uses the standard library and the
Pulumi SDK of that environment, and nothing of this repository. It loads the SDK first, then waits
on standard input for one line of JSON, the run. The host keeps that pipe open: when the host is
gone, the pipe closes and the program ends with it.
"""

import asyncio
import atexit
import gc
import io
import json
import logging
import os
import runpy
import sys
import threading
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Any, Final, NoReturn, TypedDict

EXIT_FAILED = 1
EXIT_ERROR_SHOWN = 32
"""The user has already been told what is wrong; the host then says nothing more."""

EXIT_INTERRUPTED = 130

COLLECTOR_THRESHOLD: Final = 100_000
"""Loading a provider's SDK makes many objects and no garbage; searching it takes a tenth longer."""


class Run(TypedDict):
    """What the host sends: the engine's request, config values decrypted."""

    project: str
    stack: str
    organization: str
    root_directory: str
    directory: str
    entry_point: str
    args: "list[str]"
    config: "dict[str, str]"
    config_secret_keys: "list[str]"
    dry_run: bool
    parallel: int
    monitor: str
    engine: str


def _forget_own_folder() -> None:
    """Python puts a script's folder first in `sys.path`; the program must not import from it."""
    own = str(Path(__file__).parent)
    if sys.path and sys.path[0] == own:
        del sys.path[0]


def _receive() -> "Run | None":
    """The run, or None when the host needed no program after all."""
    pipe = os.dup(0)
    with open(os.devnull, "rb") as nothing:  # noqa: PTH123
        os.dup2(nothing.fileno(), 0)
    line = b""
    while not line.endswith(b"\n"):
        part = os.read(pipe, 1 << 16)
        if not part:
            return None
        line += part
    threading.Thread(target=_end_with_host, args=(pipe,), daemon=True).start()
    run: Run = json.loads(line)
    return run


def _end_with_host(pipe: int) -> None:
    while os.read(pipe, 1 << 10):
        pass
    os._exit(EXIT_FAILED)


def user_traceback(error: BaseException, folder: Path) -> str:
    """The traceback from the program's first own frame on; whole when it has none.

    Args:
        error: The exception, with its traceback.
        folder: The program's folder. A virtual environment in it is not the user's code.
    """
    prefix = Path(sys.prefix)

    def is_users(frame: TracebackType) -> bool:
        path = Path(frame.tb_frame.f_code.co_filename)
        return path.is_relative_to(folder) and not path.is_relative_to(prefix)

    tail = error.__traceback__
    while tail is not None and not is_users(tail):
        tail = tail.tb_next
    return "".join(traceback.format_exception(type(error), error, tail or error.__traceback__))


def _entry(run: Run) -> Path:
    return Path(os.path.normpath(Path(run["directory"]) / run["entry_point"]))


def _is_missing(entry: Path) -> bool:
    return entry.is_dir() and not (entry / "__main__.py").is_file()


def _configure(pulumi: Any, run: Run) -> None:  # noqa: ANN401
    runtime = pulumi.runtime
    runtime.set_all_config(run["config"], run["config_secret_keys"])
    # A thread of the program's own has no copy of the context that holds the config; the SDK
    # then reads these variables.
    os.environ["PULUMI_CONFIG"] = json.dumps(run["config"])
    os.environ["PULUMI_CONFIG_SECRET_KEYS"] = json.dumps(run["config_secret_keys"])
    runtime.configure(
        runtime.Settings(
            project=run["project"],
            stack=run["stack"],
            monitor=run["monitor"],
            engine=run["engine"],
            parallel=run["parallel"],
            dry_run=run["dry_run"],
            organization=run["organization"],
            root_directory=run["root_directory"],
        )
    )


def _execute(pulumi: Any, run: Run) -> int:  # noqa: ANN401
    entry = _entry(run)
    os.chdir(run["directory"])
    if _is_missing(entry):
        pulumi.log.error(f"unable to find main python program `__main__.py` in `{entry}`")
        return EXIT_ERROR_SHOWN
    if entry.is_file():
        # runpy does this for a folder only.
        sys.path.insert(0, str(entry.parent))
    sys.argv = [str(entry), *run["args"]]

    def program() -> None:
        runpy.run_path(str(entry), run_name="__main__")

    # A failed program leaves futures that nobody awaits; asyncio's complaints would bury the error.
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    executor = ThreadPoolExecutor(max_workers=max(run["parallel"], 1) * 4)
    loop.set_default_executor(executor)
    try:
        loop.run_until_complete(pulumi.runtime.run_in_stack(program))
    except pulumi.RunError as error:
        pulumi.log.error(str(error))  # noqa: TRY400 - not a logger
        return EXIT_FAILED
    except Exception as error:  # noqa: BLE001
        shown = user_traceback(error, Path(run["directory"]))
        message = f"Program failed with an unhandled exception:\n{shown}"
        pulumi.log.error(message)  # noqa: TRY400 - not a logger
        return EXIT_ERROR_SHOWN
    finally:
        executor.shutdown(wait=True)
        loop.close()
    return 0


def main() -> int:
    """Load the SDK, wait for the run, execute it.

    Returns:
        The exit code.
    """
    _forget_own_folder()
    gc.set_threshold(COLLECTOR_THRESHOLD)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # Through a pipe a program's output would reach the user only when the program ends.
            stream.reconfigure(line_buffering=True)
    try:
        import pulumi  # noqa: PLC0415
    except ImportError as error:
        if _receive() is None:
            return 0
        sys.stderr.write(
            f"{error}\nThe Pulumi SDK can't be imported by {sys.executable}. Install the "
            "program's requirements there, or name another `virtualenv` in Pulumi.yaml.\n"
        )
        return EXIT_FAILED
    gc.freeze()
    run = _receive()
    if run is None:
        return 0
    _configure(pulumi, run)
    return _execute(pulumi, run)


def leave(code: int) -> NoReturn:
    """End the process, without taking apart what the program has loaded.

    Python would visit every object of the SDK once more, which takes as long as loading them. What
    a program can notice still happens: exit handlers, the last output, and waiting for threads.
    """
    if any(not thread.daemon for thread in threading.enumerate()[1:]):
        sys.exit(code)
    # There is no public way to run the handlers without ending the interpreter.
    atexit._run_exitfuncs()  # noqa: SLF001
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    try:
        leave(main())
    except KeyboardInterrupt:
        sys.exit(EXIT_INTERRUPTED)
