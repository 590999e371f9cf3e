"""`python -m tools.load.running.child`: a sending process; its owner is `processes`.

Standard input brings an `Assignment`, then orders, a line each: `begin <time on the monotonic clock>`, `stop
<seconds for what is in flight>`, `abandon`. Its end means that the owner is gone: abandon. Standard output
carries frames.
"""

import asyncio
import gc
import ssl
import sys
import time
from typing import BinaryIO, Final

import uvloop

from tools.load.planning.drawing import Drawing
from tools.load.running import frames
from tools.load.running.assignment import Assignment
from tools.load.sending.client import Client
from tools.load.sending.generator import Generator, Orders, Part

REPORT_SECONDS: Final = 0.5
_LONGEST_ORDER: Final = 4_000_000
_UNFREED_OBJECTS: Final = 100_000


def main() -> None:
    """Does what it is told, then ends."""
    # What the process prints by mistake must not come between the frames.
    output, sys.stdout = sys.stdout.buffer, sys.stderr
    # Its callbacks cost less than those of asyncio's own loop, which tells at thousands of requests a second.
    uvloop.run(_work(output))


async def _work(output: BinaryIO) -> None:
    orders = asyncio.StreamReader(limit=_LONGEST_ORDER)
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(orders), sys.stdin
    )
    assignment = Assignment.from_line(await orders.readline())
    generator, client = _generator(assignment)
    try:
        await _send(generator, orders, output)
    finally:
        await client.close()


def _generator(assignment: Assignment) -> tuple[Generator, Client]:
    ca_file, key = assignment.ca_file, assignment.api_key
    client = Client(
        assignment.base,
        timeout=assignment.scenario.timeout_seconds,
        headers={} if key is None else {"authorization": f"Bearer {key.get_secret_value()}"},
        tls=None if ca_file is None else ssl.create_default_context(cafile=ca_file),
    )
    generator = Generator(
        assignment.scenario,
        Drawing(assignment.scenario, assignment.models, assignment.seed),
        seed=assignment.seed,
        part=Part(index=assignment.index, of=assignment.of),
        client=client,
        interval_seconds=assignment.interval_seconds,
    )
    return generator, client


async def _send(generator: Generator, lines: asyncio.StreamReader, output: BinaryIO) -> None:
    # What was made until now lives as long as the process; looking through it again would delay requests.
    gc.collect()
    gc.freeze()
    # Requests in flight come and go by thousands and are freed by their counts; what is left in cycles is
    # looked for when there is enough of it to matter.
    gc.set_threshold(_UNFREED_OBJECTS)
    frames.write(output, frames.Frame(tally=None))
    word, _, begin = (await lines.readline()).decode().partition(" ")
    if word != "begin":
        return
    orders = Orders()
    listening = asyncio.create_task(_listen(lines, orders))
    reporting = asyncio.create_task(_report(generator, output))
    try:
        await generator.run(float(begin), orders)
    finally:
        for task in (listening, reporting):
            task.cancel()
        await asyncio.gather(listening, reporting, return_exceptions=True)
    frames.write(output, frames.Frame(tally=generator.take(), last=True))


async def _listen(lines: asyncio.StreamReader, orders: Orders) -> None:
    while line := await lines.readline():
        word, _, patience = line.decode().strip().partition(" ")
        if word == "stop":
            orders.patience = float(patience)
            orders.stop.set()
        elif word == "abandon":
            break
    orders.stop.set()
    orders.abandon.set()


async def _report(generator: Generator, output: BinaryIO) -> None:
    begun = time.monotonic()
    while True:
        # Sleeping until a time, rather than for one, keeps the pace.
        begun += REPORT_SECONDS
        await asyncio.sleep(max(0.0, begun - time.monotonic()))
        frames.write(output, frames.Frame(tally=generator.take(), in_flight=generator.in_flight))


if __name__ == "__main__":
    main()
