"""Autoscalers: what the program makes for them, and what it installs."""

from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from tests.program.recording import PROJECT, Run, refusal_of, revealed, run_program

ADAPTER: dict[str, Any] = {"namespace": "scaling", "externalMetrics": False}
KEDA: dict[str, Any] = {"namespace": "keda", "triggerNamespaces": ["llm-d", "llm-d-monitoring"]}
VARIANT: dict[str, Any] = {"namespace": "wva"}
ALL = {"prometheusAdapter": ADAPTER, "keda": KEDA, "workloadVariant": VARIANT}
INSTALLED = {key: {**given, "provide": "installed"} for key, given in ALL.items()}


def configuration(autoscalers: dict[str, Any], **settings: Any) -> dict[str, Any]:  # noqa: ANN401
    given = {"autoscalers": autoscalers, **settings}
    return {f"{PROJECT}:{key}": value for key, value in given.items()}


def run(autoscalers: dict[str, Any], **settings: Any) -> Run:  # noqa: ANN401 - any setting
    return run_program(configuration(autoscalers, **settings))


def releases(of: Run) -> dict[str, Any]:
    """Inputs of each release by its name, without the stack's own."""
    made = {made.inputs["name"]: revealed(made.inputs) for made in of.of_type(":Release")}
    return {name: inputs for name, inputs in made.items() if name != "llmd"}


def in_namespace(of: Run, namespace: str) -> set[str]:
    """Kinds and names of what is made in a namespace, without releases."""
    return {
        f"{made.type.rpartition(':')[2]} {made.inputs['metadata']['name']}"
        for made in of.resources
        if isinstance(made.inputs.get("metadata"), dict)
        and made.inputs["metadata"].get("namespace") == namespace
    }


class TestWithoutAutoscalers:
    def test_there_is_nothing_for_them(self) -> None:
        made = run({})
        assert not releases(made)
        assert not made.of_type(":AutoscalerTrust")
        assert "autoscalers" not in made.outputs


class TestValues:
    def test_nothing_is_installed(self) -> None:
        assert not releases(run(ALL))

    def test_the_objects_that_they_refer_to_are_made(self) -> None:
        made = run(ALL)
        assert in_namespace(made, "scaling") == {"ConfigMap llmd-autoscaler-ca"}
        assert in_namespace(made, "keda") == {"ConfigMap llmd-autoscaler-ca"}
        assert in_namespace(made, "llm-d") == {
            "ConfigMap llmd-autoscaler-ca",
            "Secret llmd-autoscaler-ca",
            "TriggerAuthentication llmd-prometheus",
        }
        assert not in_namespace(made, "wva")

    def test_they_are_outputs(self) -> None:
        output = revealed(run(ALL).outputs["autoscalers"])
        assert isinstance(output, dict)
        variant = output["workload-variant-autoscaler"]["values"]["wva"]["prometheus"]
        assert variant["caCert"] == revealed(run(ALL).outputs["autoscaler"])["caCertificate"]  # type: ignore[index]
        assert output["prometheus-adapter"]["namespace"] == "scaling"
        assert output["keda"]["trigger"]["authenticationRef"] == {"name": "llmd-prometheus"}


class TestInstalled:
    def test_is_one_release_each(self, snapshot: SnapshotAssertion) -> None:
        assert releases(run(INSTALLED)) == snapshot

    def test_comes_after_prometheus_and_what_it_mounts(self) -> None:
        made = run(INSTALLED)
        adapter = made.one(":Release", "prometheus-adapter-release")
        assert {"kube-prometheus-stack-release", "autoscalers-scaling-ca"} <= set(
            adapter.depends_on
        )

    def test_has_no_values_among_the_outputs(self) -> None:
        output = revealed(run(INSTALLED).outputs["autoscalers"])
        assert isinstance(output, dict)
        assert not any("values" in given for given in output.values())

    @pytest.mark.parametrize("generation", ["v0.0", "v0.5"])
    def test_starts_the_controller_anew_with_another_ca(self, generation: str) -> None:
        variant = {
            **INSTALLED["workloadVariant"],
            "generation": generation,
            "chart": {"version": "0.0.1"},
        }
        patch = run({"workloadVariant": variant}).one(":DeploymentPatch")
        deployment = "workload-variant-autoscaler-controller-manager"
        assert patch.inputs["metadata"]["name"] == deployment
        annotations = patch.inputs["spec"]["template"]["metadata"]["annotations"]
        assert set(annotations) == {"llmd-monitoring/prometheus-ca-digest"}

    def test_follows_tls_that_is_switched_off(self) -> None:
        given = {"prometheusAdapter": INSTALLED["prometheusAdapter"], "keda": INSTALLED["keda"]}
        made = run(given, tls={"enabled": False})
        adapter = releases(made)["prometheus-adapter"]["values"]
        assert adapter["prometheus"]["url"].startswith("http://")
        assert "extraArguments" not in adapter
        assert not made.of_type(":AutoscalerTrust")
        assert not made.of_type(":TriggerAuthentication")
        trigger = made.outputs["autoscalers"]["keda"]["trigger"]
        assert trigger["metadata"]["serverAddress"] == made.outputs["prometheusUrl"]


class TestOnOpenShift:
    def test_a_namespace_of_triggers_gets_the_ca_of_services_and_a_token(self) -> None:
        made = run({"keda": {**KEDA, "triggerNamespaces": ["llm-d"]}}, platform="openshift")
        assert {
            "ConfigMap llmd-autoscaler-ca",
            "ServiceAccount llmd-autoscaler",
            "Secret llmd-autoscaler-token",
        } <= in_namespace(made, "llm-d")
        bindings = {
            binding.inputs["metadata"]["name"]: binding.inputs["roleRef"]["name"]
            for binding in made.of_type(":ClusterRoleBinding")
        }
        assert bindings["llm-d-llmd-autoscaler"] == "cluster-monitoring-view"

    def test_nobody_gets_a_token_that_queries_nothing(self) -> None:
        made = run({"keda": {**KEDA, "triggerNamespaces": []}}, platform="openshift")
        assert in_namespace(made, "keda") == {"ConfigMap llmd-autoscaler-ca"}


class TestOnGke:
    def test_they_query_through_the_proxy_with_plain_http(self) -> None:
        adapter = {"prometheusAdapter": INSTALLED["prometheusAdapter"]}
        made = run(adapter, platform="gke", gke={"projectId": "our-project"})
        values = releases(made)["prometheus-adapter"]["values"]
        assert values["prometheus"] == {
            "url": "http://llmd-gmp-frontend.llm-d-monitoring.svc.cluster.local",
            "port": 9090,
        }
        assert not made.of_type(":AutoscalerTrust")


def test_a_contradiction_is_told_before_anything_is_planned() -> None:
    refused = refusal_of(configuration({"workloadVariant": VARIANT}, tls={"enabled": False}))
    assert "autoscalers.workloadVariant is set and tls.enabled is false" in refused.message
    assert refused.resources == ()
