"""GKE: Google Managed Prometheus, and Grafana on its query API."""

from typing import Final

import pulumi

from components.cluster_provider import cluster_provider, installation_options
from components.gke.cluster_rules import ClusterRules
from components.gke.frontend import PORT, Frontend, FrontendArgs
from components.gke.managed_prometheus import managed_dashboards, query_api, rule_evaluator_url
from components.gke.model_monitoring import model_monitoring
from components.gke.operator_config import OperatorConfig
from components.gke.readiness import findings
from components.grafana_datasource import PrometheusQueries
from components.grafana_objects import MetricsSource, install_grafana_objects
from components.labels import common_labels
from components.monitoring_namespace import (
    MonitoringNamespace,
    MonitoringNamespaceArgs,
    namespace_labels,
)
from components.names import Names
from components.outputs import MonitoringOutputs, autoscaler_output, grafana_output
from components.platforms.autoscalers import install_autoscalers
from components.platforms.dashboards import install_dashboards
from components.platforms.grafana import install_grafana_alone
from components.platforms.models import install_monitoring
from components.platforms.names import names_of
from components.platforms.namespace_rules import (
    google_cluster_rules,
    google_rules,
    lost_at_google,
    with_rules,
)
from components.platforms.values import helm_values
from components.preflight.checking import check_cluster
from components.preflight.rival_monitors import GOOGLES_KINDS, rival_monitors
from components.settings import Settings

_POD_SECURITY: Final = "restricted"


def install(settings: Settings) -> MonitoringOutputs:
    """Installs what Google Managed Prometheus lacks."""
    check_cluster(
        settings.kubernetes,
        lambda cluster: findings(cluster, settings.gke),
        lambda cluster: rival_monitors(cluster, settings.models, GOOGLES_KINDS),
    )
    names = names_of(settings, "http")
    opts = installation_options(cluster_provider(settings.kubernetes))
    if settings.gke.target_status:
        OperatorConfig("operator-config", opts)
    labels = common_labels(names.release, "model-monitors")
    rules_of = google_rules(settings, names)
    if lost := lost_at_google(settings, names):
        pulumi.log.info(
            "Google Managed Prometheus has no keep_firing_for, so these alerts end as soon as their cause does: "
            + ", ".join(lost)
        )
    for model in settings.models:
        made = with_rules(model_monitoring(model, labels, settings.gke), rules_of(model.namespace))
        install_monitoring(model.namespace, made, (), opts, namespace_labels={})
    ClusterRules("cluster-rules", google_cluster_rules(settings, names), opts)
    google = query_api(settings.gke.project)
    frontend = f"http://{names.gmp_frontend_host}:{PORT}"
    autoscalers = None
    if settings.grafana.enabled:
        namespace, proxy = _install_grafana(settings, names, frontend, opts)
        autoscalers = install_autoscalers(settings, namespace, None, opts, requires=(proxy,))
    return MonitoringOutputs(
        prometheus_url=frontend if settings.grafana.enabled else google,
        ca_config_map=None,
        grafana=grafana_output(settings.grafana, names),
        helm_values=helm_values(settings),
        autoscaler=autoscaler_output(prometheus_url=google, ca_config_map=None, ca_cert_pem=None),
        autoscalers=autoscalers,
        managed_dashboards=managed_dashboards(settings.gke.project),
    )


def _install_grafana(
    settings: Settings, names: Names, frontend_url: str, opts: pulumi.ResourceOptions
) -> tuple[pulumi.Output[str], pulumi.Resource]:
    """Returns the monitoring namespace and the proxy that answers queries."""
    namespace = MonitoringNamespace(
        "monitoring",
        MonitoringNamespaceArgs(
            namespace=names.namespace, labels=namespace_labels(names.release, _POD_SECURITY)
        ),
        opts,
    ).namespace
    frontend = Frontend(
        "gmp-frontend",
        FrontendArgs(
            namespace=namespace,
            name=names.gmp_frontend,
            labels=common_labels(names.release, "gmp-frontend"),
            project_id=settings.gke.project,
            rules_url=rule_evaluator_url(settings.gke, names.cluster_domain),
            frontend=settings.gke.frontend,
        ),
        opts,
    )
    objects = install_grafana_objects(
        settings.grafana,
        names,
        namespace,
        MetricsSource(
            prometheus_url=frontend_url,
            # Google's API wants the query in the URL.
            queries=PrometheusQueries(http_method="GET"),
        ),
        opts,
    )
    install_dashboards(settings.dashboards, names, namespace, opts)
    # Root, which would make the volume writable, isn't admitted; the group of the pod's volumes does that.
    install_grafana_alone(
        settings,
        names,
        namespace,
        opts,
        additions={"initChownData": {"enabled": False}},
        requires=(frontend, *objects),
    )
    return namespace, frontend
