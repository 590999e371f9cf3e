"""Private user, network, mount and process namespaces, in which one is root without being it.

Nothing in them is seen from outside and nothing outside can be reached, save files; the end of their first process ends
all others.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import IO, Final, Self

from tools import paths
from tools.cluster.parts import POD_NETWORK
from tools.cluster.private_files import last_lines, open_log
from tools.errors import UserError

_UNSHARE: Final = ("unshare", "-rnmpf", "--kill-child", "--mount-proc")
_TRIAL: Final = (
    *_UNSHARE,
    "sh",
    "-c",
    f"ip link set lo up && ip route add local {POD_NETWORK} dev lo && mount -t tmpfs tmpfs /mnt",
)
_PROGRAMS: Final = ("unshare", "nsenter", "ip", "mount", "chroot")
_START_SECONDS: Final = 20.0
_STOP_SECONDS: Final = 10.0
_POLL_SECONDS: Final = 0.05
_LOG_LINES: Final = 12


def unavailable() -> str | None:
    """Returns why such namespaces can't be had here; None where they can.

    Raises:
        UserError: A program is missing, which is no matter of the kernel.
    """
    missing = [program for program in _PROGRAMS if shutil.which(program) is None]
    if missing:
        raise UserError(
            f"The live tests need programs that aren't on PATH: {', '.join(missing)}.",
            "They come with util-linux, iproute2 and coreutils.",
        )
    trial = subprocess.run(_TRIAL, capture_output=True, text=True, timeout=30, check=False)
    if trial.returncode == 0:
        return None
    said = " ".join(trial.stderr.split()) or f"exit code {trial.returncode}"
    return (
        f"the kernel refuses user, network, mount and process namespaces: {said}. Where AppArmor restricts them,"
        " `sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0` allows them; inside a container they need"
        " a seccomp profile that allows unshare and mount."
    )


class Process:
    """A process in the namespaces, and its log.

    Args:
        name: What it is, for messages.
        popen: The process.
        log: Where its output goes.
    """

    def __init__(self, name: str, popen: subprocess.Popen[bytes], log: Path) -> None:
        self.name = name
        self.log = log
        self._popen = popen

    def alive(self) -> bool:
        """Tells whether it runs."""
        return self._popen.poll() is None

    def failure(self, what: str) -> UserError:
        """Returns an error that says what was expected, what became of the process and how its log ends."""
        state = "runs" if self.alive() else f"ended with code {self._popen.returncode}"
        tail = "".join(f"\n    {line}" for line in last_lines(self.log, _LOG_LINES))
        return UserError(f"{self.name} {state}, but {what}. The end of its log, {self.log}:{tail}")

    def stop(self) -> None:
        """Ends it, with what it has started."""
        # `nsenter` waits for a child, which isn't told of a signal to its parent.
        for number in (signal.SIGTERM, signal.SIGKILL):
            with suppress(ProcessLookupError):
                os.killpg(self._popen.pid, number)
            with suppress(subprocess.TimeoutExpired):
                self._popen.wait(_STOP_SECONDS)
                return


class Namespaces:
    """The namespaces, from the start of a `with` block to its end.

    Args:
        folder: A folder for logs.
    """

    def __init__(self, folder: Path) -> None:
        self._logs = folder
        self._first: subprocess.Popen[bytes] | None = None
        self._pid = 0
        self._processes: list[Process] = []

    def __enter__(self) -> Self:
        """Makes them.

        Raises:
            UserError: They can't be had.
        """
        self._logs.mkdir(parents=True, exist_ok=True)
        log = self._logs / "namespaces.log"
        with _opened(log) as output:
            # The pipe's end tells the first process that we are gone, however that came.
            self._first = subprocess.Popen(
                [*_UNSHARE, sys.executable, "-m", "tools.live.first_process"],
                cwd=paths.REPO,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=output,
            )
        assert self._first.stdout is not None  # noqa: S101 - it was asked for
        if self._first.stdout.readline().strip() != b"ready":
            self.__exit__()
            tail = "".join(f"\n    {line}" for line in last_lines(log, _LOG_LINES))
            raise UserError(f"The namespaces can't be made. The end of {log}:{tail}")
        self._pid = _child_of(self._first.pid)
        return self

    def __exit__(self, *_: object) -> None:
        """Ends every process in them."""
        if self._first is None:
            return
        for stream in (self._first.stdin, self._first.stdout):
            if stream is not None:
                stream.close()
        self._first.terminate()
        self._first.wait(20)
        for process in self._processes:
            process.stop()
        self._processes.clear()

    def command(self, *command: str, folder: Path = paths.REPO) -> list[str]:
        """Returns a command that runs another one in the namespaces, in a folder."""
        target = f"--target={self._pid}"
        enter = ["nsenter", target, "-U", "-n", "-m", "-p", "--preserve-credentials"]
        return [*enter, f"--wdns={folder}", "--", *command]

    def start(self, name: str, *command: str, quiet: bool = False) -> Process:
        """Starts a program in the namespaces, with its output in a log of this name.

        Args:
            name: What it is.
            command: The program and its arguments.
            quiet: Whether it gets no environment but PATH, as a container would.
        """
        log = self._logs / f"{name}.log"
        with _opened(log) as output:
            popen = subprocess.Popen(
                self.command(*command),
                cwd=paths.REPO,
                env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"} if quiet else None,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        process = Process(name, popen, log)
        self._processes.append(process)
        return process

    def run(self, name: str, *command: str, seconds: float) -> str:
        """Runs a program in the namespaces to its end and returns its output.

        Raises:
            UserError: It failed, or took too long.
        """
        try:
            ended = subprocess.run(
                self.command(*command),
                cwd=paths.REPO,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                timeout=seconds,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise UserError(f"{name} took longer than {seconds:.0f} s.") from None
        if ended.returncode != 0:
            raise UserError(f"{name} failed with code {ended.returncode}:\n{ended.stdout}")
        return ended.stdout


def _opened(log: Path) -> IO[bytes]:
    return open(open_log(log), "wb")  # noqa: PTH123 - a descriptor, closed by the caller


def _child_of(pid: int) -> int:
    """The process that `unshare` forked: the first one in the namespaces."""
    children = Path(f"/proc/{pid}/task/{pid}/children")
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        found = children.read_text(encoding="ascii").split()
        if found:
            return int(found[0])
        time.sleep(_POLL_SECONDS)
    raise UserError("The first process of the namespaces can't be found.")
