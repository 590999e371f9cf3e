"""Helm values of prometheus-adapter.

The chart's `tls` group is the certificate that the adapter itself serves; the CA of Prometheus is an argument.

Source: prometheus-adapter chart 5.3.0, `values.yaml`; kubernetes-sigs/prometheus-adapter, `cmd/adapter/adapter.go`.
"""

from typing import Any, Final

from components.autoscalers.access import CA_DIGEST_ANNOTATION, PrometheusAccess
from components.autoscalers.adapter_rules import adapter_rules

RELEASE: Final = "prometheus-adapter"

_CA_FOLDER: Final = "/etc/llmd-prometheus-ca"
_TOKEN_FOLDER: Final = "/etc/llmd-prometheus-token"  # noqa: S105 - a folder, not a token
_TOKEN_FILE: Final = f"{_TOKEN_FOLDER}/token"


def prometheus_adapter_values(
    access: PrometheusAccess, *, external: bool, ca_digest: object = None
) -> dict[str, Any]:
    """Returns the chart's values.

    Args:
        access: The Prometheus API.
        external: Serve external metrics.
        ca_digest: Digest of the CA, which the adapter reads once; `None` where it isn't known.
    """
    volumes: list[dict[str, Any]] = []
    mounts: list[dict[str, Any]] = []
    arguments: list[str] = []
    if access.ca is not None:
        volumes.append({"name": "prometheus-ca", "configMap": {"name": access.ca_object}})
        mounts.append({"name": "prometheus-ca", "mountPath": _CA_FOLDER, "readOnly": True})
        arguments.append(f"--prometheus-ca-file={_CA_FOLDER}/{access.ca_key}")
    if access.token:
        # The pod's own token ends after a while, and the adapter reads it once.
        volumes.append({"name": "prometheus-token", "secret": {"secretName": access.token_secret}})
        mounts.append({"name": "prometheus-token", "mountPath": _TOKEN_FOLDER, "readOnly": True})
        arguments.append(f"--prometheus-token-file={_TOKEN_FILE}")
    values: dict[str, Any] = {
        "prometheus": {"url": access.host_url, "port": access.port},
        "rules": adapter_rules(external=external),
    }
    if arguments:
        values |= {
            "extraVolumes": volumes,
            "extraVolumeMounts": mounts,
            "extraArguments": arguments,
        }
    if ca_digest is not None:
        values["podAnnotations"] = {CA_DIGEST_ANNOTATION: ca_digest}
    if access.ca == "service-ca":
        # OpenShift gives users and groups itself and refuses others.
        values["podSecurityContext"] = {"fsGroup": None}
        values["securityContext"] = {"runAsUser": None}
    return values
