"""Boots a provider: listens on loopback, prints the port, ends with the engine."""

import os
import signal
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from types import FrameType
from typing import Final

from tools.standins.protocol.engine import Engine
from tools.standins.protocol.provider import Provider
from tools.standins.protocol.service import Service
from tools.standins.protocol.stubs import grpc, provider_pb2_grpc

_WORKERS: Final = 128
"""Waiting for readiness holds a thread; the engine itself limits how many operations run."""

_MESSAGE_LIMIT_BYTES: Final = 400 * 1024 * 1024
"""The engine's own limit, `sdk/go/common/util/rpcutil/serve.go`."""

_PARENT_POLL_SECONDS: Final = 1.0


def serve(make_provider: Callable[[Engine], Provider], arguments: Sequence[str]) -> int:
    """Serve until the engine ends or a signal comes.

    Args:
        make_provider: Makes the provider from the way back to the engine.
        arguments: The command line without the program; the engine's address, if any, is the
            first that isn't an option.

    Returns:
        The exit code.
    """
    parent = os.getppid()
    addresses = [argument for argument in arguments if not argument.startswith("-")]
    provider = make_provider(Engine(addresses[0] if addresses else ""))
    options = [
        ("grpc.max_receive_message_length", _MESSAGE_LIMIT_BYTES),
        ("grpc.max_send_message_length", _MESSAGE_LIMIT_BYTES),
        ("grpc.so_reuseport", 0),
    ]
    server = grpc.server(ThreadPoolExecutor(max_workers=_WORKERS), options=options)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(Service(provider), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        provider.cancel()
        server.stop(grace=5)

    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGINT, on_signal)
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    while server.wait_for_termination(timeout=_PARENT_POLL_SECONDS):
        if os.getppid() != parent:
            # The engine was killed: nobody will ask anything more.
            provider.cancel()
            server.stop(grace=1).wait()
            break
    return 0
