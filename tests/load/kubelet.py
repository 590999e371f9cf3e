"""A node of the embedded cluster whose pods a port-forward reaches: kwok serves the kubelet's API for it.

Only the tests have such a node: kwok asks the callers of that API for no credentials.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import psutil
import yaml

from tests.polling import eventually
from tools import paths
from tools.cluster import processes
from tools.cluster.embedded import EmbeddedCluster

NODE = "reachable"

_NODES = "/api/v1/nodes"
_LOOPBACK = "127.0.0.1"


@dataclass(kw_only=True)
class Kubelet:
    """The kubelet's API of that node.

    Attributes:
        cluster: Whose node it is; the process ends with the cluster.
        port: Where it listens on loopback.
        config: Where port-forwards lead to, for kwok.
    """

    cluster: EmbeddedCluster
    port: int
    config: Path
    _process: psutil.Process | None = field(default=None, init=False)

    def leads_to(self, url: str) -> None:
        """Decides where every port of every pod leads to, from the next start on."""
        parts = urlsplit(url)
        forward = {"target": {"address": parts.hostname, "port": parts.port}}
        manifest = {
            "apiVersion": "kwok.x-k8s.io/v1alpha1",
            "kind": "ClusterPortForward",
            "metadata": {"name": "every-pod"},
            "spec": {"forwards": [forward]},
        }
        self.config.write_text(yaml.safe_dump(manifest))

    def start(self) -> None:
        """Serves."""
        # The cluster's own kwok makes the node and its pods ready; this one must not touch any.
        options = {
            "kubeconfig": self.cluster.kubeconfig,
            "manage-single-node": "none-of-them",
            "server-address": f"{_LOOPBACK}:{self.port}",
            "node-lease-duration-seconds": 0,
            "v": "WARN",
        }
        configs = (self.config, paths.KWOK_STAGE_DIR / "node-initialize.yaml")
        self._process = processes.launch(
            program=paths.BIN_DIR / "kwok",
            arguments=[
                *(f"--{name}={value}" for name, value in options.items()),
                *(f"--config={config}" for config in configs),
            ],
            directory=self.cluster.directory,
            part="kubelet",
            fingerprint="",
            log=self.cluster.directory / "logs" / "kubelet.log",
        )
        eventually(self._serves, "the kubelet")

    def kill(self) -> None:
        """Ends it as a failing machine does."""
        if self._process is not None:
            processes.end([self._process], grace_seconds=0)

    def _serves(self) -> bool:
        try:
            return httpx.get(f"http://{_LOOPBACK}:{self.port}/healthz", trust_env=False).is_success
        except httpx.TransportError:
            return False


@contextmanager
def node(client: httpx.Client, port: int) -> Iterator[None]:
    """Makes the node, onto which only pods go that name it."""
    client.post(_NODES, json=_node(port)).raise_for_status()
    try:
        yield
    finally:
        client.delete(f"{_NODES}/{NODE}").raise_for_status()


def _node(port: int) -> dict[str, Any]:
    capacity = {"cpu": "64", "memory": "512Gi", "pods": "100"}
    return {
        "metadata": {"name": NODE},
        "spec": {"taints": [{"key": "only-for-its-tests", "effect": "NoSchedule"}]},
        "status": {
            "capacity": capacity,
            "allocatable": capacity,
            # The API server prefers the host name, which would have to be resolved.
            "addresses": [
                {"type": kind, "address": _LOOPBACK} for kind in ("Hostname", "InternalIP")
            ],
            "daemonEndpoints": {"kubeletEndpoint": {"Port": port}},
        },
    }
