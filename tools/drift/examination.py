"""All drift of one stack: of the program's own objects, and of those that its charts made."""

import secrets
from collections.abc import Mapping
from pathlib import Path

from components.preflight.live_cluster import UnreadableError, connected
from tools.doctor.examination import patient
from tools.drift.chart_objects import read_chart_objects
from tools.drift.found import Drift, ordered
from tools.drift.own_objects import read_own_objects
from tools.errors import UserError
from tools.preview.masking import Masking


def find_drift(project: Path, stack: str, environment: Mapping[str, str]) -> tuple[Drift, ...]:
    """Compares what a stack made with what is there; changes nothing.

    Args:
        project: Folder of `Pulumi.yaml`.
        stack: Name of the stack.
        environment: Variables of the engine: PATH, backend, passphrase.

    Raises:
        UserError: State or cluster can't be read.
    """
    masking = Masking(key=secrets.token_bytes(32))
    settings = patient(project / "stacks", stack, None, None, None)
    own = read_own_objects(project, stack, environment, masking)
    try:
        with connected(settings.kubernetes) as cluster:
            chart = tuple(read_chart_objects(cluster, own.releases, masking))
    except UnreadableError as error:
        raise unreadable_cluster(stack, error) from error
    return ordered([*own.drifts, *chart])


def unreadable_cluster(stack: str, error: UnreadableError) -> UserError:
    """Returns what a user is told whose stack's cluster can't be read."""
    return UserError(
        f"The cluster of stack {stack!r} can't be read: {error}",
        "Check kubernetes.context and kubernetes.kubeconfig of its file.",
    )
