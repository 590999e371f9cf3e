"""Clients that verify a server: one in Go, as most of those that query Prometheus are, and one in Python."""

import os
import ssl
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import httpx

from tools.toolchain.build import require_go
from tools.toolchain.versions import Version

VERIFIED: Final = "verified"

Answers = Sequence[str]
Client = Callable[[tuple[str, int], str, Sequence[str]], Answers]
"""Queries URLs at an address, whatever their hosts resolve to, with CA certificates (PEM); returns `verified` or an
error for each."""

_SOURCE: Final = Path(__file__).parent / "verifying"
_SECONDS: Final = 300
_GO: Final = Version.parse("1.24")


def built(folder: Path) -> Path:
    """Builds the Go client with nothing but Go's own library."""
    program = folder / "verifying"
    subprocess.run(
        [require_go(_GO), "build", "-o", program, "."],
        cwd=_SOURCE,
        env={**os.environ, "GOFLAGS": "", "GOPROXY": "off", "CGO_ENABLED": "0"},
        check=True,
        timeout=_SECONDS,
    )
    return program


def go_client(program: Path) -> Client:
    """Returns the client in Go."""

    def query(address: tuple[str, int], ca: str, urls: Sequence[str]) -> Answers:
        host, port = address
        with tempfile.NamedTemporaryFile("w", suffix=".crt") as bundle:
            bundle.write(ca)
            bundle.flush()
            done = subprocess.run(
                [program, "-ca", bundle.name, "-address", f"{host}:{port}", *urls],
                capture_output=True,
                text=True,
                timeout=_SECONDS,
                check=True,
            )
        return done.stdout.splitlines()

    return query


class _Elsewhere(httpx.HTTPTransport):
    """Connects to one address, and verifies the name that was asked for."""

    def __init__(self, address: tuple[str, int], trusted: ssl.SSLContext) -> None:
        super().__init__(verify=trusted)
        self._address = address

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        host, port = self._address
        request.extensions = {**request.extensions, "sni_hostname": request.url.host}
        request.url = request.url.copy_with(host=host, port=port)
        return super().handle_request(request)


def python_client(address: tuple[str, int], ca: str, urls: Sequence[str]) -> Answers:
    """Queries as a client in Python does."""
    trusted = ssl.create_default_context(cadata=ca)

    def query(url: str) -> str:
        with httpx.Client(transport=_Elsewhere(address, trusted)) as client:
            try:
                client.get(url).raise_for_status()
            except (httpx.TransportError, httpx.HTTPStatusError) as error:
                return str(error)
        return VERIFIED

    return [query(url) for url in urls]
