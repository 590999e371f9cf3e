"""The monitors of llm-d deployments, as the program registers them."""

from functools import cache
from typing import Any

from syrupy.assertion import SnapshotAssertion

from tests.program.recording import PROJECT, Recorded, Run, refusal_of, revealed, run_program
from tests.program.test_stacks import readable

MODELS: list[dict[str, Any]] = [
    {
        "namespace": "llm-d-pd",
        "generation": "gaie",
        "deployment": "modelservice",
        "epp": [{"release": "gaie-pd"}, {"release": "gaie-canary", "tokenSecret": "theirs"}],
        "labels": {"team": "inference"},
    },
    {
        "namespace": "llm-d",
        "engine": "sglang",
        "prefill": {"enabled": False},
        "epp": [{"release": "optimized-baseline", "authentication": False}],
    },
    {
        "namespace": "llm-d-by-charts",
        "monitors": "charts",
        "deployment": "modelservice",
        "epp": [{"release": "a"}],
    },
]


@cache
def run() -> Run:
    return run_program({f"{PROJECT}:models": MODELS})


def of_models() -> list[Recorded]:
    return [resource for resource in run().resources if ".monitors" in resource.name]


def of_namespace(namespace: str) -> list[Recorded]:
    return [r for r in of_models() if r.name.startswith(f"{namespace}.monitors-")]


def comes_after(resource: Recorded) -> set[str]:
    """Everything that a resource waits for, directly or not."""
    by_name = {each.name: each for each in run().resources}
    found: set[str] = set()
    waiting = list(resource.depends_on)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += by_name[name].depends_on
    return found


def test_are_these_resources(json_snapshot: SnapshotAssertion) -> None:
    by_name = sorted(of_models(), key=lambda resource: resource.name)
    assert [readable(resource) for resource in by_name] == json_snapshot


def test_urns_never_change() -> None:
    """A changed one is a deletion and a creation: of a token that Prometheus is using, for one."""
    parent = "llm-d-pd.monitors"
    assert {(r.type, r.name) for r in of_models() if r.parent == parent} == {
        ("kubernetes:core/v1:NamespacePatch", f"{parent}-namespace"),
        (
            "kubernetes:core/v1:ServiceAccount",
            f"{parent}-service-account-llmd-metrics-reader",
        ),
        ("kubernetes:core/v1:Secret", f"{parent}-secret-llmd-metrics-reader-token"),
        (
            "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole",
            f"{parent}-cluster-role-metrics-reader",
        ),
        (
            "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding",
            f"{parent}-cluster-role-binding-metrics-reader",
        ),
        (
            "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding",
            f"{parent}-cluster-role-binding-token-reviewer",
        ),
        (
            "kubernetes:monitoring.coreos.com/v1:PodMonitor",
            f"{parent}-pod-monitor-llmd-decode",
        ),
        (
            "kubernetes:monitoring.coreos.com/v1:PodMonitor",
            f"{parent}-pod-monitor-llmd-prefill",
        ),
        (
            "kubernetes:monitoring.coreos.com/v1:ServiceMonitor",
            f"{parent}-service-monitor-llmd-epp-gaie-pd",
        ),
        (
            "kubernetes:monitoring.coreos.com/v1:ServiceMonitor",
            f"{parent}-service-monitor-llmd-epp-gaie-canary",
        ),
    }


def test_every_object_is_made_in_the_stacks_cluster() -> None:
    custom = [r for r in of_models() if not r.type.startswith(f"{PROJECT}:")]
    assert {resource.provider for resource in custom} == {"cluster"}


def test_monitors_come_after_the_definitions_of_their_kind() -> None:
    for resource in of_models():
        if resource.type.endswith("Monitor"):
            assert "kube-prometheus-stack-release" in comes_after(resource)


def test_a_monitor_comes_after_the_token_that_it_names() -> None:
    """A monitor whose token isn't there yet is skipped by the operator."""
    token = "llm-d-pd.monitors-secret-llmd-metrics-reader-token"
    for resource in run().of_type(":ServiceMonitor"):
        if resource.name.startswith("llm-d-pd."):
            assert token in comes_after(resource)


def test_everything_comes_after_the_namespace() -> None:
    for namespace in ("llm-d-pd", "llm-d"):
        first, *rest = of_namespace(namespace)
        assert first.type == "kubernetes:core/v1:NamespacePatch"
        assert all(first.name in comes_after(resource) for resource in rest)


def test_the_namespace_is_joined_and_gets_no_labels() -> None:
    (patch,) = [r for r in of_namespace("llm-d") if r.type.endswith(":NamespacePatch")]
    assert revealed(patch.inputs["metadata"]) == {"name": "llm-d", "labels": {}}


def test_where_charts_make_the_monitors_nothing_is_made() -> None:
    assert not [r for r in of_models() if r.name.startswith("llm-d-by-charts.")]


def test_the_outputs_hold_the_values_of_every_deployments_charts() -> None:
    values = run().outputs["helmValues"]
    assert {namespace: set(folders) for namespace, folders in values.items()} == {
        "llm-d-pd": {"ms-llm-d-pd", "gaie-pd", "gaie-canary"},
        "llm-d": {"router-optimized-baseline"},
        "llm-d-by-charts": {"ms-llm-d-by-charts", "router-a"},
    }
    by_charts = values["llm-d-by-charts"]["router-a"]["router"]["monitoring"]["prometheus"]
    assert by_charts["enabled"] is True
    assert values["llm-d-pd"]["gaie-pd"]["inferenceExtension"]["monitoring"]["prometheus"] == {
        "enabled": False,
        "auth": {"enabled": True},
    }


def test_what_surrounds_llm_d_is_scraped_in_its_own_namespace_which_is_not_made() -> None:
    targets = {"gpu": {}, "autoscaler": {"namespace": "llm-d"}}
    made = run_program(
        {f"{PROJECT}:models": [{"namespace": "llm-d"}], f"{PROJECT}:targets": targets}
    )
    monitors = {resource.name: resource.parent for resource in made.of_type(":PodMonitor")}
    assert monitors["gpu-operator.monitors-pod-monitor-llmd-gpu"] == "gpu-operator.monitors"
    assert monitors["llm-d.monitors-pod-monitor-llmd-autoscaler"] == "llm-d.monitors"
    patched = {resource.name for resource in made.of_type(":NamespacePatch")}
    assert patched == {"monitoring-namespace", "llm-d.monitors-namespace"}


def test_mistakes_are_told_and_nothing_is_registered() -> None:
    models = [
        {"namespace": "a", "epp": [{"release": "r" * 41}]},
        {"namespace": "b", "generation": "v2"},
        {"namespace": "c", "decode": {"enabled": False}, "prefill": {"enabled": False}},
    ]
    refusal = refusal_of({f"{PROJECT}:models": models})
    assert refusal.resources == ()
    for told in (
        "models.0.epp.0.release: got",
        "models.1.generation: got 'v2'; allowed: 'gaie' or 'router'",
        "models.2: decode and prefill are off and epp is empty",
    ):
        assert f"\n  {told}" in refusal.message


def test_a_namespace_given_twice_is_told() -> None:
    refusal = refusal_of({f"{PROJECT}:models": [{"namespace": "a"}, {"namespace": "a"}]})
    assert refusal.resources == ()
    assert "\n  models: the namespace a is given more than once" in refusal.message
