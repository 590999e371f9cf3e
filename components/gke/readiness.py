"""Whether a cluster has Google Managed Prometheus, and where the settings say it is."""

from collections.abc import Iterator
from typing import Final

from components.gke.managed_prometheus import collector_namespace
from components.gke.operator_config import NAME, NAMESPACE
from components.monitors.managed_prometheus import MANAGED_API
from components.preflight.findings import Finding
from components.preflight.live_cluster import LiveCluster
from components.settings.gke import GkeSettings

_CONFIG: Final = f"/apis/{MANAGED_API}/namespaces/{NAMESPACE}/operatorconfigs/{NAME}"


def findings(cluster: LiveCluster, gke: GkeSettings) -> Iterator[Finding]:
    """Yields what stands in the way of monitoring with Google Managed Prometheus.

    Raises:
        UnreadableError: The cluster can't be read.
    """
    if cluster.find(_CONFIG) is None:
        yield Finding(
            where=f"OperatorConfig {NAMESPACE}/{NAME}",
            problem="isn't there, so managed collection is off in this cluster",
            remedy="turn it on (gcloud container clusters update ... --enable-managed-prometheus), or set "
            "platform: generic",
        )
        return
    expected = collector_namespace(gke)
    other = collector_namespace(gke.model_copy(update={"autopilot": not gke.autopilot}))
    if not _has_collector(cluster, expected) and _has_collector(cluster, other):
        yield Finding(
            where=f"ServiceAccount {other}/collector",
            problem=f"is Google's collector, and gke.autopilot is {str(gke.autopilot).lower()}, which looks for "
            f"it in {expected}; it couldn't read the EPPs' tokens",
            remedy=f"set gke.autopilot: {str(not gke.autopilot).lower()}",
        )


def _has_collector(cluster: LiveCluster, namespace: str) -> bool:
    path = f"/api/v1/namespaces/{namespace}/serviceaccounts/collector"
    return cluster.find(path) is not None
