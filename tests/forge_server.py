"""A forge on loopback, served by whatever a test gives it; real HTTP, as a forge's API speaks it."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import SplitResult, parse_qs, urlsplit


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One request.

    Attributes:
        method: HTTP method.
        url: Path and query.
        headers: Its headers.
        body: Its document; empty where it has none.
    """

    method: str
    url: SplitResult
    headers: Mapping[str, str]
    body: dict[str, Any]

    @property
    def last(self) -> str:
        """Last part of the path."""
        return self.url.path.rpartition("/")[2]

    @property
    def page(self) -> int:
        """Which page of a collection is asked for, from 1."""
        return int(parse_qs(self.url.query).get("page", ["1"])[0])


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What is answered.

    Attributes:
        document: The document; `None` refuses the request.
        link: Value of the header `Link`.
    """

    document: Any
    link: str = ""


@contextmanager
def forge_server(answer: Callable[[Asked], Reply]) -> Iterator[str]:
    """Serves until the end; gives its URL."""

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            size = int(self.headers.get("Content-Length") or 0)
            reply = answer(
                Asked(
                    method=self.command,
                    url=urlsplit(self.path),
                    headers=dict(self.headers),
                    body=json.loads(self.rfile.read(size)) if size else {},
                )
            )
            if reply.document is None:
                self.send_error(403)
                return
            content = json.dumps(reply.document).encode()
            self.send_response(200)
            self.send_header("Link", reply.link)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PATCH = do_PUT = answer  # noqa: N815 - the base class's names

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
