"""All checks on one installation."""

import os
from pathlib import Path

from components.platforms.names import names_of
from components.preflight.live_cluster import connected
from components.settings import Settings
from tools.doctor.checks import CHECKS
from tools.doctor.finding import Finding
from tools.doctor.installation import Installation
from tools.values.stack_settings import stack_settings


def patient(
    stacks: Path, stack: str, context: str | None, namespace: str | None, release: str | None
) -> Settings:
    """Returns the settings that say where to look; options win over the stack file.

    Raises:
        UserError: There is no such stack, or its settings have mistakes.
    """
    settings = stack_settings(stacks, stack)
    kubernetes = settings.kubernetes
    if kubernetes.kubeconfig is not None:
        # The engine runs the program in the project's folder.
        place = os.path.expanduser(kubernetes.kubeconfig)  # noqa: PTH111 - joined below
        kubernetes = kubernetes.model_copy(update={"kubeconfig": str(stacks.parent / place)})
    if context is not None:
        kubernetes = kubernetes.model_copy(update={"context": context})
    return settings.model_copy(
        update={
            "kubernetes": kubernetes,
            "namespace": namespace or settings.namespace,
            "release": release or settings.release,
        }
    )


def examine(settings: Settings) -> tuple[Finding, ...]:
    """Runs every check.

    Raises:
        UnreadableError: The cluster can't be read.
    """
    names = names_of(settings, "https")
    with connected(settings.kubernetes) as cluster:
        installation = Installation(cluster=cluster, names=names)
        return tuple(finding for check in CHECKS for finding in check(installation))
