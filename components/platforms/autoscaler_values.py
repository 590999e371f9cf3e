"""Values for the charts of autoscalers, right for the platform of a stack."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from components.autoscalers import keda, prometheus_adapter, workload_variant
from components.autoscalers.access import PrometheusAccess, ca_digest
from components.gke.frontend import PORT
from components.names import Names
from components.openshift.thanos_querier import CA_KEY, query_url
from components.platforms.names import names_of
from components.settings import Settings
from components.settings.autoscalers import (
    KedaSettings,
    PrometheusAdapterSettings,
    WorkloadVariantSettings,
)

Values = dict[str, Any]


def prometheus_access(settings: Settings) -> PrometheusAccess:
    """Returns how autoscalers query on the platform of a stack."""
    match settings.platform:
        case "openshift":
            tenancy = settings.openshift.tenancy_namespace
            return PrometheusAccess(
                release=settings.release,
                url=query_url(tenancy),
                monitoring_namespace="openshift-user-workload-monitoring",
                ca="service-ca",
                ca_key=CA_KEY,
                token=True,
                query_namespace=tenancy,
            )
        case "gke":
            host = names_of(settings, "http").gmp_frontend_host
            return PrometheusAccess(
                release=settings.release,
                url=f"http://{host}:{PORT}",
                monitoring_namespace=settings.namespace,
                ca=None,
            )
        case "generic":
            return _own_prometheus(names_of(settings, "https" if settings.tls.enabled else "http"))


@dataclass(frozen=True, kw_only=True)
class Autoscaler:
    """One autoscaler of a stack.

    Attributes:
        chart: Name of its chart, and of its release where this stack installs it.
        settings: The stack file's.
        values: Helm values.
    """

    chart: str
    settings: WorkloadVariantSettings | PrometheusAdapterSettings | KedaSettings
    values: Values


def autoscalers_of(
    settings: Settings, *, ca_cert_pem: object, digest: object
) -> tuple[Autoscaler, ...]:
    """Returns the autoscalers of a stack.

    Args:
        settings: The stack's.
        ca_cert_pem: The stack's CA in PEM; `None` without one.
        digest: Its digest; `None` without one.
    """
    access = prometheus_access(settings)
    made: list[Autoscaler] = []
    if variant := settings.autoscalers.workload_variant:
        values = workload_variant.workload_variant_values(
            access, variant.generation, ca_cert_pem=ca_cert_pem
        )
        if variant.provide == "installed":
            values = workload_variant.controller_alone(values)
        made.append(Autoscaler(chart=workload_variant.RELEASE, settings=variant, values=values))
    if adapter := settings.autoscalers.prometheus_adapter:
        values = prometheus_adapter.prometheus_adapter_values(
            access, external=adapter.external_metrics, ca_digest=digest
        )
        made.append(Autoscaler(chart=prometheus_adapter.RELEASE, settings=adapter, values=values))
    if scaler := settings.autoscalers.keda:
        values = keda.keda_values(access, ca_digest=digest)
        made.append(Autoscaler(chart=keda.RELEASE, settings=scaler, values=values))
    return tuple(made)


def values_files(
    settings: Settings, *, ca_cert_pem: str | None
) -> Mapping[str, Mapping[str, Values]]:
    """Returns the values of autoscalers that somebody else installs, by namespace and chart."""
    digest = None if ca_cert_pem is None else ca_digest(ca_cert_pem)
    files: dict[str, dict[str, Values]] = {}
    for made in autoscalers_of(settings, ca_cert_pem=ca_cert_pem, digest=digest):
        if made.settings.provide == "values":
            files.setdefault(made.settings.namespace, {})[made.chart] = made.values
    return files


def wants_ca_in_values(settings: Settings) -> bool:
    """Tells whether values of an autoscaler that somebody else installs hold the stack's CA itself."""
    variant = settings.autoscalers.workload_variant
    if variant is None or variant.provide == "installed":
        return False
    return prometheus_access(settings).ca == "pki"


def _own_prometheus(names: Names) -> PrometheusAccess:
    return PrometheusAccess(
        release=names.release,
        url=names.prometheus_url,
        monitoring_namespace=names.namespace,
        ca="pki" if names.scheme == "https" else None,
        service_account=names.prometheus,
    )
