"""A tiny API server on loopback: what the program reads of a cluster before it plans anything.

It serves the objects that it is given over real HTTP, so that the program's own client is under test. Cluster
tests have a real API server instead.
"""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import yaml

TOKEN = "canary-token-of-the-reader"


@dataclass(kw_only=True)
class ApiServer:
    """What a test may change, and what the server was asked.

    Attributes:
        url: Where it listens.
        objects: Documents by path; a list, which has `items`, is filtered by the selector of a request.
        forbidden: Paths that it answers with 403.
        busy: How often it turns away whoever asks for a path.
        asked: Every path with its query.
        tokens: The bearer tokens that came along.
    """

    url: str
    objects: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    forbidden: set[str] = field(default_factory=set)
    busy: dict[str, int] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    tokens: list[str | None] = field(default_factory=list)

    def answer(self, path: str, selector: str) -> tuple[int, Mapping[str, Any]]:
        """Returns status and body for a request."""
        if path in self.forbidden:
            return 403, {"kind": "Status", "message": f"{path} is forbidden"}
        if self.busy.get(path, 0) > 0:
            self.busy[path] -= 1
            return 429, {"kind": "Status", "message": "storage is (re)initializing"}
        found = self.objects.get(path)
        if found is None:
            return 404, {"kind": "Status", "message": "not found"}
        if "items" in found:
            return 200, {**found, "items": [o for o in found["items"] if _selected(o, selector)]}
        return 200, found


def _selected(item: Mapping[str, Any], selector: str) -> bool:
    """Understands `key in (a, b)`, the only form that the program uses."""
    if not selector:
        return True
    key, _, values = selector.partition(" in ")
    allowed = [value.strip() for value in values.strip("()").split(",")]
    return item["metadata"].get("labels", {}).get(key) in allowed


@contextmanager
def api_server() -> Iterator[ApiServer]:
    """Serves until the test ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            serving.asked.append(self.path)
            serving.tokens.append(self.headers.get("Authorization"))
            selector = parse_qs(parts.query).get("labelSelector", [""])[0]
            status, document = serving.answer(parts.path, selector)
            body = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        serving = ApiServer(url=f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield serving
        finally:
            server.shutdown()
            thread.join()


def write_kubeconfig(path: Path, url: str, *contexts: str) -> None:
    """Writes a kubeconfig whose contexts, the first of them current, all lead to one server."""
    cluster = {"name": "c", "cluster": {"server": url}}
    user = {"name": "u", "user": {"token": TOKEN}}
    document = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [cluster],
        "users": [user],
        "contexts": [{"name": name, "context": {"cluster": "c", "user": "u"}} for name in contexts],
        "current-context": contexts[0],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(document), encoding="utf-8")
