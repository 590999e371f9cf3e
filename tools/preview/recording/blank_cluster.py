"""The cluster that a program sees while it is recorded: ready, and with nothing on it.

Some platforms read the cluster before they plan anything. No real one is asked, so that a report needs no
credentials and is the same everywhere; this API server on loopback answers in its place.
"""

import json
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import yaml

CURRENT_CONTEXT: Final = "blank"

_PRESENT: Final[Mapping[str, Mapping[str, Any]]] = {
    "/api/v1/namespaces/openshift-monitoring/configmaps/cluster-monitoring-config": {
        "data": {"config.yaml": "enableUserWorkload: true\n"}
    },
    "/apis/monitoring.googleapis.com/v1/namespaces/gmp-public/operatorconfigs/config": {
        "kind": "OperatorConfig"
    },
    "/apis/cert-manager.io/v1": {"kind": "APIResourceList"},
}
"""What makes a cluster ready for settings that build on what others have installed."""

_SECRET: Final = re.compile(r"/api/v1/namespaces/[^/]+/secrets/[^/]+")


@dataclass(kw_only=True)
class BlankCluster:
    """One such cluster.

    Attributes:
        url: Its address.
        asked: How many questions it has answered.
    """

    url: str = ""
    asked: int = 0


@contextmanager
def blank_cluster() -> Iterator[BlankCluster]:
    """Serves until the programs have run."""
    cluster = BlankCluster()

    class Handler(_Handler):
        def do_GET(self) -> None:
            cluster.asked += 1
            self.answer()

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            cluster.url = f"http://127.0.0.1:{server.server_port}"
            yield cluster
        finally:
            server.shutdown()
            thread.join()


def write_kubeconfig(path: Path, server: str, context: str) -> None:
    """Writes a kubeconfig that leads to the blank cluster, whatever the context is called."""
    document = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "blank", "cluster": {"server": server}}],
        "users": [{"name": "nobody", "user": {}}],
        "contexts": [{"name": context, "context": {"cluster": "blank", "user": "nobody"}}],
        "current-context": context,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(document), encoding="utf-8")


class _Handler(BaseHTTPRequestHandler):
    def answer(self) -> None:
        """Answers one question."""
        parts = urlsplit(self.path)
        if _SECRET.fullmatch(parts.path):
            # A program that looks at a Secret goes on without, as it does for whoever may not read it.
            self._send(403, {"kind": "Status", "message": "a report reads no Secret"})
            return
        found = _PRESENT.get(parts.path)
        if found is None and "labelSelector=" in parts.query:
            found = {"items": []}
        absent = {"kind": "Status", "message": "not found"}
        self._send(404 if found is None else 200, found or absent)

    def _send(self, status: int, document: Mapping[str, Any]) -> None:
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Says nothing: the standard error is for the program."""
