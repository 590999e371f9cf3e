"""OpenShift: its own user workload monitoring, and Grafana alone beside it."""

from typing import Final

import pulumi

from components.cluster_provider import cluster_provider, installation_options
from components.grafana_datasource import PrometheusQueries, file_content
from components.grafana_objects import MetricsSource, install_grafana_objects
from components.labels import common_labels
from components.monitoring_namespace import (
    MonitoringNamespace,
    MonitoringNamespaceArgs,
    namespace_labels,
)
from components.names import Names
from components.openshift.console_dashboards import ConsoleDashboards, ConsoleDashboardsArgs
from components.openshift.grafana_values import CA_FILE, TOKEN_FILE, openshift_grafana_values
from components.openshift.left_out import findings as left_out
from components.openshift.metrics_reader import MetricsReader, MetricsReaderArgs
from components.openshift.monitoring_settings import (
    MonitoringSettings,
    live_retention,
    monitoring_settings,
)
from components.openshift.service_ca import ServiceCa, ServiceCaArgs
from components.openshift.thanos_querier import (
    CA_KEY,
    metrics_access,
    query_parameters,
    query_url,
)
from components.openshift.user_workload_monitoring import (
    UserWorkloadMonitoring,
    UserWorkloadMonitoringArgs,
)
from components.outputs import MonitoringOutputs, autoscaler_output, grafana_output
from components.platforms.autoscalers import install_autoscalers
from components.platforms.dashboards import install_dashboards
from components.platforms.grafana import install_grafana_alone
from components.platforms.load import install_load
from components.platforms.models import install_models
from components.platforms.names import names_of
from components.platforms.namespace_rules import openshift_rules
from components.platforms.values import helm_values
from components.preflight.checking import check_cluster
from components.preflight.findings import Finding, RefusedError, refusal, unreadable
from components.preflight.live_cluster import UnreadableError, connected
from components.preflight.rival_monitors import OPERATORS_KINDS, rival_monitors
from components.settings import Settings
from components.settings.budgets import KeptSamples, unkept_windows
from components.settings.rules import RuleSettings

_POD_SECURITY: Final = "restricted"


def install(settings: Settings) -> MonitoringOutputs:
    """Installs what OpenShift's monitoring lacks."""
    # First of all: what the cluster refuses has to be told before anything is planned.
    user_workload = _user_workload_monitoring(settings)
    names = names_of(settings, "https")
    if settings.models:
        check_cluster(
            settings.kubernetes,
            lambda cluster: rival_monitors(cluster, settings.models, OPERATORS_KINDS),
        )
    access = metrics_access(names.release)
    opts = installation_options(cluster_provider(settings.kubernetes))
    UserWorkloadMonitoring(
        "user-workload-monitoring", UserWorkloadMonitoringArgs(settings=user_workload), opts
    )
    namespace = MonitoringNamespace(
        "monitoring",
        MonitoringNamespaceArgs(
            namespace=names.namespace, labels=namespace_labels(names.release, _POD_SECURITY)
        ),
        opts,
    ).namespace
    service_ca = ServiceCa(
        "service-ca",
        ServiceCaArgs(
            namespace=namespace,
            config_map_name=access.ca_config_map,
            labels=common_labels(names.release, "service-ca"),
        ),
        opts,
    )
    install_models(settings, [], opts, rules_of=openshift_rules(settings, names))
    install_dashboards(settings.dashboards, names, namespace, opts)
    if settings.openshift.console_dashboards and settings.dashboards.include:
        ConsoleDashboards(
            "console-dashboards",
            ConsoleDashboardsArgs(
                names=names,
                labels=common_labels(names.release, "console-dashboards"),
                dashboards=settings.dashboards.include,
            ),
            opts,
        )
    # Thanos Querier wants a token that expires; there is nothing to compare with.
    install_load(settings.load, names, namespace, None, opts)
    if settings.grafana.enabled:
        _install_grafana(settings, names, namespace, service_ca, opts)
    url = query_url(settings.openshift.tenancy_namespace)
    ca = {"namespace": names.namespace, "name": access.ca_config_map, "key": CA_KEY}
    return MonitoringOutputs(
        prometheus_url=url,
        ca_config_map=ca,
        grafana=grafana_output(settings.grafana, names),
        helm_values=helm_values(settings),
        autoscaler=autoscaler_output(prometheus_url=url, ca_config_map=ca, ca_cert_pem=None),
        autoscalers=install_autoscalers(settings, namespace, None, opts),
    )


def _user_workload_monitoring(settings: Settings) -> MonitoringSettings:
    found: list[Finding] = []
    try:
        with connected(settings.kubernetes) as cluster:
            found += left_out(cluster, settings.models)
            made = monitoring_settings(cluster, settings.openshift)
            if settings.models and settings.kept_samples is None:
                _warn_of_short_retention(live_retention(cluster), settings.rules)
        if not found:
            return made
    except RefusedError as error:
        found.append(error.finding)
    except UnreadableError as error:
        found.append(
            unreadable(error, "OpenShift's monitoring is changed by what is there already")
        )
    raise refusal(found, stack=pulumi.get_stack())


def _warn_of_short_retention(retention: str, rules: RuleSettings) -> None:
    """Tells of alerts that look back further; the administrator decides, so the update goes on."""
    kept = KeptSamples(key=("openshift", "prometheus", "retention"), retention=retention)
    for error in unkept_windows(kept, rules):
        pulumi.log.warn(
            f"OpenShift's user workload monitoring: its retention {error.given}. Next: have "
            f"openshift.prometheus.retention: {error.allowed}."
        )


def _install_grafana(
    settings: Settings,
    names: Names,
    namespace: pulumi.Input[str],
    service_ca: pulumi.Resource,
    opts: pulumi.ResourceOptions,
) -> None:
    access = metrics_access(names.release)
    tenancy = settings.openshift.tenancy_namespace
    reader = MetricsReader(
        "metrics-reader",
        MetricsReaderArgs(
            namespace=namespace,
            service_account=access.service_account,
            token_secret=access.token_secret,
            binding=f"{names.namespace}-{access.service_account}",
            labels=common_labels(names.release, "metrics-reader"),
            tenancy_namespace=tenancy,
        ),
        opts,
    )
    objects = install_grafana_objects(
        settings.grafana,
        names,
        namespace,
        MetricsSource(
            prometheus_url=query_url(tenancy),
            ca_cert_pem=file_content(CA_FILE),
            queries=PrometheusQueries(
                bearer_token=file_content(TOKEN_FILE), parameters=query_parameters(tenancy)
            ),
        ),
        opts,
    )
    install_grafana_alone(
        settings,
        names,
        namespace,
        opts,
        additions=openshift_grafana_values(access),
        requires=(service_ca, reader, *objects),
    )
