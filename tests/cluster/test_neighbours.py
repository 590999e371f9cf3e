"""A stack beside others in one cluster: one team's, one of the cluster's operator.

The steps build on each other, in the order of the file.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from tests.cluster.conftest import NewProject, Settings, example
from tests.cluster.foreign import NAMESPACES, existing, namespace, remove
from tests.cluster.live import Live
from tests.cluster.project import Ended, Project

TEAM = "team-monitoring"
MODELS = "team-models"
LABEL = {"monitoring-ns": TEAM}
THEIRS = "their-monitoring"


def theirs(kind: str, name: str, spec: dict[str, Any], container: dict[str, Any]) -> dict[str, Any]:
    """A workload of somebody else's, as its chart labels it."""
    labels = {"app.kubernetes.io/name": name, "app.kubernetes.io/instance": "theirs"}
    template = {
        "metadata": {"labels": labels},
        "spec": {"containers": [{"name": name, **container}]},
    }
    return {
        "kind": kind,
        "metadata": {"name": name, "labels": labels},
        "spec": {"selector": {"matchLabels": labels}, "template": template, **spec},
    }


OPERATOR = theirs(
    "Deployment",
    "prometheus-operator",
    {"replicas": 1},
    {"image": "quay.io/prometheus-operator/prometheus-operator:v0.93.1", "args": []},
)
EXPORTER = theirs(
    "DaemonSet",
    "node-exporter",
    {},
    {"image": "quay.io/prometheus/node-exporter:v1.9.0", "ports": [{"containerPort": 9100}]},
)


@pytest.fixture(scope="class")
def cluster(live: Live) -> Iterator[Live]:
    """A cluster that somebody monitors already."""
    apps = f"/apis/apps/v1/namespaces/{THEIRS}"
    with existing(
        live.client,
        namespace(THEIRS),
        (f"{apps}/deployments", OPERATOR),
        (f"{apps}/daemonsets", EXPORTER),
    ):
        yield replace(live, namespace=TEAM)
        remove(live.client, *(f"{NAMESPACES}/{name}" for name in (MODELS, TEAM)))


@pytest.fixture(scope="class")
def own(settings: Settings) -> Settings:
    protection = {"tls": settings["tls"], "exporters": {"kubeState": False}}
    return {**example("generic-individual", settings), **protection}


@pytest.fixture(scope="class")
def project(cluster: Live, new_project: NewProject, own: Settings) -> Project:
    return new_project(own)


def with_preview(project: Project) -> Ended:
    """Updates as a user does, with the preview first, which looks at the cluster."""
    return project.pulumi("up", "--yes")


def limit_their_operator(cluster: Live) -> None:
    """Has the other operator keep to its own namespace."""
    argument = f"--prometheus-instance-namespaces={THEIRS}"
    container = {**OPERATOR["spec"]["template"]["spec"]["containers"][0], "args": [argument]}
    change = {"spec": {"template": {"spec": {"containers": [container]}}}}
    replace(cluster, namespace=THEIRS).patch("deployments", "prometheus-operator", change)


def prometheus(cluster: Live) -> dict[str, Any]:
    return dict(cluster.get("prometheuses", "team-kube-prometheus-stack-prometheus")["spec"])


class TestNeighbours:
    def test_everything_in_the_way_is_told_at_once(self, project: Project, cluster: Live) -> None:
        output = with_preview(project).failed()
        assert f"Deployment {THEIRS}/prometheus-operator: is a Prometheus operator" in output
        assert f"DaemonSet {THEIRS}/node-exporter: has port 9100" in output
        assert "nothing was planned" in output
        assert cluster.namespace_labels() is None

    def test_a_team_has_its_own_operator_beside_one_that_keeps_to_itself(
        self, project: Project, cluster: Live, own: Settings
    ) -> None:
        limit_their_operator(cluster)
        project.configure({**own, "exporters": {"node": False, "kubeState": False}})
        project.up().succeeded()
        operator = cluster.get("deployments", "team-kube-prometheus-stack-operator")
        (container,) = operator["spec"]["template"]["spec"]["containers"]
        assert f"--prometheus-instance-namespaces={TEAM}" in container["args"]
        project.up("--expect-no-changes").succeeded()

    def test_its_prometheus_takes_what_carries_its_label(self, cluster: Live) -> None:
        spec = prometheus(cluster)
        for kind in ("podMonitor", "serviceMonitor", "rule"):
            assert spec[f"{kind}Selector"] == {"matchLabels": LABEL}
            assert spec[f"{kind}NamespaceSelector"] == {"matchLabels": LABEL}

    def test_its_namespaces_and_all_its_monitors_carry_it(self, cluster: Live) -> None:
        models = replace(cluster, namespace=MODELS)
        for place in (cluster, models):
            assert (place.namespace_labels() or {}).items() >= LABEL.items()
            monitors = {**place.list("servicemonitors"), **place.list("podmonitors")}
            assert monitors
            for name, monitor in monitors.items():
                assert monitor["metadata"]["labels"].items() >= LABEL.items(), name

    def test_the_clusters_operator_takes_over_when_it_is_told_to(
        self, project: Project, cluster: Live, own: Settings
    ) -> None:
        settings = {
            **own,
            "exporters": {"node": False, "kubeState": False},
            "operator": {"install": "existing"},
        }
        project.configure(settings)
        assert f"namespace {TEAM}: has no Prometheus operator" in with_preview(project).failed()
        before = cluster.get("prometheuses", "team-kube-prometheus-stack-prometheus")
        replace(cluster, namespace=THEIRS).delete("deployments", "prometheus-operator")
        cluster.client.post(
            f"/apis/apps/v1/namespaces/{THEIRS}/deployments", json=OPERATOR
        ).raise_for_status()
        project.up().succeeded()
        assert cluster.find("deployments", "team-kube-prometheus-stack-operator") is None
        after = cluster.get("prometheuses", "team-kube-prometheus-stack-prometheus")
        assert after["metadata"]["uid"] == before["metadata"]["uid"]
        project.up("--expect-no-changes").succeeded()

    def test_a_destroy_takes_the_label_along_and_leaves_the_neighbours(
        self, project: Project, cluster: Live
    ) -> None:
        project.pulumi("destroy", "--yes", "--skip-preview").succeeded()
        models = replace(cluster, namespace=MODELS)
        for place in (cluster, models):
            assert "monitoring-ns" not in (place.namespace_labels() or {})
        neighbours = replace(cluster, namespace=THEIRS)
        assert neighbours.list("deployments").keys() == {"prometheus-operator"}
        assert neighbours.list("daemonsets").keys() == {"node-exporter"}
