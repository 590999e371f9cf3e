"""Leads from a Unix socket, which can be reached from outside, to a TCP address inside the namespaces.

Run inside as `python -m tools.live.relay SOCKET HOST PORT`.
"""

import asyncio
import sys
from contextlib import suppress
from pathlib import Path
from typing import Final

_CHUNK: Final = 65536


async def relay(socket: Path, host: str, port: int) -> None:
    """Serves until it is ended."""

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            far_reader, far_writer = await asyncio.open_connection(host, port)
        except OSError:
            writer.close()
            return
        await asyncio.gather(_copy(reader, far_writer), _copy(far_reader, writer))

    half_made = socket.with_suffix(".new")
    server = await asyncio.start_unix_server(connected, str(half_made))
    half_made.rename(socket)
    await server.serve_forever()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while chunk := await reader.read(_CHUNK):
            writer.write(chunk)
            await writer.drain()
    with suppress(OSError):
        writer.close()


if __name__ == "__main__":
    asyncio.run(relay(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])))
