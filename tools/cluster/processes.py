"""The cluster's processes: started apart from their starter, found again, ended.

What runs is never written down: each process carries in its environment which cluster and which part
it is, so the process table is the only record. It can't be stale, it can't name a recycled process
id, and it is complete even if the starter was killed right after a process had begun.
"""

import hashlib
import os
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil

from tools.cluster.private_files import open_log

CLUSTER_MARK: Final = "LLMD_CLUSTER_DIRECTORY"
PART_MARK: Final = "LLMD_CLUSTER_PART"
FINGERPRINT_MARK: Final = "LLMD_CLUSTER_FINGERPRINT"

_TUNING: Final = frozenset({"GOGC"})
"""Variables of the caller that the parts see: how often programs in Go look for garbage."""

_POLL_SECONDS: Final = 0.05

_children: Final[set[subprocess.Popen[bytes]]] = set()


@dataclass(frozen=True, kw_only=True)
class Running:
    """One process of a cluster.

    Attributes:
        part: the part's name.
        fingerprint: what it was started with, see `fingerprint`.
        process: the process; signals go to it only while it is the same process.
    """

    part: str
    fingerprint: str
    process: psutil.Process


def fingerprint(program: Path, arguments: Sequence[str], inputs: Sequence[Path]) -> str:
    """A digest of all that determines how a process behaves.

    Args:
        program: its file; a rebuilt one differs by size or time.
        arguments: its arguments.
        inputs: files whose content it reads at its start.
    """
    digest = hashlib.sha256()
    state = program.stat()
    for piece in (str(program.resolve()), str(state.st_size), str(state.st_mtime_ns), *arguments):
        digest.update(piece.encode() + b"\0")
    for path in inputs:
        digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()


def find(directory: Path) -> tuple[Running, ...]:
    """All processes of the cluster in this directory, but the calling one."""
    _reap()
    user, own = os.getuid(), os.getpid()
    found: list[Running] = []
    for process in psutil.process_iter():
        try:
            if process.pid == own or process.uids().real != user:
                continue
            environment = process.environ()
        except psutil.Error:
            continue  # gone, a zombie, or not ours to look at
        if environment.get(CLUSTER_MARK) == str(directory):
            found.append(
                Running(
                    part=environment.get(PART_MARK, ""),
                    fingerprint=environment.get(FINGERPRINT_MARK, ""),
                    process=process,
                )
            )
    return tuple(found)


def launch(
    *,
    program: Path,
    arguments: Sequence[str],
    directory: Path,
    part: str,
    fingerprint: str,
    log: Path,
) -> psutil.Process:
    """Start a process that outlives the caller, its terminal and its pipes.

    It gets a session of its own, its output goes to the log, and of the caller's environment it
    sees only the search path and GOGC: neither proxies nor a user's secrets.

    Args:
        program: the file to run.
        arguments: its arguments.
        directory: the cluster's directory, also the working and the home directory.
        part: the part's name.
        fingerprint: see `fingerprint`.
        log: its log file.
    """
    output = open_log(log)
    try:
        child = subprocess.Popen(
            [str(program), *arguments],
            cwd=directory,
            env={
                "PATH": os.environ.get("PATH", os.defpath),
                "HOME": str(directory),
                CLUSTER_MARK: str(directory),
                PART_MARK: part,
                FINGERPRINT_MARK: fingerprint,
                **{name: os.environ[name] for name in _TUNING & os.environ.keys()},
            },
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    finally:
        os.close(output)
    _children.add(child)
    return psutil.Process(child.pid)


def alive(process: psutil.Process) -> bool:
    """Whether the process still runs; one that only waits for its parent to notice does not.

    A killed process can look like that while threads of it still hold its ports: it runs.
    """
    _reap()
    try:
        if not process.is_running():
            return False
        return process.status() != psutil.STATUS_ZOMBIE or process.num_threads() > 1
    except psutil.NoSuchProcess:
        return False


def end(processes: Sequence[psutil.Process], *, grace_seconds: float) -> None:
    """Ask the processes to end; kill those that are still there after the time of grace."""
    for process in processes:
        _signal(process, kill=False)
    for process in _still_alive(processes, grace_seconds):
        _signal(process, kill=True)
    _still_alive(processes, grace_seconds)


def _still_alive(processes: Sequence[psutil.Process], seconds: float) -> tuple[psutil.Process, ...]:
    deadline = time.monotonic() + seconds
    while rest := tuple(process for process in processes if alive(process)):
        if time.monotonic() >= deadline:
            return rest
        time.sleep(_POLL_SECONDS)
    return ()


def _signal(process: psutil.Process, *, kill: bool) -> None:
    try:
        if kill:
            process.kill()
        else:
            process.terminate()
            # A stopped process would not see the request before it goes on.
            process.resume()
    except psutil.NoSuchProcess:
        pass


def _reap() -> None:
    _children.difference_update([child for child in _children if child.poll() is not None])
