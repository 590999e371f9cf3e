"""Sends a scenario to an emulated server of its own, in this process."""

import asyncio
import socket
import time
from collections import Counter
from typing import Any

from tools.load.emulator.behaviour import Behaviour
from tools.load.emulator.server import Emulator
from tools.load.measuring.tally import Tally
from tools.load.planning.drawing import Drawing
from tools.load.scenario.model import Scenario
from tools.load.sending.client import Client
from tools.load.sending.generator import Generator, Orders, Part

MODEL = "emulated"


def scenario(**content: Any) -> Scenario:  # noqa: ANN401
    """A second of 40 streamed requests, unless something else is given."""
    return Scenario.model_validate(
        {
            "description": "a test",
            "durationSeconds": 1,
            "arrivals": {"constant": {"rate": 40}},
            "requests": [{"outputTokens": {"constant": 4}}],
            **content,
        }
    )


def sent(
    plan: Scenario, behaviour: Behaviour | None = None, *, stop_after: float | None = None
) -> tuple[Tally, Emulator]:
    """What the client counted, and the server with what it measured itself."""
    emulator = Emulator(behaviour)

    async def serve_and_send() -> Tally:
        async with emulator.serving() as url:
            return await send_to(url, plan, stop_after=stop_after)

    return asyncio.run(serve_and_send()), emulator


async def send_to(url: str, plan: Scenario, *, stop_after: float | None = None) -> Tally:
    """What the client counted."""
    client, orders = Client(url, timeout=plan.timeout_seconds), Orders()
    generator = Generator(
        plan,
        Drawing(plan, [MODEL], seed=1),
        seed=1,
        part=Part(index=0, of=1),
        client=client,
        interval_seconds=1.0,
    )
    if stop_after is not None:
        asyncio.get_running_loop().call_later(stop_after, orders.stop.set)
    try:
        await generator.run(time.monotonic(), orders)
    finally:
        await client.close()
    return generator.take()


def free_port() -> int:
    """A port on loopback that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def by_result(tally: Tally) -> Counter[str]:
    """How many requests ended with each result."""
    counted = Counter[str]()
    for (_, result), number in tally.results.items():
        counted[result] += number
    return counted
