"""Monitors of others that scrape what a stack is about to scrape: llm-d's charts, its recipes, or somebody's own.

A target that is scraped twice doubles every sum, and nothing else tells of it.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from components.labels import MANAGED_BY, MANAGED_BY_LABEL
from components.monitors.model_servers import POD_ROLES, ROLE_LABEL, scraped_roles
from components.monitors.names import epp_service
from components.preflight.findings import Finding
from components.preflight.live_cluster import LiveCluster, Object
from components.settings.models import ModelSettings

OPERATORS_KINDS: Final[Mapping[str, str]] = {
    "PodMonitor": "/apis/monitoring.coreos.com/v1/podmonitors",
    "ServiceMonitor": "/apis/monitoring.coreos.com/v1/servicemonitors",
}
"""Monitors that a Prometheus of the operator scrapes by."""

GOOGLES_KINDS: Final[Mapping[str, str]] = {
    "PodMonitoring": "/apis/monitoring.googleapis.com/v1/podmonitorings",
}
"""Monitors that Google Managed Prometheus scrapes by."""

_SERVER_LABELS: Final = "llm-d.ai/"


def rival_monitors(
    cluster: LiveCluster, models: tuple[ModelSettings, ...], kinds: Mapping[str, str]
) -> Iterator[Finding]:
    """Yields the monitors of others that take the model servers or EPPs of a deployment which this stack scrapes.

    Only monitors in the deployment's own namespace are looked at. One that selects by labels which llm-d's
    charts and recipes don't set isn't found.

    Raises:
        UnreadableError: The cluster can't be read.
    """
    scraped = {model.namespace: model for model in models if model.monitors == "stack"}
    if not scraped:
        return
    for kind, path in kinds.items():
        for monitor in cluster.list(path, label_selector=""):
            metadata = monitor["metadata"]
            model = scraped.get(metadata["namespace"])
            if model is not None and not _is_ours(monitor) and _takes(monitor, model):
                yield Finding(
                    where=f"{kind} {metadata['namespace']}/{metadata['name']}",
                    problem="scrapes what this stack scrapes too, and a target that is scraped twice doubles every sum",
                    remedy="turn it off where it comes from (`llmd-monitoring values` writes the charts' values), or "
                    "set monitors: charts for this deployment",
                )


def _is_ours(monitor: Object) -> bool:
    return bool(monitor["metadata"].get("labels", {}).get(MANAGED_BY_LABEL) == MANAGED_BY)


def _takes(monitor: Object, model: ModelSettings) -> bool:
    selector: Mapping[str, Any] = monitor["spec"].get("selector") or {}
    labels: Mapping[str, str] = selector.get("matchLabels") or {}
    keys = {*labels, *(one["key"] for one in selector.get("matchExpressions") or ())}
    epps = {epp_service(epp.release) for epp in model.epp}
    if epps & set(labels.values()):
        return True
    return any(key.startswith(_SERVER_LABELS) for key in keys) and _may_be_ours(labels, model)


def _may_be_ours(labels: Mapping[str, str], model: ModelSettings) -> bool:
    """Tells whether pods with these labels may be among those that this stack scrapes."""
    roles = {value for role, _ in scraped_roles(model) for value in POD_ROLES[role]}
    return labels.get(ROLE_LABEL, next(iter(roles), None)) in roles and all(
        labels.get(key, value) == value for key, value in model.pod_labels.items()
    )
