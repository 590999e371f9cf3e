"""Any Kubernetes cluster: the whole of kube-prometheus-stack, and our own PKI."""

from collections.abc import Iterator

import pulumi

from components.chart_values import chart_values
from components.cluster_provider import cluster_provider, installation_options, tls_provider
from components.grafana_datasource import PrometheusQueries
from components.grafana_objects import MetricsSource, install_grafana_objects
from components.kube_prometheus_stack import KubePrometheusStack, KubePrometheusStackArgs
from components.load_generator import CountedBy
from components.monitoring_namespace import (
    MonitoringNamespace,
    MonitoringNamespaceArgs,
    namespace_labels,
    pod_security_level,
)
from components.names import Names
from components.outputs import (
    MonitoringOutputs,
    autoscaler_output,
    ca_config_map,
    grafana_output,
)
from components.overlay import overlay
from components.pki import install_pki
from components.platforms.autoscalers import install_autoscalers
from components.platforms.dashboards import install_dashboards
from components.platforms.load import install_load
from components.platforms.models import install_models
from components.platforms.names import names_of
from components.platforms.operator_objects import operator_objects
from components.platforms.rules import install_rules
from components.platforms.values import helm_values
from components.preflight.certificate_source import no_cert_manager, unfit_certificate
from components.preflight.checking import Check, check_cluster
from components.preflight.definitions import outdated_definitions
from components.preflight.neighbours import findings
from components.preflight.rival_monitors import OPERATORS_KINDS, rival_monitors
from components.preflight.trust import untrusted_authority
from components.scope import scope_labels, scope_values
from components.settings import Settings
from components.settings.tls import FIRST_GENERATION


def install(settings: Settings) -> MonitoringOutputs:
    """Installs the monitoring stack on a generic cluster."""
    names = names_of(settings, "https" if settings.tls.enabled else "http")
    check_cluster(settings.kubernetes, *_checks(settings, names))
    # Apart from the others: not everybody may read definitions.
    check_cluster(settings.kubernetes, *_checks_of_definitions(settings))
    opts = installation_options(cluster_provider(settings.kubernetes), tls_provider())
    scope = scope_labels(settings)
    level = pod_security_level(settings.exporters)
    namespace = MonitoringNamespace(
        "monitoring",
        MonitoringNamespaceArgs(
            namespace=names.namespace, labels={**namespace_labels(names.release, level), **scope}
        ),
        opts,
    ).namespace
    pki = install_pki(settings.tls, names, namespace, opts)
    grafana = install_grafana_objects(
        settings.grafana,
        names,
        namespace,
        MetricsSource(
            prometheus_url=names.prometheus_url,
            alertmanager_url=names.alertmanager_url if settings.alertmanager.enabled else None,
            ca_cert_pem=pki.ca_bundle_pem,
            queries=PrometheusQueries(trace_url=settings.prometheus.trace_url),
        ),
        opts,
    )
    stack = KubePrometheusStack(
        "kube-prometheus-stack",
        KubePrometheusStackArgs(
            namespace=namespace,
            release=names.release,
            chart=settings.chart,
            values=overlay(chart_values(settings, names), scope_values(settings)),
            requires=(*pki.resources, *grafana),
            skip_crds=settings.operator.install == "existing",
        ),
        opts,
    )
    install_dashboards(settings.dashboards, names, namespace, opts)
    install_rules(
        settings,
        names,
        opts,
        namespace=namespace,
        certificate_end=pki.certificate_end,
        stack=stack,
    )
    install_models(settings, (stack,), opts, namespace_labels=scope, monitor_labels=scope)
    counted_by = CountedBy(
        url=names.prometheus_url,
        ca_config_map=names.web_ca_config_map if settings.tls.enabled else None,
    )
    install_load(settings.load, names, namespace, counted_by, opts, requires=(stack,))
    autoscalers = install_autoscalers(
        settings, namespace, pki.ca_bundle_pem, opts, requires=(stack,)
    )
    return MonitoringOutputs(
        prometheus_url=names.prometheus_url,
        ca_config_map=ca_config_map(names),
        grafana=grafana_output(settings.grafana, names),
        helm_values=helm_values(settings),
        autoscaler=autoscaler_output(
            prometheus_url=names.prometheus_url,
            ca_config_map=ca_config_map(names),
            ca_cert_pem=pki.ca_bundle_pem,
        ),
        autoscalers=autoscalers,
    )


def _checks(settings: Settings, names: Names) -> Iterator[Check]:
    """Yields what to look at beforehand: neighbours at a preview, which an update follows, the rest always."""
    if pulumi.runtime.is_dry_run():
        yield lambda cluster: findings(cluster, settings)
        yield lambda cluster: rival_monitors(cluster, settings.models, OPERATORS_KINDS)
    if not settings.tls.enabled:
        return
    if settings.tls.ca_generations != FIRST_GENERATION:
        yield lambda cluster: untrusted_authority(cluster, settings.tls, names)
    if settings.tls.source == "existingSecret":
        yield lambda cluster: unfit_certificate(cluster, settings, names)
    if settings.tls.source == "certManager":
        yield no_cert_manager


def _checks_of_definitions(settings: Settings) -> Iterator[Check]:
    """Yields nothing for an update in which the chart's Job upgrades the definitions before they are needed."""
    operator = settings.operator
    upgraded = operator.install == "install" and operator.upgrade_crds
    if pulumi.runtime.is_dry_run() or not upgraded:
        yield lambda cluster: outdated_definitions(cluster, settings, operator_objects(settings))
