"""PodMonitors of the model servers.

Charts and recipes of every llm-d release label the pods of their model servers with `llm-d.ai/role`, and nothing
else. The value says what a pod does; `both` and the combined ones belong to no deployment with prefill of its own.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from components.monitors.manifest import Labels, Manifest, manifest
from components.monitors.names import Role, server_monitor
from components.settings.models import ModelServerSettings, ModelSettings

MONITORING_API: Final = "monitoring.coreos.com/v1"
METRICS_PATH: Final = "/metrics"

ROLE_LABEL: Final = "llm-d.ai/role"
POD_ROLES: Final[Mapping[Role, tuple[str, ...]]] = {
    "decode": ("decode", "both", "prefill-decode", "encode-prefill-decode"),
    "prefill": ("prefill", "encode-prefill"),
}
"""Values of the pods' label that each monitor takes (`llm-d-router`, `by-label` filter)."""

DOES_BOTH: Final = "both|.*prefill-decode"
"""Those of them that prefill and decode, as a regular expression."""

CREATED_SERIES: Final = ".+_created"
"""vLLM's Python client adds the time at which each counter began as a series: a seventh of all, used by none."""


def scraped_roles(model: ModelSettings) -> Iterator[tuple[Role, ModelServerSettings]]:
    """Yields the roles whose servers are scraped."""
    if model.decode.enabled:
        yield "decode", model.decode
    if model.prefill.enabled:
        yield "prefill", model.prefill


def pod_selector(role: Role, model: ModelSettings) -> Manifest:
    """Returns the selector of a role's pods."""
    selector: Manifest = {
        "matchExpressions": [{"key": ROLE_LABEL, "operator": "In", "values": list(POD_ROLES[role])}]
    }
    if model.pod_labels:
        selector["matchLabels"] = dict(model.pod_labels)
    return selector


def pod_monitors(model: ModelSettings, labels: Labels) -> tuple[Manifest, ...]:
    """Returns the PodMonitors of a deployment, one a role.

    The operator sets `namespace`, `pod` and `container` by itself; the label `role` is ours.
    """
    return tuple(
        manifest(
            MONITORING_API,
            "PodMonitor",
            server_monitor(role),
            namespace=model.namespace,
            labels=labels,
            spec={
                "selector": pod_selector(role, model),
                "podMetricsEndpoints": [
                    _endpoint(port, role, servers, model) for port in model.ports(servers)
                ],
            },
        )
        for role, servers in scraped_roles(model)
    )


def _endpoint(
    port: str, role: Role, servers: ModelServerSettings, model: ModelSettings
) -> dict[str, Any]:
    endpoint = {
        "port": port,
        "path": METRICS_PATH,
        "interval": servers.interval,
        "relabelings": role_relabelings(role),
    }
    if dropped := dropped_series(model):
        endpoint["metricRelabelings"] = dropped
    return endpoint


def dropped_series(model: ModelSettings) -> list[Manifest]:
    """Returns the rules that drop series which nobody uses."""
    if model.engine != "vllm":
        return []
    return [{"action": "drop", "sourceLabels": ["__name__"], "regex": CREATED_SERIES}]


def role_relabelings(role: Role) -> list[Manifest]:
    """Returns the rules that give a target its label `role`: decode, prefill or both."""
    relabelings: list[Manifest] = [
        {"action": "replace", "targetLabel": "role", "replacement": role}
    ]
    if role == "decode":
        relabelings.append(
            {
                "action": "replace",
                "sourceLabels": ["__meta_kubernetes_pod_label_llm_d_ai_role"],
                "regex": DOES_BOTH,
                "targetLabel": "role",
                "replacement": "both",
            }
        )
    return relabelings
