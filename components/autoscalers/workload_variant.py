"""Helm values of llm-d's workload-variant-autoscaler.

Without `caCert` its chart mounts a comment where the CA should be, which the controller fails to parse even where it
doesn't verify. It mounts the file by `subPath`, which never changes in a running pod. Tag 0.0.2 of
the chart has neither that mount nor `tls`: its controller never verifies.

Source: llm-d-workload-variant-autoscaler, `charts/workload-variant-autoscaler`, 0.0 and 0.5.
"""

from typing import Any, Final, Literal

from components.autoscalers.access import PrometheusAccess

RELEASE: Final = "workload-variant-autoscaler"

DEPLOYMENT: Final = f"{RELEASE}-controller-manager"
"""The controller's Deployment: a fixed name in the first generation, made from the release's in the second."""

Generation = Literal["v0.0", "v0.5"]

_MOUNTED_CA: Final = "/etc/ssl/certs/prometheus-ca.crt"
_SERVICE_CA: Final = "/var/run/secrets/kubernetes.io/serviceaccount/service-ca.crt"
"""OpenShift puts it beside each pod's token."""


def workload_variant_values(
    access: PrometheusAccess, generation: Generation, *, ca_cert_pem: object
) -> dict[str, Any]:
    """Returns the chart's values: URL, CA and verification, and no second scrape of the model servers.

    Args:
        access: The Prometheus API, over HTTPS.
        generation: Generation of the chart.
        ca_cert_pem: The CA in PEM; `None` where the platform puts one into every pod.
    """
    in_every_pod = access.ca == "service-ca"
    prometheus: dict[str, Any] = {
        "baseURL": access.url,
        "monitoringNamespace": access.monitoring_namespace,
        "tls": {
            "insecureSkipVerify": False,
            "caCertPath": _SERVICE_CA if in_every_pod else _MOUNTED_CA,
        },
    }
    if not in_every_pod:
        prometheus["caCert"] = ca_cert_pem
    if generation == "v0.5" and access.service_account is not None:
        prometheus["serviceAccountName"] = access.service_account
    return {"wva": {"prometheus": prometheus}, "vllmService": {"enabled": False}}


def controller_alone(values: dict[str, Any]) -> dict[str, Any]:
    """Returns the values without the example variant that the chart would make."""
    return {**values, "va": {"enabled": False}, "hpa": {"enabled": False}}
