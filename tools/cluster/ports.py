"""Free ports on loopback, remembered so that the cluster keeps its address."""

import json
import random
import socket
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Final

from tools.cluster.private_files import write_private
from tools.errors import UserError

LOOPBACK: Final = "127.0.0.1"

CANDIDATES: Final = range(21000, 32000)
"""Below the range from which Linux and macOS take the ports of outgoing connections."""


@dataclass(frozen=True, kw_only=True)
class Ports:
    """The port that each part listens on; etcd has a second one for members, which it insists on."""

    etcd: int
    etcd_peer: int
    kube_apiserver: int
    kube_controller_manager: int
    kube_scheduler: int
    kwok: int


def is_free(port: int) -> bool:
    """Whether a server could listen on this port of loopback now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as server:
        # Go sets this as well; without it, a port that was just left would seem taken.
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            server.bind((LOOPBACK, port))
            server.listen(1)
        except OSError:
            return False
    return True


def remembered(path: Path) -> Mapping[str, int]:
    """The ports of the last start; those that can't be read are left out."""
    names = {field.name for field in fields(Ports)}
    try:
        content = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    if not isinstance(content, dict):
        return {}
    return {
        name: port
        for name, port in content.items()
        if name in names and isinstance(port, int) and port in CANDIDATES
    }


def remember(path: Path, ports: Ports) -> None:
    """Keep the ports for the next start."""
    write_private(path, json.dumps(asdict(ports), indent=2) + "\n")


def choose(
    last: Mapping[str, int],
    held: Collection[str],
    *,
    free: Callable[[int], bool] = is_free,
    candidates: Iterable[int] | None = None,
) -> Ports:
    """Choose a port for every part: the last one where possible.

    Args:
        last: the ports of the last start, by name.
        held: the names of those ports that a running part of this cluster listens on.
        free: tells whether a port can be listened on.
        candidates: ports to try, in this order; random ones of `CANDIDATES` if not given.

    Raises:
        UserError: no candidate is free.
    """
    fresh = iter(random.sample(CANDIDATES, len(CANDIDATES)) if candidates is None else candidates)
    chosen: dict[str, int] = {}
    for field in fields(Ports):
        port = last.get(field.name)
        if port is None or port in chosen.values() or not (field.name in held or free(port)):
            taken = {*chosen.values(), *last.values()}
            port = next((new for new in fresh if new not in taken and free(new)), None)
        if port is None:
            raise UserError(
                f"No free port on {LOOPBACK} between {CANDIDATES.start} and {CANDIDATES.stop - 1}.",
                "Stop a program that listens there and start the cluster again.",
            )
        chosen[field.name] = port
    return Ports(**chosen)
