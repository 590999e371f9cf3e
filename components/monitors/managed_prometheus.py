"""Everything that makes a deployment scraped by Google Managed Prometheus.

It finds pods only, reads tokens through the API server as an account of its own, and sets `namespace`, `pod` and
`job` (the monitor's name) by itself. Its admission refuses any rule whose regular expression could match the name
of a label that it protects, and two endpoints of one port.

Source: Google's prometheus-engine 0.17, CRDs and `pkg/operator`; documentation of managed collection.
"""

from typing import Any, Final, Literal

from components.monitors.manifest import Labels, Manifest, Monitoring, manifest
from components.monitors.metrics_token import TOKEN_KEY, metrics_access, token_secret
from components.monitors.model_servers import (
    DOES_BOTH,
    METRICS_PATH,
    ROLE_LABEL,
    dropped_series,
    pod_selector,
    scraped_roles,
)
from components.monitors.names import METRICS_TOKEN, Role, epp_service, server_monitor
from components.settings.models import EppSettings, ModelServerSettings, ModelSettings

MANAGED_API: Final = "monitoring.googleapis.com/v1"

CollectorNamespace = Literal["gmp-system", "gke-gmp-system"]
"""Where the collector lives: the first on GKE Standard, the second on Autopilot."""

_COLLECTOR: Final = "collector"
_EPP_PORT: Final = "metrics"
_RBAC_API: Final = "rbac.authorization.k8s.io/v1"
_RBAC_GROUP: Final = "rbac.authorization.k8s.io"


def server_monitoring(model: ModelSettings, labels: Labels) -> Monitoring:
    """Returns the monitors of a deployment's model servers.

    They are this stack's whoever makes those of the EPPs: the chart of the model servers knows no others than
    the Prometheus operator's.
    """
    on_monitors = {**model.labels, **labels}
    return Monitoring(
        monitors=tuple(
            _pod_monitoring(
                server_monitor(role),
                model.namespace,
                on_monitors,
                selector=pod_selector(role, model),
                endpoints=[
                    _server_endpoint(port, role, servers, model) for port in model.ports(servers)
                ],
                from_pod=[{"from": ROLE_LABEL, "to": "role"}],
            )
            for role, servers in scraped_roles(model)
        )
    )


def epp_monitoring(
    model: ModelSettings, labels: Labels, collector: CollectorNamespace
) -> Monitoring:
    """Returns monitors and access of a deployment's EPPs; nothing where llm-d's charts make them."""
    if model.monitors == "charts":
        return Monitoring()
    on_monitors = {**model.labels, **labels}
    return Monitoring(
        access=(
            *metrics_access(model, labels),
            *collector_access(model, labels, collector),
        ),
        monitors=tuple(
            _pod_monitoring(
                epp.release,
                model.namespace,
                on_monitors,
                selector={"matchLabels": {_pod_label(model, epp): epp_service(epp.release)}},
                endpoints=[_epp_endpoint(epp)],
                from_pod=[],
            )
            for epp in model.epp
        ),
    )


def collector_access(
    model: ModelSettings, labels: Labels, collector: CollectorNamespace
) -> tuple[Manifest, ...]:
    """Returns the collector's leave to read the EPPs' tokens, and no other Secret."""
    secrets = sorted({token_secret(epp) for epp in model.epp if epp.authentication})
    if not secrets:
        return ()
    return (
        manifest(
            _RBAC_API,
            "Role",
            METRICS_TOKEN,
            namespace=model.namespace,
            labels=labels,
            rules=[
                {
                    "apiGroups": [""],
                    "resources": ["secrets"],
                    "resourceNames": secrets,
                    "verbs": ["get", "list", "watch"],
                }
            ],
        ),
        manifest(
            _RBAC_API,
            "RoleBinding",
            METRICS_TOKEN,
            namespace=model.namespace,
            labels=labels,
            roleRef={"apiGroup": _RBAC_GROUP, "kind": "Role", "name": METRICS_TOKEN},
            subjects=[{"kind": "ServiceAccount", "name": _COLLECTOR, "namespace": collector}],
        ),
    )


def _pod_monitoring(
    name: str,
    namespace: str,
    labels: Labels,
    *,
    selector: Manifest,
    endpoints: list[Manifest],
    from_pod: list[Manifest],
) -> Manifest:
    spec: Manifest = {"selector": selector, "endpoints": endpoints}
    if from_pod:
        spec["targetLabels"] = {
            "metadata": [
                "container",
                "pod",
                "top_level_controller_name",
                "top_level_controller_type",
            ],
            "fromPod": from_pod,
        }
    return manifest(
        MANAGED_API, "PodMonitoring", name, namespace=namespace, labels=labels, spec=spec
    )


def _server_endpoint(
    port: str, role: Role, servers: ModelServerSettings, model: ModelSettings
) -> dict[str, Any]:
    rules = (
        [_role_rule("both", DOES_BOTH)] if role == "decode" else [_role_rule(role, ".+-prefill")]
    )
    return {
        "port": port,
        "scheme": "http",
        "path": METRICS_PATH,
        "interval": servers.interval,
        "metricRelabeling": [*rules, *dropped_series(model)],
    }


def _role_rule(role: str, regex: str) -> Manifest:
    return {
        "action": "replace",
        "sourceLabels": ["role"],
        "regex": regex,
        "targetLabel": "role",
        "replacement": role,
    }


def _epp_endpoint(epp: EppSettings) -> dict[str, Any]:
    endpoint: dict[str, Any] = {
        "port": _EPP_PORT,
        "scheme": "http",
        "path": METRICS_PATH,
        "interval": epp.interval,
    }
    if epp.authentication:
        endpoint["authorization"] = {
            "type": "Bearer",
            "credentials": {"secret": {"name": token_secret(epp), "key": TOKEN_KEY}},
        }
    return endpoint


def _pod_label(model: ModelSettings, epp: EppSettings) -> str:
    """The label key of an EPP's pods, whose value is the Service's name.

    It tells whether there is an InferencePool, and not by which of a generation's two charts it was installed
    (`llm-d-router.selectorLabels` of `routerlib`, `gateway-api-inference-extension.selectorLabels` of `epplib`).
    """
    if model.generation == "gaie":
        return "inferencepool" if epp.inference_pool else "epp"
    return "llm-d-router-gateway" if epp.inference_pool else "llm-d-router-standalone"
