"""Monitors of others are found where they scrape what a stack scrapes too."""

from typing import Any

import pytest

from components.monitors.managed_prometheus import server_monitoring
from components.monitors.prometheus_operator import monitoring
from components.preflight.live_cluster import LiveCluster
from components.preflight.rival_monitors import GOOGLES_KINDS, OPERATORS_KINDS, rival_monitors
from tests.api_server import ApiServer
from tests.unit.components.monitors.examples import deployment

MANAGED = {"app.kubernetes.io/managed-by": "llmd-monitoring"}
ROLE = "llm-d.ai/role"
EPP: dict[str, Any] = {"epp": [{"release": "gaie-a"}]}


def monitor(selector: dict[str, Any], name: str = "theirs", namespace: str = "llm-d") -> Any:  # noqa: ANN401
    return {"metadata": {"namespace": namespace, "name": name}, "spec": {"selector": selector}}


class Told:
    """What is told of the monitors that a cluster has, for one deployment."""

    def __init__(self, server: ApiServer, cluster: LiveCluster) -> None:
        self.server = server
        self.cluster = cluster

    def __call__(self, *monitors: Any, kind: str = "PodMonitor", **keys: object) -> list[str]:  # noqa: ANN401
        self.server.objects[OPERATORS_KINDS[kind]] = {"items": monitors}
        models = (deployment(**keys),)
        return [str(one) for one in rival_monitors(self.cluster, models, OPERATORS_KINDS)]


@pytest.fixture
def told(server: ApiServer, cluster: LiveCluster) -> Told:
    return Told(server, cluster)


class TestFound:
    def test_is_the_monitor_of_the_recipes_component(self, told: Told) -> None:
        (message,) = told(monitor({"matchLabels": {ROLE: "decode"}}, "decode"))
        assert message.startswith("PodMonitor llm-d/decode: scrapes what this stack scrapes too")
        assert "llmd-monitoring values" in message

    @pytest.mark.parametrize("label", ["llm-d.ai/inference-serving", "llm-d.ai/inferenceServing"])
    def test_is_the_monitor_of_the_modelservice_chart(self, told: Told, label: str) -> None:
        assert told(monitor({"matchLabels": {label: "true", ROLE: "prefill"}}))

    def test_is_one_that_selects_by_expressions(self, told: Told) -> None:
        expression = {"key": ROLE, "operator": "In", "values": ["decode"]}
        assert told(monitor({"matchExpressions": [expression]}))

    def test_is_the_monitor_of_an_epps_chart(self, told: Told) -> None:
        selector = {"matchLabels": {"app.kubernetes.io/name": "gaie-a-epp"}}
        (message,) = told(monitor(selector), kind="ServiceMonitor", **EPP)
        assert message.startswith("ServiceMonitor llm-d/theirs")

    def test_is_one_of_google(self, server: ApiServer, cluster: LiveCluster) -> None:
        rival = monitor({"matchLabels": {"llm-d.ai/inference-serving": "true"}})
        server.objects[GOOGLES_KINDS["PodMonitoring"]] = {"items": [rival]}
        assert list(rival_monitors(cluster, (deployment(),), GOOGLES_KINDS))


class TestNotFound:
    def test_is_one_of_this_program(self, told: Told) -> None:
        model = deployment(**EPP)
        ours = [*monitoring(model, MANAGED).monitors, *server_monitoring(model, MANAGED).monitors]
        assert told(*ours, **EPP) == []

    def test_is_one_of_another_namespace(self, told: Told) -> None:
        assert told(monitor({"matchLabels": {ROLE: "decode"}}, namespace="other")) == []

    def test_is_one_of_something_else(self, told: Told) -> None:
        assert told(monitor({"matchLabels": {"app": "web"}}), monitor({}), **EPP) == []

    def test_is_one_of_a_role_that_is_not_scraped(self, told: Told) -> None:
        off = {"enabled": False}
        assert told(monitor({"matchLabels": {ROLE: "prefill"}}), prefill=off) == []
        rival = monitor({"matchLabels": {"llm-d.ai/model": "x"}})
        assert told(rival, decode=off, prefill=off, **EPP) == []

    def test_is_one_of_other_pods_than_those_that_are_scraped(self, told: Told) -> None:
        rival = monitor({"matchLabels": {ROLE: "decode", "llm-d.ai/guide": "b"}})
        assert told(rival, podLabels={"llm-d.ai/guide": "a"}) == []
        assert told(rival, podLabels={"llm-d.ai/guide": "b"})

    def test_is_any_where_charts_make_the_monitors(self, told: Told) -> None:
        charts = {"monitors": "charts", "deployment": "modelservice"}
        assert told(monitor({"matchLabels": {ROLE: "decode"}}), **charts) == []

    def test_is_any_in_a_cluster_without_such_a_kind(self, cluster: LiveCluster) -> None:
        assert list(rival_monitors(cluster, (deployment(),), OPERATORS_KINDS)) == []

    def test_nothing_is_read_without_deployments(
        self, server: ApiServer, cluster: LiveCluster
    ) -> None:
        assert list(rival_monitors(cluster, (), OPERATORS_KINDS)) == []
        assert server.asked == []
