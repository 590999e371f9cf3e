"""`python -m tools.load.emulator`: an emulated server on this machine, to try loads on."""

import asyncio
from typing import Annotated

import typer
import uvloop

from tools.load.emulator.behaviour import Behaviour, Fault
from tools.load.emulator.delays import lognormal
from tools.load.emulator.server import Emulator


def main(
    *,
    port: Annotated[int, typer.Option(help="Port on loopback; 0: a free one.")] = 0,
    median_ms: Annotated[float, typer.Option(help="Median delay of the first token.")] = 50.0,
    p95_ms: Annotated[float, typer.Option(help="Its 95th percentile.")] = 150.0,
    token_ms: Annotated[float, typer.Option(help="Median delay between tokens.")] = 10.0,
    fault: Annotated[Fault | None, typer.Option(help="How some requests fail.")] = None,
    fault_every: Annotated[int, typer.Option(min=1, help="Every how many requests.")] = 1,
) -> None:
    """Serve /v1/chat/completions and /v1/completions; /stats shows what the server measured itself."""
    behaviour = Behaviour(
        first_token=lognormal(median_ms / 1000, p95_ms / 1000),
        between_tokens=lognormal(token_ms / 1000, token_ms * 1.5 / 1000),
        fault=fault,
        fault_every=fault_every,
    )
    try:
        uvloop.run(_serve(Emulator(behaviour), port))
    except KeyboardInterrupt:
        raise typer.Exit from None


async def _serve(emulator: Emulator, port: int) -> None:
    async with emulator.serving(port) as url:
        typer.echo(url)
        await asyncio.Event().wait()


if __name__ == "__main__":
    typer.run(main)
