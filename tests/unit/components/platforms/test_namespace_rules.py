"""Rules in the namespaces of the models."""

from components.names import Names
from components.platforms.names import names_of
from components.platforms.namespace_rules import google_rules, lost_at_google
from components.settings import Settings


def on_google(**settings: object) -> tuple[Settings, Names]:
    made = Settings.model_validate(
        {"platform": "gke", "gke": {"projectId": "our-project"}, **settings}
    )
    return made, names_of(made, "http")


class TestOnGoogle:
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
