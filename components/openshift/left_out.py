"""Namespaces that user workload monitoring leaves out: nothing in them is scraped, and nothing says so.

Source: cluster-monitoring-operator, `assets/prometheus-user-workload`.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from components.preflight.findings import Finding
from components.preflight.live_cluster import LiveCluster
from components.settings.models import ModelSettings

_OPT_OUT: Final = ("openshift.io/user-monitoring", "false")
_PLATFORM: Final = ("openshift.io/cluster-monitoring", "true")


def findings(cluster: LiveCluster, models: Iterable[ModelSettings]) -> Iterator[Finding]:
    """Yields the namespaces of deployments whose monitors would be ignored.

    Raises:
        UnreadableError: The cluster can't be read.
    """
    for model in models:
        namespace = cluster.find(f"/api/v1/namespaces/{model.namespace}") or {}
        labels = (namespace.get("metadata") or {}).get("labels") or {}
        for key, value in (_OPT_OUT, _PLATFORM):
            if labels.get(key) == value:
                yield Finding(
                    where=f"Namespace {model.namespace}",
                    problem=f"has the label {key}: {value}, so user workload monitoring leaves it out",
                    remedy="remove the label, or leave this deployment out of models",
                )
