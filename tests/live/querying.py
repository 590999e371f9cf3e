"""Clients that go on querying Prometheus while something else goes on.

Each query has a connection of its own and reads the CA anew, so that each one verifies what is served by then.
"""

import ssl
import subprocess
import threading
import time
from pathlib import Path
from typing import Final, Self

import httpx

from tests.tls_clients.clients import VERIFIED

_PAUSE_SECONDS: Final = 0.1
_END_SECONDS: Final = 60
_PATH: Final = "/api/v1/query?query=vector(1)"


class PythonQuerying:
    """A client in Python, from the start of a `with` block to its end.

    Args:
        socket: Socket that leads to Prometheus.
        host: The name that it is known by.
        bundle: File of the CA certificates to trust.
    """

    def __init__(self, socket: Path, host: str, bundle: Path) -> None:
        self.failures: list[str] = []
        self.served: dict[bytes, int] = {}
        """Counts answers by the serving certificate, in the order in which these came."""
        self._socket = socket
        self._url = f"https://{host}:9090{_PATH}"
        self._bundle = bundle
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    @property
    def answers(self) -> int:
        """How many queries were answered."""
        return sum(self.served.values())

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(_PAUSE_SECONDS):
            began = time.strftime("%H:%M:%S")
            try:
                certificate = self._query()
            except (httpx.TransportError, httpx.HTTPStatusError) as error:
                self.failures.append(f"{began} {error!r}")
            else:
                self.served[certificate] = self.served.get(certificate, 0) + 1

    def _query(self) -> bytes:
        trusted = ssl.create_default_context(cafile=self._bundle)
        transport = httpx.HTTPTransport(uds=str(self._socket), verify=trusted)
        with (
            httpx.Client(transport=transport, timeout=30) as client,
            client.stream("GET", self._url) as response,
        ):
            response.raise_for_status()
            tls: ssl.SSLSocket = response.extensions["network_stream"].get_extra_info("ssl_object")
            certificate = tls.getpeercert(True)
            response.read()
        assert certificate is not None
        return certificate


class GoQuerying:
    """The client in Go, from the start of a `with` block to its end.

    Args:
        program: The client.
        socket: Socket that leads to Prometheus.
        host: The name that it is known by.
        bundle: File of the CA certificates to trust.
        log: File for what it says.
    """

    def __init__(self, program: Path, socket: Path, host: str, bundle: Path, log: Path) -> None:
        url = f"https://{host}:9090{_PATH}"
        again = f"{_PAUSE_SECONDS}s"
        options = ("-ca", str(bundle), "-address", str(socket), "-again", again)
        self._command = [str(program), *options, url]
        self._log = log

    @property
    def said(self) -> list[str]:
        """What it said of each query."""
        return self._log.read_text(encoding="utf-8").splitlines()

    @property
    def failures(self) -> list[str]:
        """What it said of queries that failed."""
        return [line for line in self.said if line != VERIFIED]

    def __enter__(self) -> Self:
        with self._log.open("w", encoding="utf-8") as output:
            self._process = subprocess.Popen(self._command, stdin=subprocess.PIPE, stdout=output)
        return self

    def __exit__(self, *_: object) -> None:
        # It ends with its input.
        self._process.communicate(timeout=_END_SECONDS)
