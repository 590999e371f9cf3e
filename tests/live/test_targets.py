"""The real operator turns the program's monitors into the right targets, and only those."""

from collections import Counter

import pytest

from tests.live.deployments import BOTH, DEPLOYMENTS, LlmD
from tests.live.targets import healthy
from tests.live.world import READY_SECONDS, World
from tools.live.waiting import wait_for

NOT_RUN = {"llmd-grafana"}
"""Jobs of pods in which nothing runs here."""


class TestTargets:
    def test_a_picker_is_scraped_as_soon_as_its_late_token_is_there(
        self, world: World, before_the_token: set[str]
    ) -> None:
        assert BOTH.epp not in before_the_token
        wait_for(
            lambda: healthy(world, BOTH)[BOTH.epp] == 1 or None,
            READY_SECONDS,
            lambda: AssertionError(f"targets are {healthy(world, BOTH)}"),
        )

    @pytest.mark.parametrize("deployment", DEPLOYMENTS, ids=lambda one: one.namespace)
    def test_every_pod_of_a_deployment_is_scraped_once(
        self, whole_world: World, deployment: LlmD
    ) -> None:
        expected = Counter([deployment.epp, *(server.name for server in deployment.servers)])
        wait_for(
            lambda: healthy(whole_world, deployment) == expected or None,
            READY_SECONDS,
            lambda: AssertionError(f"targets are {healthy(whole_world, deployment)}"),
        )

    @pytest.mark.parametrize("deployment", DEPLOYMENTS, ids=lambda one: one.namespace)
    def test_series_keep_pod_namespace_and_role(self, whole_world: World, deployment: LlmD) -> None:
        found = {
            (series["metric"]["pod"].rsplit("-", 2)[0], series["metric"].get("role"))
            for series in whole_world.prometheus.query(f'up{{namespace="{deployment.namespace}"}}')
        }
        # Charts and recipes label servers that do both as decode servers.
        assert found == {
            (deployment.epp, None),
            *(
                (server.name, "prefill" if server.role == "prefill" else "decode")
                for server in deployment.servers
            ),
        }

    def test_nothing_else_is_scraped(self, whole_world: World) -> None:
        ours = {one.namespace for one in DEPLOYMENTS}
        jobs = {
            target["labels"]["job"]
            for target in whole_world.prometheus.targets()
            if target["labels"]["namespace"] not in ours
        }
        assert jobs - NOT_RUN == {
            "gpu-operator/dcgm-exporter",
            "workload-variant-autoscaler-system/workload-variant-autoscaler",
            "llmd-kube-prometheus-stack-alertmanager",
            "llmd-kube-prometheus-stack-operator",
            "llmd-kube-prometheus-stack-prometheus",
        }

    def test_all_that_runs_is_up(self, whole_world: World) -> None:
        down = {
            target["scrapeUrl"]: target["lastError"]
            for target in whole_world.prometheus.targets()
            if target["health"] != "up" and target["labels"]["job"] not in NOT_RUN
        }
        assert down == {}

    def test_creation_times_are_not_stored(self, whole_world: World) -> None:
        names = whole_world.prometheus.label_values("__name__")
        assert "vllm:generation_tokens_total" in names
        assert not [
            name for name in names if name.startswith("vllm:") and name.endswith("_created")
        ]
