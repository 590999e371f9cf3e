"""Where Google Managed Prometheus is: namespaces in the cluster, addresses outside."""

from collections.abc import Mapping
from typing import Final

from components.monitors.managed_prometheus import CollectorNamespace
from components.settings.gke import GkeSettings

_CONSOLE: Final = "https://console.cloud.google.com/monitoring"
_RULE_EVALUATOR_PORT: Final = 19092


def collector_namespace(gke: GkeSettings) -> CollectorNamespace:
    """Returns the namespace of Google's collector and rule evaluator."""
    return "gke-gmp-system" if gke.autopilot else "gmp-system"


def rule_evaluator_url(gke: GkeSettings, cluster_domain: str) -> str:
    """Returns the URL of the rule evaluator; the proxy's own default is that of GKE Standard."""
    host = f"rule-evaluator.{collector_namespace(gke)}.svc.{cluster_domain}"
    return f"http://{host}:{_RULE_EVALUATOR_PORT}"


def query_api(project_id: str) -> str:
    """Returns the URL of the Prometheus API; it asks for a Google access token."""
    return f"https://monitoring.googleapis.com/v1/projects/{project_id}/location/global/prometheus"


def managed_dashboards(project_id: str) -> Mapping[str, str]:
    """Returns links to what Google shows by itself.

    `dashboards` lists Google's ready-made ones, among them those for vLLM and for the inference gateway;
    `targets` shows what is scraped and how.
    """
    return {
        "dashboards": f"{_CONSOLE}/dashboards?project={project_id}",
        "targets": f"{_CONSOLE}/prometheus?project={project_id}",
    }
