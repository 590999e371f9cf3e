"""Where Google Managed Prometheus is."""

from components.gke.managed_prometheus import (
    collector_namespace,
    managed_dashboards,
    query_api,
    rule_evaluator_url,
)
from components.settings import GkeSettings

STANDARD = GkeSettings()
AUTOPILOT = GkeSettings(autopilot=True)


def test_its_parts_have_another_namespace_on_autopilot() -> None:
    assert collector_namespace(STANDARD) == "gmp-system"
    assert collector_namespace(AUTOPILOT) == "gke-gmp-system"
    assert rule_evaluator_url(STANDARD, "cluster.local") == (
        "http://rule-evaluator.gmp-system.svc.cluster.local:19092"
    )
    assert "gke-gmp-system" in rule_evaluator_url(AUTOPILOT, "cluster.local")


def test_it_is_queried_over_https_by_project() -> None:
    assert query_api("p") == (
        "https://monitoring.googleapis.com/v1/projects/p/location/global/prometheus"
    )


def test_googles_own_dashboards_are_those_of_the_project() -> None:
    links = managed_dashboards("our-project")
    assert set(links) == {"dashboards", "targets"}
    for link in links.values():
        assert link.startswith("https://console.cloud.google.com/monitoring/")
        assert link.endswith("?project=our-project")
