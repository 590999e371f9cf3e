"""A port-forward for as long as a run takes, opened again whenever it is lost.

kubectl ends when its connection to the cluster breaks, and also as soon as the pod refuses or resets a
single connection: https://github.com/kubernetes/kubernetes/issues/111825.
"""

import asyncio
import re
import time
from collections import deque
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Final, Self

from tools.errors import UserError
from tools.load.target.gateway import Entrance
from tools.load.target.kubectl import Kubectl
from tools.load.target.readiness import require_ready_pod

_OPEN: Final = re.compile(rb"Forwarding from 127\.0\.0\.1:(\d+) ->")
_LOG_LINE: Final = re.compile(
    r'^[EW]\d{4} [^\]]*\] (?:"Unhandled Error" err="(?P<quoted>.*)"|(?P<plain>.*))$'
)
"""klog's, with the error as a value from kubectl 1.31 on, and bare before."""
_LOST: Final = "lost connection to pod"
_CAUSE: Final = "an error occurred forwarding"

_READY_SECONDS: Final = 30.0
_END_SECONDS: Final = 5.0
_EXPLAIN_SECONDS: Final = 2.0
_LINES: Final = 50

AGAIN_SECONDS: Final = 30.0
"""How long it is tried to open a lost port-forward again; a gateway's pod restarts in less."""

_PAUSE_SECONDS: Final = 0.5


@dataclass(kw_only=True)
class PortForward:
    """A port-forward.

    Attributes:
        base: Base URL of what it leads to; it stays the same.
        losses: Why it was lost, each time.
        gone: Why it couldn't be opened again; empty while it can.
    """

    base: str
    losses: list[str] = field(default_factory=list)
    gone: str = ""

    async def explanation(self) -> str:
        """Why a connection just failed, as kubectl tells a moment later; empty where it wasn't the port-forward."""
        give_up = time.monotonic() + _EXPLAIN_SECONDS
        while not self.losses and time.monotonic() < give_up:
            await asyncio.sleep(_PAUSE_SECONDS / 10)
        return self.losses[-1] if self.losses else ""


@asynccontextmanager
async def port_forward(kubectl: Kubectl, to: Entrance) -> AsyncIterator[PortForward]:
    """Opens a port-forward to a Service, keeps it open, and closes it at the end.

    Raises:
        UserError: It can't be opened; kubectl's own words are in the message.
    """
    try:
        first = await _open(kubectl, to)
    except UserError as error:
        raise UserError(
            f"{_named(kubectl, to)} can't be opened: {error.message}", error.next_step
        ) from None
    forward = PortForward(base=f"{to.scheme}://127.0.0.1:{first.port}")
    keeping = asyncio.create_task(_keep(forward, first, kubectl, to))
    try:
        yield forward
    finally:
        keeping.cancel()
        with suppress(asyncio.CancelledError):
            await keeping


async def _keep(forward: PortForward, running: "_Running", kubectl: Kubectl, to: Entrance) -> None:
    try:
        while True:
            forward.losses.append(await running.lost())
            await running.end()
            running = await _again(forward, running.port, kubectl, to)
    except UserError as error:
        forward.gone = error.message
    finally:
        await running.end()


async def _again(forward: PortForward, port: int, kubectl: Kubectl, to: Entrance) -> "_Running":
    give_up = time.monotonic() + AGAIN_SECONDS
    while True:
        # Also before the first attempt: a server that refuses every connection must not keep this machine busy.
        await asyncio.sleep(_PAUSE_SECONDS)
        try:
            return await _open(kubectl, to, local=port)
        except UserError as error:
            if time.monotonic() >= give_up:
                raise UserError(
                    f"{_named(kubectl, to)} was lost ({forward.losses[-1]}) and couldn't be opened again "
                    f"within {AGAIN_SECONDS:g} s: {error.message}"
                ) from None


def _named(kubectl: Kubectl, to: Entrance) -> str:
    return f"the port-forward to Service {to.service} in namespace {kubectl.namespace}"


async def _open(kubectl: Kubectl, to: Entrance, *, local: int = 0) -> "_Running":
    """Opens it on a port of this machine; 0 for any."""
    await require_ready_pod(kubectl, to)
    running = await _Running.start(
        kubectl.command(
            "port-forward",
            f"service/{to.service}",
            f"{local or ''}:{to.port}",
            "--address=127.0.0.1",
            f"--pod-running-timeout={_READY_SECONDS:g}s",
        )
    )
    try:
        async with asyncio.timeout(_READY_SECONDS):
            await running.opened()
    except TimeoutError:
        await running.end()
        why = f"kubectl wasn't ready within {_READY_SECONDS:g} s"
    except BaseException:
        await running.end()
        raise
    else:
        if running.port:
            return running
        why = await running.lost()
        await running.end()
    raise UserError(why)


class _Running:
    """A kubectl.

    Attributes:
        port: The port of this machine that it listens on; 0 as long as it doesn't.
    """

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None  # noqa: S101 - it was started with pipes
        assert process.stderr is not None  # noqa: S101 - it was started with pipes
        self.port = 0
        self._process = process
        self._said: deque[str] = deque(maxlen=_LINES)
        self._listening = asyncio.Event()
        # It writes a line for each connection; a full pipe would stop it.
        self._reading = asyncio.gather(
            self._read_output(process.stdout), self._read_errors(process.stderr)
        )

    @classmethod
    async def start(cls, command: list[str]) -> Self:
        """Starts it."""
        return cls(
            await asyncio.create_subprocess_exec(
                *command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                # Ctrl-C on the terminal must not cut off requests in flight.
                start_new_session=True,
            )
        )

    async def opened(self) -> None:
        """Ends once it listens, or has ended."""
        await self._listening.wait()

    async def lost(self) -> str:
        """Ends when it has ended; why it did, in its own words."""
        await asyncio.shield(self._reading)
        await self._process.wait()
        return reason(self._said)

    async def end(self) -> None:
        """Ends it, if it still runs."""
        if self._process.returncode is None:
            with suppress(ProcessLookupError):
                self._process.terminate()
        try:
            async with asyncio.timeout(_END_SECONDS):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
        await self._reading

    async def _read_output(self, stream: asyncio.StreamReader) -> None:
        try:
            async for line in stream:
                if not self.port and (opened := _OPEN.search(line)):
                    self.port = int(opened[1])
                    self._listening.set()
        finally:
            self._listening.set()

    async def _read_errors(self, stream: asyncio.StreamReader) -> None:
        async for line in stream:
            self._said.append(line.decode(errors="replace").strip())


def reason(said: Iterable[str]) -> str:
    """Why a kubectl ended, out of what it said.

    A broken connection is told as a line of its log, and then for each request in flight once more.
    """
    errors = [_plain(line) for line in said if line]
    if not errors:
        return "kubectl ended without a word"
    causes = [error for error in errors if error.startswith(_CAUSE)]
    return f"{_LOST}: {causes[-1]}" if causes else errors[-1]


def _plain(line: str) -> str:
    logged = _LOG_LINE.match(line)
    if logged is None:
        return line.removeprefix("error: ")
    return logged["plain"] or logged["quoted"].replace('\\"', '"')
