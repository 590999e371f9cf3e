"""`llmd-monitoring emulate`: programs that look to Prometheus like a running llm-d."""

import asyncio
import signal
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from tools.cluster.embedded import EmbeddedCluster
from tools.emulators.authorization import ApiServer, anyone_with_a_token
from tools.emulators.fleet import load
from tools.emulators.server import Authorized, serve
from tools.emulators.world import World


def emulate(
    fleet: Annotated[Path, typer.Argument(help="JSON file: what to emulate, and where.")],
    *,
    control: Annotated[Path, typer.Option(help="Unix socket to make for the switches.")] = Path(
        "emulators.sock"
    ),
    cluster: Annotated[
        Path | None,
        typer.Option(help="Directory of an embedded cluster to ask about the tokens of scrapes."),
    ] = None,
) -> None:
    """Serve metrics as vLLM, SGLang, the Endpoint Picker and their neighbours do, until stopped.

    The values come from a simulated flow of requests and agree with each other. Failures are
    switched on and off over the Unix socket: docs/emulators.md.
    """
    world = World(load(fleet))
    authorized: Authorized = anyone_with_a_token
    if cluster is not None:
        authorized = ApiServer(EmbeddedCluster(cluster).connect())
    control.unlink(missing_ok=True)
    try:
        asyncio.run(_until_stopped(world, control, authorized))
    finally:
        control.unlink(missing_ok=True)


async def _until_stopped(world: World, control: Path, authorized: Authorized) -> None:
    serving = asyncio.ensure_future(serve(world, control, authorized))
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, serving.cancel)
    with suppress(asyncio.CancelledError):
        await serving
