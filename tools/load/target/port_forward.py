"""A port-forward for as long as a run takes."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final

from tools.errors import UserError
from tools.load.target.gateway import Entrance
from tools.load.target.kubectl import Kubectl

_OPEN: Final = re.compile(rb"Forwarding from 127\.0\.0\.1:(\d+) ->")
_READY_SECONDS: Final = 30.0
_END_SECONDS: Final = 5.0


@asynccontextmanager
async def port_forward(kubectl: Kubectl, to: Entrance) -> AsyncIterator[str]:
    """Opens a port-forward to a Service, gives its base URL, and closes it at the end.

    Raises:
        UserError: It can't be opened; kubectl's own words are in the message.
    """
    process = await asyncio.create_subprocess_exec(
        *kubectl.command(
            "port-forward", f"service/{to.service}", f":{to.port}", "--address", "127.0.0.1"
        ),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        # Ctrl-C on the terminal must not cut off requests in flight.
        start_new_session=True,
    )
    reading: list[asyncio.Task[None]] = []
    try:
        port = await _port(process, to)
        assert process.stdout is not None  # noqa: S101 - it was started with pipes
        assert process.stderr is not None  # noqa: S101 - it was started with pipes
        # It writes a line for each connection; a full pipe would stop it.
        reading = [
            asyncio.create_task(_drain(stream)) for stream in (process.stdout, process.stderr)
        ]
        yield f"{to.scheme}://127.0.0.1:{port}"
    finally:
        await _end(process)
        await asyncio.gather(*reading)


async def _port(process: asyncio.subprocess.Process, to: Entrance) -> int:
    assert process.stdout is not None  # noqa: S101 - it was started with pipes
    assert process.stderr is not None  # noqa: S101 - it was started with pipes
    try:
        async with asyncio.timeout(_READY_SECONDS):
            while line := await process.stdout.readline():
                if opened := _OPEN.search(line):
                    return int(opened[1])
            said = (await process.stderr.read()).decode(errors="replace").strip()
    except TimeoutError:
        said = f"kubectl wasn't ready within {_READY_SECONDS:g} s"
    raise UserError(f"the port-forward to Service {to.service} can't be opened: {said}")


async def _drain(stream: asyncio.StreamReader) -> None:
    while await stream.read(1 << 16):
        pass


async def _end(process: asyncio.subprocess.Process) -> None:
    with suppress(ProcessLookupError):
        process.terminate()
    try:
        async with asyncio.timeout(_END_SECONDS):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
