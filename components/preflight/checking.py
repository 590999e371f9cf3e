"""Checks of the cluster that need not be possible: what can't be read is told, and the run goes on."""

from collections.abc import Callable, Iterable

import pulumi

from components.preflight.findings import Finding, refusal
from components.preflight.live_cluster import LiveCluster, UnreadableError, connected
from components.settings import KubernetesSettings

Check = Callable[[LiveCluster], Iterable[Finding]]


def check_cluster(kubernetes: KubernetesSettings, *checks: Check) -> None:
    """Ends the run where the cluster isn't ready; warns where that can't be seen.

    Args:
        kubernetes: The cluster; it isn't touched where there is nothing to check.
        checks: What to look at.

    Raises:
        pulumi.RunError: A check found something; the message tells all of it.
    """
    if not checks:
        return
    try:
        with connected(kubernetes) as cluster:
            found = tuple(finding for check in checks for finding in check(cluster))
    except UnreadableError as error:
        pulumi.log.warn(f"The cluster can't be read, so it wasn't checked beforehand: {error}")
        return
    if found:
        raise refusal(found, stack=pulumi.get_stack())
