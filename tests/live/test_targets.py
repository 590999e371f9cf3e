"""The real operator turns the program's monitors into the right targets, and only those."""

from collections import Counter

import pytest

from tests.live.deployments import BOTH, DEPLOYMENTS, LATE_SECRET, LlmD
from tests.live.world import READY_SECONDS, World
from tools.live.waiting import wait_for

NOT_RUN = {"llmd-grafana", "llmd-kube-prometheus-stack-alertmanager"}
"""Jobs of pods in which nothing runs here."""


def pods(world: World, deployment: LlmD) -> Counter[tuple[str, str, str]]:
    """Returns the namespace's healthy targets: workload, role and job."""
    found: Counter[tuple[str, str, str]] = Counter()
    for target in world.prometheus.targets():
        labels = target["labels"]
        if labels["namespace"] == deployment.namespace and target["health"] == "up":
            workload = labels["pod"].rsplit("-", 2)[0]
            found[workload, labels.get("role", ""), labels["job"]] += 1
    return found


def servers(deployment: LlmD) -> Counter[tuple[str, str, str]]:
    """Returns the targets that a deployment's model servers must be, each once."""
    roles = {"prefill": "prefill"}
    return Counter(
        (
            server.name,
            role := roles.get(server.name, "decode"),
            f"{deployment.namespace}/llmd-{role}",
        )
        for server in deployment.servers
    )


def expected(deployment: LlmD) -> Counter[tuple[str, str, str]]:
    """Returns the targets that a deployment must be."""
    return servers(deployment) + Counter({(deployment.epp, "", deployment.release): 1})


class TestTargets:
    @pytest.mark.parametrize(
        "deployment",
        [one for one in DEPLOYMENTS if not one.waits_for_token],
        ids=lambda one: one.namespace,
    )
    def test_every_pod_of_a_deployment_is_scraped_once(
        self, world: World, deployment: LlmD
    ) -> None:
        wait_for(
            lambda: pods(world, deployment) == expected(deployment) or None,
            READY_SECONDS,
            lambda: AssertionError(f"targets are {pods(world, deployment)}"),
        )

    def test_a_picker_is_scraped_as_soon_as_its_late_token_is_there(self, world: World) -> None:
        assert pods(world, BOTH) == servers(BOTH), "its monitor waits for the Secret"
        space = BOTH.namespace
        world.kubernetes.apply(
            f"api/v1/namespaces/{space}/serviceaccounts",
            {
                "apiVersion": "v1",
                "kind": "ServiceAccount",
                "metadata": {"name": "metrics-reader", "namespace": space},
            },
        )
        world.kubernetes.apply(
            "apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
            {
                "apiVersion": "rbac.authorization.k8s.io/v1",
                "kind": "ClusterRoleBinding",
                "metadata": {"name": "late-metrics-reader"},
                "roleRef": {
                    "apiGroup": "rbac.authorization.k8s.io",
                    "kind": "ClusterRole",
                    "name": "llmd-monitoring:llm-d-current:metrics-reader",
                },
                "subjects": [
                    {"kind": "ServiceAccount", "name": "metrics-reader", "namespace": space}
                ],
            },
        )
        world.kubernetes.apply(
            f"api/v1/namespaces/{space}/secrets",
            {
                "apiVersion": "v1",
                "kind": "Secret",
                "type": "kubernetes.io/service-account-token",
                "metadata": {
                    "name": LATE_SECRET,
                    "namespace": space,
                    "annotations": {"kubernetes.io/service-account.name": "metrics-reader"},
                },
            },
        )
        wait_for(
            lambda: pods(world, BOTH) == expected(BOTH) or None,
            READY_SECONDS,
            lambda: AssertionError(f"targets are {pods(world, BOTH)}"),
        )

    def test_nothing_else_is_scraped(self, world: World) -> None:
        ours = {one.namespace for one in DEPLOYMENTS}
        jobs = {
            target["labels"]["job"]
            for target in world.prometheus.targets()
            if target["labels"]["namespace"] not in ours
        }
        assert jobs - NOT_RUN == {
            "llmd-kube-prometheus-stack-operator",
            "llmd-kube-prometheus-stack-prometheus",
        }

    def test_all_that_runs_is_up(self, world: World) -> None:
        down = {
            target["scrapeUrl"]: target["lastError"]
            for target in world.prometheus.targets()
            if target["health"] != "up" and target["labels"]["job"] not in NOT_RUN
        }
        assert down == {}

    def test_creation_times_are_not_stored(self, world: World) -> None:
        names = world.prometheus.label_values("__name__")
        assert "vllm:generation_tokens_total" in names
        assert [
            name for name in names if name.startswith("vllm:") and name.endswith("_created")
        ] == []
