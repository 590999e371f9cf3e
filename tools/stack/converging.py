"""Bringing a stack to what its program says, drift included."""

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from components.preflight.live_cluster import LiveCluster, UnreadableError, connected
from components.settings import KubernetesSettings
from tools.cluster.progress import Progress
from tools.drift.examination import unreadable_cluster
from tools.drift.healing import RefusedError, heal, undo_changes_by_hand
from tools.drift.releases import releases_of
from tools.errors import UserError
from tools.preview.masking import Masking
from tools.stack.engine import Engine
from tools.stack.helm_release import Helm


def converge(
    engine: Engine, kubernetes: KubernetesSettings, state: Mapping[str, Any], say: Progress
) -> None:
    """Updates a stack; what was changed by hand in the meantime is undone, in the charts' objects too.

    Three steps: releases that somebody upgraded by hand are rolled back, the engine refreshes and updates, and
    objects of the charts that still aren't as they were installed are applied anew.

    Args:
        engine: The stack's engine.
        kubernetes: The stack's cluster.
        state: The stack's state before.
        say: Tells the user what is mended besides what the engine prints.

    Raises:
        UserError: The engine failed, or something can't be mended.
    """
    if releases := releases_of(state):
        helm = _helm(engine, kubernetes)
        _mend(
            engine, kubernetes, say, lambda cluster: undo_changes_by_hand(cluster, helm, releases)
        )
    engine.show("up", "--refresh", "--yes", "--skip-preview", "--suppress-permalink=true")
    if releases := releases_of(engine.export()):
        _mend(engine, kubernetes, say, lambda cluster: heal(cluster, releases))


def _mend(
    engine: Engine,
    kubernetes: KubernetesSettings,
    say: Progress,
    step: Callable[[LiveCluster], tuple[str, ...]],
) -> None:
    with _explained(engine.stack), connected(kubernetes) as cluster:
        for line in step(cluster):
            say(f"Drift: {line}")


@contextmanager
def _explained(stack: str) -> Iterator[None]:
    masking = Masking(key=secrets.token_bytes(32))
    try:
        yield
    except RefusedError as error:
        raise UserError(
            f"Drift of stack {stack!r} can't be mended: {masking.text(str(error))}",
            "Where a field can't be changed in place, delete the object and type this again.",
        ) from error
    except UnreadableError as error:
        raise unreadable_cluster(stack, error) from error


def _helm(engine: Engine, kubernetes: KubernetesSettings) -> Helm:
    return Helm(
        kubeconfig=None if kubernetes.kubeconfig is None else Path(kubernetes.kubeconfig),
        context=kubernetes.context,
        environment=engine.environment,
    )
