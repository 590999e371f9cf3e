"""Plays kubectl for tests of what is done with it: `get services` from a file, and a real relay as port-forward.

It is run as a program; `STUB_KUBECTL` names a JSON file with `services`, and `target`, a URL on loopback.
"""

import asyncio
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

Service = dict[str, Any]


def main() -> None:
    content = json.loads(Path(os.environ["STUB_KUBECTL"]).read_text(encoding="utf-8"))
    arguments = sys.argv[1:]
    if "get" in arguments:
        print(json.dumps({"items": list(selected(content["services"], arguments))}))
    elif content["target"]:
        asyncio.run(forward(content["target"]))
    else:
        sys.exit("error: unable to forward port because pod is not running. Current status=Pending")


def selected(services: list[Service], arguments: list[str]) -> Iterator[Service]:
    selector = arguments[arguments.index("--selector") + 1] if "--selector" in arguments else ""
    name, _, value = selector.partition("=")
    for service in services:
        labels = service["metadata"].get("labels", {})
        if not selector or (labels.get(name) == value if value else name in labels):
            yield service


async def forward(target: str) -> None:
    parts = urlsplit(target)

    async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        print("Handling connection for", parts.port, flush=True)
        other = await asyncio.open_connection(parts.hostname, parts.port)
        await asyncio.gather(copy(reader, other[1]), copy(other[0], writer))

    server = await asyncio.start_server(relay, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    print(f"Forwarding from 127.0.0.1:{port} -> 80", flush=True)
    await server.serve_forever()


async def copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while piece := await reader.read(1 << 16):
        writer.write(piece)
    writer.close()


if __name__ == "__main__":
    main()
