"""Plug-ins that outlive the engine that started them."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import psutil

from tools.cluster.processes import alive, end

_MARK: Final = "LLMD_MONITORING_COMMAND"
_ENGINE: Final = "pulumi"
_LAST_WORDS_SECONDS: Final = 5.0


def mark(lock_file: Path) -> Mapping[str, str]:
    """Returns the variable by which everything that this command starts can be told later."""
    me = psutil.Process()
    return {_MARK: f"{me.pid}:{me.create_time()}:{lock_file}"}


def end_orphans(lock_file: Path) -> tuple[str, ...]:
    """Ends what a command started whose engine is gone, and the command with it.

    A plug-in looks only every five minutes whether its engine is there (pulumi, `rpcutil.Healthcheck`); until
    then it would keep the lock that it inherited. What it was doing is unfinished either way.

    Args:
        lock_file: The lock of the commands that are meant.

    Returns:
        Names of the processes that were ended.
    """
    marked = dict(_marked(lock_file))
    living = {
        value
        for process, value in marked.items()
        if process.name() == _ENGINE or _command_lives(value)
    }
    orphans = [process for process, value in marked.items() if value not in living]
    names = tuple(process.name() for process in orphans)
    end(orphans, grace_seconds=_LAST_WORDS_SECONDS)
    return names


def _marked(lock_file: Path) -> Iterator[tuple[psutil.Process, str]]:
    for process in psutil.process_iter():
        try:
            if process.pid == os.getpid() or not alive(process):
                continue
            value = process.environ().get(_MARK, "")
        except psutil.Error:
            # Another user's, or gone.
            continue
        if value.endswith(f":{lock_file}"):
            yield process, value


def _command_lives(value: str) -> bool:
    pid, created, _ = value.split(":", 2)
    try:
        command = psutil.Process(int(pid))
        return alive(command) and str(command.create_time()) == created
    except psutil.NoSuchProcess:
        return False
