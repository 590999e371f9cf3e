"""Ending every process of a cluster."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tools.cluster import processes
from tools.cluster.owner import WATCHDOG
from tools.cluster.processes import Running
from tools.errors import UserError

_STORE_GRACE_SECONDS: Final = 10.0
"""For etcd, which has data to write."""

_GRACE_SECONDS: Final = 2.0
"""For the others, which hold nothing; with a client that watches, the API server lingers."""

_ROUNDS: Final = 3

_ORDER: Final = (
    frozenset({WATCHDOG}),
    frozenset({"kwok", "kube-scheduler", "kube-controller-manager"}),
    frozenset({"kube-apiserver"}),
    frozenset({"etcd"}),
)
"""Clients before their servers, so that nobody waits for one that is gone."""


def stop_all(directory: Path) -> int:
    """End every process of the cluster in this directory, the calling one excepted.

    Returns:
        How many there were.

    Raises:
        UserError: one could not be ended.
    """
    ended = 0
    for _ in range(_ROUNDS):
        found = processes.find(directory)
        if not found:
            return ended
        ended += len(found)
        end_in_order(found)
    left = ", ".join(f"{running.part} (pid {running.process.pid})" for running in found)
    raise UserError(
        f"These processes of the cluster in {directory} did not end when killed: {left}.",
        "They wait for the disk or the kernel; try again when it responds.",
    )


def end_in_order(found: Sequence[Running]) -> None:
    """End these processes, those of unknown parts first, then clients before their servers."""
    for group in _grouped(found):
        store = any(running.part == "etcd" for running in group)
        processes.end(
            [running.process for running in group],
            grace_seconds=_STORE_GRACE_SECONDS if store else _GRACE_SECONDS,
        )


def _grouped(found: Sequence[Running]) -> tuple[tuple[Running, ...], ...]:
    known = frozenset().union(*_ORDER)
    others = tuple(running for running in found if running.part not in known)
    groups = (tuple(running for running in found if running.part in parts) for parts in _ORDER)
    return tuple(group for group in (others, *groups) if group)
