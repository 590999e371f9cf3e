"""Who makes the monitors: this stack, or llm-d's charts."""

from components.monitors.manifest import Monitoring
from components.monitors.prometheus_operator import monitoring
from tests.unit.components.monitors.examples import LABELS, deployment

OWN = {"labels": {"team": "inference"}, "epp": [{"release": "a"}]}


def test_the_stack_makes_access_and_monitors() -> None:
    made = monitoring(deployment(**OWN), LABELS)
    assert [item["kind"] for item in made.monitors] == [
        "PodMonitor",
        "PodMonitor",
        "ServiceMonitor",
    ]
    assert [item["kind"] for item in made.access] == [
        "ServiceAccount",
        "Secret",
        "ClusterRole",
        "ClusterRoleBinding",
        "ClusterRoleBinding",
    ]


def test_monitors_alone_have_the_deployments_labels() -> None:
    made = monitoring(deployment(**OWN), LABELS)
    assert all(
        item["metadata"]["labels"] == {"team": "inference", **LABELS} for item in made.monitors
    )
    assert all(item["metadata"]["labels"] == LABELS for item in made.access)


def test_where_charts_make_them_the_stack_makes_none() -> None:
    """A target that is scraped twice doubles every sum."""
    model = deployment(monitors="charts", deployment="modelservice", epp=[{"release": "a"}])
    assert monitoring(model, LABELS) == Monitoring()
