"""ServiceMonitors of the Endpoint Pickers (EPP).

The Service of every chart has the label and the port name used here (inferencepool 1.0 to 1.5; llm-d-router).
"""

from typing import Any, Final

from components.monitors.manifest import Labels, Manifest, manifest
from components.monitors.metrics_token import TOKEN_KEY, token_secret
from components.monitors.model_servers import METRICS_PATH, MONITORING_API
from components.monitors.names import epp_monitor, epp_service
from components.settings.models import EppSettings, ModelSettings

_PORT: Final = "http-metrics"


def service_monitors(model: ModelSettings, labels: Labels) -> tuple[Manifest, ...]:
    """Returns the ServiceMonitors of a deployment, one an EPP; `job` is the release."""
    return tuple(
        manifest(
            MONITORING_API,
            "ServiceMonitor",
            epp_monitor(epp.release),
            namespace=model.namespace,
            labels=labels,
            spec={
                "selector": {"matchLabels": {"app.kubernetes.io/name": epp_service(epp.release)}},
                "endpoints": [_endpoint(epp)],
            },
        )
        for epp in model.epp
    )


def _endpoint(epp: EppSettings) -> dict[str, Any]:
    endpoint: dict[str, Any] = {
        "port": _PORT,
        "path": METRICS_PATH,
        "interval": epp.interval,
        "relabelings": [{"action": "replace", "targetLabel": "job", "replacement": epp.release}],
    }
    if epp.authentication:
        # By reference: where users' monitors may not read files, one that names a token's file is refused.
        endpoint["authorization"] = {
            "type": "Bearer",
            "credentials": {"name": token_secret(epp), "key": TOKEN_KEY},
        }
    return endpoint
