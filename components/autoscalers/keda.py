"""Helm values of KEDA, and what its triggers refer to.

A trigger verifies with the CA of its TriggerAuthentication, or else with those that the operator reads at its start.

Source: KEDA 2.21, scalers/prometheus and operate/security; KEDA chart, `values.yaml`.
"""

from typing import Any, Final

from components.autoscalers.access import CA_DIGEST_ANNOTATION, PrometheusAccess

RELEASE: Final = "keda"

_CA_FOLDER: Final = "/etc/llmd-prometheus-ca"
_DEFAULT_CA_FOLDER: Final = "/custom/ca"
_VOLUME: Final = "llmd-prometheus-ca"


def keda_values(access: PrometheusAccess, *, ca_digest: object = None) -> dict[str, Any]:
    """Returns the chart's values: none where Prometheus serves plain HTTP."""
    if access.ca is None:
        return {}
    values: dict[str, Any] = {
        "certificates": {"operator": {"caDirs": [_DEFAULT_CA_FOLDER, _CA_FOLDER]}},
        "volumes": {
            "keda": {
                "extraVolumes": [{"name": _VOLUME, "configMap": {"name": access.ca_object}}],
                "extraVolumeMounts": [{"name": _VOLUME, "mountPath": _CA_FOLDER, "readOnly": True}],
            }
        },
    }
    if ca_digest is not None:
        values["podAnnotations"] = {"keda": {CA_DIGEST_ANNOTATION: ca_digest}}
    return values


def needs_authentication(access: PrometheusAccess) -> bool:
    """Tells whether a trigger has anything to refer to."""
    return access.ca is not None or access.token


def trigger_authentication_spec(access: PrometheusAccess) -> dict[str, Any]:
    """Returns the `spec` of a TriggerAuthentication: the CA, and where one is needed a token."""
    authority = {"parameter": "ca", "name": access.ca_object, "key": access.ca_key}
    secrets: list[dict[str, str]] = []
    spec: dict[str, Any] = {}
    if access.ca == "service-ca":
        # OpenShift puts it into ConfigMaps only.
        spec["configMapTargetRef"] = [authority]
    elif access.ca == "pki":
        secrets.append(authority)
    if access.token:
        secrets.append({"parameter": "bearerToken", "name": access.token_secret, "key": "token"})
    if secrets:
        spec["secretTargetRef"] = secrets
    return spec


def trigger(access: PrometheusAccess) -> dict[str, Any]:
    """Returns a trigger of a ScaledObject, which lacks `query` and `threshold`."""
    metadata = {"serverAddress": access.url, "unsafeSsl": "false"}
    if access.token:
        metadata["authModes"] = "bearer"
    if access.query_namespace is not None:
        metadata["namespace"] = access.query_namespace
    made: dict[str, Any] = {"type": "prometheus", "metadata": metadata}
    if needs_authentication(access):
        made["authenticationRef"] = {"name": access.trigger_authentication}
    return made
