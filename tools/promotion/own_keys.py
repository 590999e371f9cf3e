"""The settings in which production may differ from the stack before it; everything else is promoted."""

from typing import Final

OWN_KEYS: Final = {
    "kubernetes": "each stack has a cluster of its own",
    "namespace": "tells stacks on one cluster apart",
    "release": "tells stacks on one cluster apart",
    "prometheus.retention": "history costs volumes",
    "prometheus.retentionSize": "follows the volume",
    "prometheus.replicas": "staging does without the second server",
    "prometheus.shards": "follows the load",
    "prometheus.resources": "follow the load",
    "prometheus.storage.size": "follows the retention",
    "prometheus.storage.storageClass": "named by each cluster",
    "prometheus.externalLabels.environment": "tells the environments apart",
    "prometheus.remoteWrite": "each environment has its own receiver",
    "alertmanager.replicas": "staging does without a quorum",
    "alertmanager.storage.size": "follows the load",
    "alertmanager.storage.storageClass": "named by each cluster",
    "grafana.adminPassword": "encrypted with each stack's own key",
    "grafana.persistence.size": "follows the use",
    "grafana.persistence.storageClass": "named by each cluster",
    "gke.projectId": "each environment has its own project",
    "gke.frontend.serviceAccount": "belongs to the project",
    "models": "each environment serves models of its own",
}
"""By dotted key, with everything below it: why."""


def is_own(path: tuple[str, ...]) -> bool:
    """Tells whether a setting belongs to its stack and is never promoted."""
    return any(".".join(path[:length]) in OWN_KEYS for length in range(1, len(path) + 1))
