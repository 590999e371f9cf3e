"""Which rules see one namespace, and that they need no more."""

import re
from collections.abc import Iterator
from typing import Final

import pytest

from rules import alerts, recording
from rules.alerts.definition import AlertArgs
from rules.mentions import mentions
from rules.objectives import ObjectivesByModel
from rules.reach import stays_in_namespace
from rules.rule import Alert, Group, Recording

GROUPING: Final = re.compile(r"\b(by|on|without|ignoring) \(([^)]*)\)")
AGGREGATION: Final = re.compile(r"\b(?:sum|avg|min|max|count|topk|quantile)\s*\(")
ADDED_BY_GOOGLE: Final = frozenset({"project_id", "location", "cluster"})


def rules_of(groups: tuple[Group, ...]) -> Iterator[Recording | Alert]:
    return (rule for group in groups for rule in group.rules)


EVERY: Final = (
    *rules_of(recording.groups(ObjectivesByModel())),
    *rules_of(
        tuple(alerts.group_of(AlertArgs(), area) for area in alerts.AREAS if area != "stack")
    ),
)
"""All rules but those on a Prometheus of our own."""

LOCAL: Final = tuple(rule for rule in EVERY if stays_in_namespace(rule))


def name(rule: Recording | Alert) -> str:
    return rule.alert if isinstance(rule, Alert) else rule.record


class TestRulesBeyondANamespace:
    def test_are_those_on_gpus_and_autoscalers(self) -> None:
        assert {name(rule) for rule in EVERY if not stays_in_namespace(rule)} == {
            "llmd:gpu_utilization:avg",
            "llmd:gpu_memory_used:ratio",
            "llmd:autoscaler_desired_replicas:max",
            "llmd:autoscaler_current_replicas:max",
            "llmd:autoscaler_scalings:rate5m",
            "llmd:autoscaler_errors:rate5m",
            "LLMDGpuFault",
            "LLMDAutoscalerErrors",
            "LLMDAutoscalerBlind",
            "LLMDAutoscalerNotFollowed",
            "LLMDAutoscalerThrashes",
        }

    @pytest.mark.parametrize("rule", [r for r in EVERY if not stays_in_namespace(r)], ids=name)
    def test_read_nothing_that_is_recorded_in_a_namespace(self, rule: Recording | Alert) -> None:
        local = {name(one) for one in LOCAL if isinstance(one, Recording)}
        assert mentions(rule.expr).names.isdisjoint(local)


class TestRulesOfANamespace:
    """Seeing one namespace or all of them, they say the same of each."""

    def test_group_and_join_by_namespace(self) -> None:
        for rule in LOCAL:
            for word, labels in GROUPING.findall(rule.expr):
                assert word in {"by", "on"}, rule
                assert "namespace" in labels.split(", "), rule

    def test_add_nothing_up_without_naming_the_labels_that_stay(self) -> None:
        assert [name(rule) for rule in LOCAL if AGGREGATION.search(rule.expr)] == []


class TestEveryRule:
    def test_leaves_the_labels_to_google_that_it_adds(self) -> None:
        """It refuses a rule that selects by one of them, or sets it."""
        for rule in EVERY:
            matched = {label for _, labels in mentions(rule.expr).series for label in labels}
            added = ADDED_BY_GOOGLE | ({"namespace"} if stays_in_namespace(rule) else set())
            assert matched.isdisjoint(added), rule
            assert added.isdisjoint(rule.labels), rule
