"""Thanos Querier, through which everything of OpenShift's monitoring is queried.

`prometheus-k8s` doesn't hold users' metrics. Source: cluster-monitoring-operator, `Documentation/resources.md` and
`assets/thanos-querier`.
"""

from dataclasses import dataclass
from typing import Final

# The serving certificate names the Service with this domain, whatever the cluster's own is.
_HOST: Final = "thanos-querier.openshift-monitoring.svc.cluster.local"
_WEB_PORT: Final = 9091
_TENANCY_PORT: Final = 9092

CA_KEY: Final = "service-ca.crt"
"""Key under which OpenShift's service CA operator puts its certificate."""


@dataclass(frozen=True, kw_only=True)
class MetricsAccess:
    """Objects in the monitoring namespace by which Grafana reads metrics.

    Attributes:
        service_account: Whose token it is.
        token_secret: Secret with the token.
        ca_config_map: ConfigMap with the CA of OpenShift's services.
    """

    service_account: str
    token_secret: str
    ca_config_map: str


def metrics_access(release: str) -> MetricsAccess:
    """Returns the names of the objects of an installation."""
    return MetricsAccess(
        service_account=f"{release}-metrics-reader",
        token_secret=f"{release}-metrics-reader-token",
        ca_config_map=f"{release}-service-ca",
    )


def query_url(tenancy_namespace: str | None) -> str:
    """Returns the URL of the Prometheus API: of all metrics, or of those of one namespace."""
    port = _WEB_PORT if tenancy_namespace is None else _TENANCY_PORT
    return f"https://{_HOST}:{port}"


def query_parameters(tenancy_namespace: str | None) -> str | None:
    """Returns what each query has to carry; the tenancy port refuses one without a namespace."""
    return None if tenancy_namespace is None else f"namespace={tenancy_namespace}"
