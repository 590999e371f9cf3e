"""What others run in a cluster, and what a stack makes of it."""

from typing import Any

import pytest

from components.preflight.live_cluster import LiveCluster
from components.preflight.neighbours import findings, manages, version
from components.settings import Settings
from tests.api_server import ApiServer

DEPLOYMENTS = "/apis/apps/v1/deployments"
DAEMON_SETS = "/apis/apps/v1/daemonsets"


def workload(
    namespace: str, name: str, instance: str, *, container: dict[str, Any], **spec: dict[str, Any]
) -> dict[str, Any]:
    labels = {"app.kubernetes.io/name": name, "app.kubernetes.io/instance": instance}
    return {
        "metadata": {"namespace": namespace, "name": f"{instance}-{name}", "labels": labels},
        "spec": {"template": {"spec": {"containers": [container]}}, **spec},
    }


def operator(
    *arguments: str,
    namespace: str = "monitoring",
    instance: str = "kps",
    image: str = "quay.io/prometheus-operator/prometheus-operator:v0.93.1",
) -> dict[str, Any]:
    container = {"image": image, "args": list(arguments)}
    return workload(namespace, "prometheus-operator", instance, container=container)


def exporter(port: int = 9100, instance: str = "kps") -> dict[str, Any]:
    container = {"image": "node-exporter", "ports": [{"containerPort": port}]}
    return workload("monitoring", "node-exporter", instance, container=container, updateStrategy={})


def told(
    server: ApiServer,
    cluster: LiveCluster,
    *workloads: dict[str, Any],
    settings: dict[str, Any] | None = None,
) -> list[str]:
    server.objects[DEPLOYMENTS] = {
        "items": [w for w in workloads if "updateStrategy" not in w["spec"]]
    }
    server.objects[DAEMON_SETS] = {"items": [w for w in workloads if "updateStrategy" in w["spec"]]}
    return [str(one) for one in findings(cluster, Settings.model_validate(settings or {}))]


class TestAnOperatorOfOurOwn:
    def test_is_welcome_in_an_empty_cluster(self, server: ApiServer, cluster: LiveCluster) -> None:
        assert told(server, cluster) == []

    def test_is_no_rival_of_itself(self, server: ApiServer, cluster: LiveCluster) -> None:
        ours = operator(namespace="llm-d-monitoring", instance="llmd")
        assert told(server, cluster, ours) == []

    def test_is_refused_beside_another_one(self, server: ApiServer, cluster: LiveCluster) -> None:
        (message,) = told(server, cluster, operator())
        assert message.startswith(
            "Deployment monitoring/kps-prometheus-operator: is a Prometheus operator"
        )
        assert "operator.install: existing" in message

    @pytest.mark.parametrize(
        ("arguments", "rivals"),
        [
            ((), 1),
            (("--namespaces=other,team",), 1),
            (("--namespaces=other",), 0),
            (("--prometheus-instance-namespaces=other",), 0),
            (("--deny-namespaces=other,team",), 0),
        ],
    )
    def test_for_one_team_is_refused_beside_one_that_manages_its_namespace(
        self, server: ApiServer, cluster: LiveCluster, arguments: tuple[str, ...], rivals: int
    ) -> None:
        settings = {"mode": "individual", "namespace": "team"}
        assert len(told(server, cluster, operator(*arguments), settings=settings)) == rivals


class TestAnExistingOperator:
    SETTINGS = {"operator": {"install": "existing"}}  # noqa: RUF012 - never changed

    def test_is_taken(self, server: ApiServer, cluster: LiveCluster) -> None:
        assert told(server, cluster, operator(), settings=self.SETTINGS) == []

    @pytest.mark.parametrize("workloads", [(), (operator("--namespaces=other"),)])
    def test_has_to_be_there_and_manage_the_namespace(
        self, server: ApiServer, cluster: LiveCluster, workloads: tuple[dict[str, Any], ...]
    ) -> None:
        (message,) = told(server, cluster, *workloads, settings=self.SETTINGS)
        assert "namespace llm-d-monitoring: has no Prometheus operator that manages it" in message

    def test_has_to_run_prometheus_3(self, server: ApiServer, cluster: LiveCluster) -> None:
        old = operator(image="quay.io/prometheus-operator/prometheus-operator:v0.76.2")
        (message,) = told(server, cluster, old, settings=self.SETTINGS)
        assert "is version 0.76, which can't run Prometheus 3" in message
        assert "0.77" in message

    def test_of_an_unknown_version_is_taken(self, server: ApiServer, cluster: LiveCluster) -> None:
        unknown = operator(image="registry.example.com/prometheus-operator@sha256:00")
        assert told(server, cluster, unknown, settings=self.SETTINGS) == []


class TestANodeExporter:
    def test_of_others_keeps_its_port(self, server: ApiServer, cluster: LiveCluster) -> None:
        (message,) = told(server, cluster, exporter())
        assert message.startswith("DaemonSet monitoring/kps-node-exporter: has port 9100")
        assert "exporters.node: false" in message

    def test_of_others_is_fine_where_ours_is_off(
        self, server: ApiServer, cluster: LiveCluster
    ) -> None:
        assert told(server, cluster, exporter(), settings={"exporters": {"node": False}}) == []

    def test_of_others_is_fine_on_another_port(
        self, server: ApiServer, cluster: LiveCluster
    ) -> None:
        assert told(server, cluster, exporter(port=9101)) == []


class TestVersion:
    @pytest.mark.parametrize(
        ("image", "found"),
        [
            ("quay.io/prometheus-operator/prometheus-operator:v0.93.1", (0, 93)),
            ("registry:5000/prometheus-operator:0.70.0", (0, 70)),
            ("quay.io/prometheus-operator/prometheus-operator:latest", None),
            ("quay.io/brancz/kube-rbac-proxy:v0.18.1", None),
        ],
    )
    def test_is_that_of_the_operators_image(
        self, image: str, found: tuple[int, int] | None
    ) -> None:
        assert version(operator(image=image)) == found


def test_everything_is_managed_by_default() -> None:
    assert manages(operator(), "anything")
