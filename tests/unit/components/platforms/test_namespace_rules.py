"""Rules in the namespaces of the models."""

from components.monitors.manifest import Manifest
from components.names import Names
from components.platforms.names import names_of
from components.platforms.namespace_rules import (
    google_cluster_rules,
    google_rules,
    lost_at_google,
    openshift_rules,
)
from components.rule_sets import rule_sets
from components.settings import Settings
from rules.rule import Alert


def on_google(**settings: object) -> tuple[Settings, Names]:
    made = Settings.model_validate(
        {"platform": "gke", "gke": {"projectId": "our-project"}, **settings}
    )
    return made, names_of(made, "http")


def by_kind(made: tuple[Manifest, ...]) -> dict[str, set[str]]:
    """Alerts and recorded series, by the kind of their object."""
    found: dict[str, set[str]] = {}
    for one in made:
        for group in one["spec"]["groups"]:
            names = {rule.get("alert") or rule["record"] for rule in group["rules"]}
            found.setdefault(one["kind"], set()).update(names)
    return found


class TestOnGoogle:
    def test_are_of_one_kind_or_the_other_and_none_is_lost(self) -> None:
        every = {
            rule.alert if isinstance(rule, Alert) else rule.record
            for made in rule_sets(Settings(), own_prometheus=False)
            for group in made.groups
            for rule in group.rules
        }
        found = by_kind((*google_rules(*on_google())("llm"), *google_cluster_rules(*on_google())))
        assert found.keys() == {"Rules", "ClusterRules"}
        assert found["Rules"] | found["ClusterRules"] == every
        assert found["Rules"] & found["ClusterRules"] == set()

    def test_on_what_other_namespaces_expose_see_the_cluster(self) -> None:
        made = google_cluster_rules(*on_google())
        assert {one["metadata"]["name"] for one in made} == {
            "llmd-recording-gpu",
            "llmd-recording-autoscaler",
            "llmd-alerts-saturation",
            "llmd-alerts-autoscaler",
        }
        assert not [one for one in made if "namespace" in one["metadata"]]
        assert by_kind(made)["ClusterRules"] >= {"llmd:gpu_utilization:avg", "LLMDGpuFault"}

    def test_see_the_cluster_only_where_the_settings_ask_for_it(self) -> None:
        asked = {"recording": ["gateway"], "alerts": ["saturation"], "silenced": ["LLMDGpuFault"]}
        assert google_cluster_rules(*on_google(rules=asked)) == ()

    def test_are_of_the_kind_that_sees_one_namespace(self) -> None:
        made = google_rules(*on_google())("llm")
        assert {one["kind"] for one in made} == {"Rules"}
        assert {one["metadata"]["namespace"] for one in made} == {"llm"}

    def test_leave_out_what_namespaces_of_models_do_not_have(self) -> None:
        names = {one["metadata"]["name"] for one in google_rules(*on_google())("llm")}
        assert "llmd-recording-slo" in names
        assert not names & {"llmd-recording-gpu", "llmd-alerts-autoscaler", "llmd-alerts-stack"}

    def test_tell_what_google_has_no_field_for(self) -> None:
        assert lost_at_google(*on_google()) == (
            "LLMDGpuFault: keep_firing_for 15m",
            "LLMDKvDataReadLate: keep_firing_for 15m",
        )

    def test_lose_nothing_where_those_alerts_are_silenced(self) -> None:
        silenced = ["LLMDGpuFault", "LLMDKvDataReadLate"]
        assert lost_at_google(*on_google(rules={"silenced": silenced})) == ()


class TestOnOpenShift:
    def test_leave_out_what_would_see_nothing(self) -> None:
        settings = Settings.model_validate({"platform": "openshift"})
        (found,) = by_kind(openshift_rules(settings, names_of(settings, "https"))("llm")).values()
        assert "LLMDKvCacheFull" in found
        assert not [one for one in found if "Gpu" in one or "gpu" in one or "utoscaler" in one]
