"""Serve on loopback, print the port, end with the engine."""

import os
import signal
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from tools.standins.language_python.host import LanguageHost, register, sdk_version
from tools.standins.protocol.stubs import grpc

_WORKERS: Final = 8
_PARENT_POLL_SECONDS: Final = 1.0

_MESSAGE_LIMIT_BYTES: Final = 400 * 1024 * 1024
"""The engine's own limit, `sdk/go/common/util/rpcutil/serve.go`."""


def serve(arguments: Sequence[str]) -> int:
    """Serve until the engine ends or a signal comes.

    Args:
        arguments: The command line without the program. The engine's address is the first that
            isn't a flag; flags (`-tracing` and the like) are accepted and ignored.

    Returns:
        The exit code.
    """
    parent = os.getppid()
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: stop.set())
    host = LanguageHost(next((word for word in arguments if not word.startswith("-")), ""))
    server = grpc.server(
        ThreadPoolExecutor(max_workers=_WORKERS),
        options=[
            ("grpc.max_receive_message_length", _MESSAGE_LIMIT_BYTES),
            ("grpc.max_send_message_length", _MESSAGE_LIMIT_BYTES),
            ("grpc.so_reuseport", 0),
        ],
    )
    register(host, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    while not stop.wait(_PARENT_POLL_SECONDS) and os.getppid() == parent:
        pass
    host.close()
    server.stop(grace=None).wait()
    return 0


if __name__ == "__main__":
    if {"-version", "--version"} & set(sys.argv[1:]):
        sys.stdout.write(f"{sdk_version()}\n")
        sys.exit(0)
    sys.exit(serve(sys.argv[1:]))
