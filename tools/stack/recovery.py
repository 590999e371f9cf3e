"""Mending what an interrupted update left behind, so that typing the command again converges.

A killed engine leaves up to three things: its lock on the stack, operations whose end the state doesn't know
("pending operations"), and a Helm release that is neither installed nor absent. Each is settled by looking at
what is really there; nothing that was made is made twice or lost.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx

from tools.cluster.progress import Progress
from tools.stack.engine import Engine
from tools.stack.half_made import remove_half_made
from tools.stack.helm_release import Helm, settle_release
from tools.stack.locks import stale_locks
from tools.stack.pending import pending_operations


def recover(
    engine: Engine, state_dir: Path, kubeconfig: Path, client: httpx.Client, say: Progress
) -> Mapping[str, Any]:
    """Settles what an interrupted update left, and returns the stack's state; changes nothing where nothing was left.

    Args:
        engine: The stack's engine; nobody else may be using the stack.
        state_dir: Folder of the file backend.
        kubeconfig: Kubeconfig of the embedded cluster.
        client: Administrator's client of the embedded cluster.
        say: Tells the user what is being mended.
    """
    if stale := stale_locks(state_dir, engine.stack):
        say(f"An earlier command was killed; freeing its lock on stack {engine.stack!r}.")
        for lock in stale:
            lock.unlink(missing_ok=True)
    state = engine.export()
    operations = pending_operations(state)
    if not operations:
        return state
    say("An earlier update was interrupted; looking at what it made before going on.")
    helm = Helm(kubeconfig=kubeconfig, environment=engine.environment)
    for operation in operations:
        if operation.is_release:
            settle_release(helm, operation, say)
        elif operation.may_have_made_an_object and (removed := remove_half_made(client, operation)):
            say(f"{removed} was made when the update was interrupted; making it anew.")
    engine.show("refresh", "--yes", "--skip-preview", "--clear-pending-creates")
    return engine.export()
