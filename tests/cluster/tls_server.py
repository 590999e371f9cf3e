"""A real server, over TLS or without, and a client that verifies it."""

import socket
import ssl
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

Address = tuple[str, int]

_ANSWER: Final = b"HTTP/1.1 200 OK\r\nContent-Length: 8\r\nConnection: close\r\n\r\nverified"


@contextmanager
def serving(*, certificate: str, key: str) -> Iterator[Address]:
    """Serves HTTPS on loopback with a certificate and its key."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory() as folder:
        paths = Path(folder, "tls.crt"), Path(folder, "tls.key")
        for path, pem in zip(paths, (certificate, key), strict=True):
            path.touch(mode=0o600)
            path.write_text(pem, encoding="utf-8")
        context.load_cert_chain(*paths)
    with _listening(context) as address:
        yield address


@contextmanager
def serving_plainly() -> Iterator[Address]:
    """Serves plain HTTP on loopback."""
    with _listening(None) as address:
        yield address


@contextmanager
def _listening(context: ssl.SSLContext | None) -> Iterator[Address]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=_accept, args=(listener, context))
        thread.start()
        try:
            host, port = listener.getsockname()
            yield host, port
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


def _accept(listener: socket.socket, context: ssl.SSLContext | None) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        with connection, suppress(OSError):
            if context is None:
                _answer(connection)
                continue
            with context.wrap_socket(connection, server_side=True) as tls:
                _answer(tls)


def _answer(connection: socket.socket) -> None:
    connection.recv(65536)
    connection.sendall(_ANSWER)


def handshake(address: Address, ca: str, *, server_name: str) -> None:
    """Connects and verifies chain and name.

    Raises:
        ssl.SSLCertVerificationError: The certificate isn't one that this client trusts for the name.
    """
    context = ssl.create_default_context(cadata=ca)
    with (
        socket.create_connection(address, timeout=10) as connection,
        context.wrap_socket(connection, server_hostname=server_name) as tls,
    ):
        tls.sendall(b"GET / HTTP/1.1\r\n\r\n")
        assert tls.recv(len(_ANSWER)).startswith(b"HTTP/1.1 200")
