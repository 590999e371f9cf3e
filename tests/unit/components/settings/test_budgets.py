"""Alerts on error budgets can fire, and look back no further than samples are kept."""

import re
from collections.abc import Iterator
from typing import Any, Final

import pytest
from hypothesis import assume, event, given
from hypothesis import strategies as st
from pydantic import ValidationError

from components.mistakes import from_validation
from components.rule_sets import RuleSet, rule_sets
from components.settings import Settings
from rules.duration import in_seconds
from rules.rule import Alert, Recording
from tests.unit.components.documents import Document

SHARES: Final = st.floats(0.94, 0.99999) | st.sampled_from([0.94, 0.95, 0.9769, 0.99, 0.99999])
LATENCY: Final = st.fixed_dictionaries({"share": SHARES, "seconds": st.floats(0.01, 100)})
OBJECTIVES: Final = st.fixed_dictionaries(
    {"ttft": LATENCY, "interToken": LATENCY}, optional={"availability": SHARES}
)
DURATIONS: Final = st.builds(
    "{}{}".format, st.integers(1, 200), st.sampled_from(["m", "h", "d", "w"])
) | st.sampled_from(["2h", "6h", "1d", "2d23h59m", "3d", "72h"])
ALERTS: Final = ("LLMDFirstTokenBudgetBurnsFast", "LLMDInterTokenBudgetBurnsSlowly")
DOCUMENTS: Final = st.fixed_dictionaries(
    {},
    optional={
        "slo": st.fixed_dictionaries(
            {"default": OBJECTIVES},
            optional={
                "periodDays": st.integers(7, 90),
                "models": OBJECTIVES.map(lambda own: [{"model": "a", "objectives": own}]),
            },
        ),
        "prometheus": st.fixed_dictionaries({"retention": DURATIONS}),
        "rules": st.fixed_dictionaries(
            {},
            optional={
                "alerts": st.lists(
                    st.sampled_from(["slo", "saturation", "availability"]), unique=True
                ),
                "silenced": st.lists(st.sampled_from(ALERTS), unique=True),
                "kvCacheUsage": st.floats(0.001, 0.999),
            },
        ),
    },
)
"""Stack files with objectives and retentions, right ones and wrong ones."""

LIMIT: Final = re.compile(r'\(([0-9.]+) \* \(1 - llmd:slo_objective:ratio\{slo="(\w+)"\}\)\)')
OBJECTIVE: Final = re.compile(r"\* 0 \+ ([-0-9.e]+)")
WINDOW: Final = re.compile(r"\[(\w+)\](?: offset (\w+))?| offset (\w+)")
RECORDED_WINDOW: Final = re.compile(r"llmd:slo_bad:ratio_rate(\w+)")
BUDGET: Final = "llmd:slo_budget_remaining:ratio"


def rules(sets: tuple[RuleSet, ...]) -> Iterator[Recording | Alert]:
    return (rule for made in sets for group in made.groups for rule in group.rules)


def accepted(document: Document) -> Settings | None:
    try:
        return Settings.model_validate(document)
    except ValidationError:
        return None


def limits(sets: tuple[RuleSet, ...]) -> Iterator[tuple[str, float]]:
    """Each alert, and each share of bad events that it fires above."""
    shares = {
        rule.labels["slo"]: [float(share) for share in OBJECTIVE.findall(rule.expr)]
        for rule in rules(sets)
        if isinstance(rule, Recording) and rule.record == "llmd:slo_objective:ratio"
    }
    for rule in rules(sets):
        if isinstance(rule, Alert):
            for pace, slo in LIMIT.findall(rule.expr):
                for share in shares[slo]:
                    yield rule.alert, float(pace) * (1 - share)


def look_backs(sets: tuple[RuleSet, ...]) -> Iterator[tuple[str, float]]:
    """Each rule, and how many seconds it looks back at once."""
    for rule in rules(sets):
        name = rule.alert if isinstance(rule, Alert) else rule.record
        for parts in WINDOW.findall(rule.expr):
            yield name, sum(in_seconds(part) for part in parts)
        for window in RECORDED_WINDOW.findall(f"{name} {rule.expr}"):
            yield name, in_seconds(window)


class TestEveryAcceptedStackFile:
    @given(DOCUMENTS)
    def test_has_limits_that_bad_events_can_exceed(self, document: Document) -> None:
        settings = accepted(document)
        assume(settings is not None)
        assert settings is not None
        found = list(limits(rule_sets(settings)))
        event(f"limits: {bool(found)}")
        assert [one for one in found if not 0 < one[1] < 1] == []

    @given(DOCUMENTS)
    def test_looks_back_no_further_than_samples_are_kept(self, document: Document) -> None:
        settings = accepted(document)
        assume(settings is not None)
        assert settings is not None
        kept = in_seconds(settings.prometheus.retention)
        assert [one for one in look_backs(rule_sets(settings)) if one[1] > kept] == []

    @given(DOCUMENTS)
    def test_records_every_window_that_an_alert_reads(self, document: Document) -> None:
        settings = accepted(document)
        assume(settings is not None)
        assert settings is not None
        made = list(rules(rule_sets(settings)))
        recorded = {rule.record for rule in made if isinstance(rule, Recording)}
        read = {
            f"llmd:slo_bad:ratio_rate{window}"
            for rule in made
            if isinstance(rule, Alert)
            for window in RECORDED_WINDOW.findall(rule.expr)
        }
        assert read <= recorded


def mistakes(document: Document) -> list[str]:
    with pytest.raises(ValidationError) as caught:
        Settings.model_validate(document)
    return [str(one) for one in from_validation(caught.value, Settings, frozenset())]


def latency(share: float) -> Document:
    return {"share": share, "seconds": 1}


class TestAnObjectiveThatIsTooLow:
    def test_is_told_with_its_period_and_what_would_do(self) -> None:
        low = {"ttft": latency(0.94), "interToken": latency(0.99)}
        assert mistakes({"slo": {"periodDays": 90, "default": low}}) == [
            (
                "slo.default.ttft.share: is 0.94, and slo.periodDays is 90: LLMDFirstTokenBudgetBurnsFast would wait "
                "for 259% of the events to be bad, and never fire; allowed: at least 0.9769, slo.periodDays of at most "
                "34, or LLMDFirstTokenBudgetBurnsFast in rules.silenced"
            )
        ]

    def test_of_a_model_is_told_at_the_model(self) -> None:
        high = {"ttft": latency(0.99), "interToken": latency(0.99)}
        models = [
            {"model": "a", "objectives": high},
            {"model": "b", "objectives": {**high, "availability": 0.95}},
        ]
        (told,) = mistakes({"slo": {"periodDays": 60, "default": high, "models": models}})
        assert told.startswith("slo.models.1.objectives.availability: is 0.95, and slo.periodDays")

    def test_by_default_is_told_where_a_period_is_long(self) -> None:
        told = mistakes({"slo": {"periodDays": 90}})
        assert [one.partition(":")[0] for one in told] == [
            "slo.default.ttft.share",
            "slo.default.interToken.share",
        ]

    @given(share=SHARES, days=st.integers(7, 90))
    def test_is_told_with_shares_and_periods_that_are_accepted(
        self, share: float, days: int
    ) -> None:
        def with_(share: float, days: int) -> Document:
            objectives = {"ttft": latency(share), "interToken": latency(0.99)}
            return {"slo": {"periodDays": days, "default": objectives}}

        assume(accepted(with_(share, days)) is None)
        (told,) = mistakes(with_(share, days))
        numbers = re.search(r"at least ([0-9.]+), slo\.periodDays of at most (\d+),", told)
        assert numbers is not None
        least, most = float(numbers[1]), int(numbers[2])
        assert accepted(with_(least, days))
        assert accepted(with_(share, most))
        assert not accepted(with_(share, most + 1))

    @pytest.mark.parametrize(
        "rules",
        [
            {"alerts": ["saturation"]},
            {"silenced": ["LLMDFirstTokenBudgetBurnsFast", "LLMDInterTokenBudgetBurnsFast"]},
        ],
    )
    def test_does_no_harm_without_the_alert(self, rules: Document) -> None:
        assert accepted({"slo": {"periodDays": 90}, "rules": rules})

    def test_is_told_on_every_platform(self) -> None:
        document = {"platform": "gke", "gke": {"projectId": "our-project"}}
        assert len(mistakes({**document, "slo": {"periodDays": 90}})) == 2


class TestARetentionThatIsTooShort:
    @pytest.mark.parametrize("retention", ["2d", "71h", "2h"])
    def test_is_told_with_the_alert_that_looks_further_back(self, retention: str) -> None:
        assert mistakes({"prometheus": {"retention": retention}}) == [
            (
                f"prometheus.retention: is {retention}, and LLMDAvailabilityBudgetBurnsSlowly looks back 3d: it would "
                "judge by what is left; allowed: at least 3d, or no slo in rules.alerts"
            )
        ]

    def test_is_told_where_openshift_keeps_the_samples(self) -> None:
        prometheus = {"retention": "24h"}
        document = {"platform": "openshift", "openshift": {"prometheus": prometheus}}
        (told,) = mistakes(document)
        assert told.startswith("openshift.prometheus.retention: is 24h, and ")

    @pytest.mark.parametrize("retention", ["119m", "0d", "1h59m59s"])
    def test_for_any_alert_is_told_whatever_the_alerts_are(self, retention: str) -> None:
        (told,) = mistakes({"prometheus": {"retention": retention}, "rules": {"alerts": []}})
        assert told == (
            f"prometheus.retention: got '{retention}'; allowed: a duration of at least 2h, which alerts look back"
        )

    def test_does_no_harm_without_alerts_on_budgets(self) -> None:
        assert accepted({"prometheus": {"retention": "2h"}, "rules": {"alerts": ["saturation"]}})


class TestAllMistakes:
    def test_are_told_at_once_those_between_groups_too(self) -> None:
        told = mistakes(
            {
                "release": "Llmd",
                "tls": {"validityHours": 0},
                "prometheus": {"retention": "1d"},
                "slo": {"periodDays": 42},
                "mode": "individual",
            }
        )
        assert [one.partition(":")[0] for one in told] == [
            "release",
            "tls.validityHours",
            "(stack)",
            "slo.default.ttft.share",
            "slo.default.interToken.share",
            "prometheus.retention",
        ]

    @pytest.mark.parametrize(
        "document",
        [
            {"platform": "openstack", "gke": {"projectId": "our-project"}},
            {"platform": "gke", "gke": {"projectId": "A"}},
            {"slo": {"periodDays": 90}, "rules": {"alerts": ["sol"]}},
            {"prometheus": {"retention": "1d"}, "rules": {"alerts": ["sol"]}},
        ],
    )
    def test_are_none_that_only_follow_from_another(self, document: Document) -> None:
        assert len(mistakes(document)) == 1


class TestNumbers:
    @pytest.mark.parametrize(
        ("group", "key", "value"),
        [
            ("rules", "waitingPerPod", float("inf")),
            ("rules", "waitingPerPod", float("nan")),
            ("rules", "kvCacheUsage", 0.9999),
            ("slo", "default", {"availability": 1}),
            ("slo", "default", {"availability": 0.999999}),
            ("slo", "default", {"availability": 0.939}),
        ],
    )
    def test_that_nothing_can_exceed_are_refused(self, group: str, key: str, value: Any) -> None:  # noqa: ANN401 - any JSON
        (told,) = mistakes({group: {key: value}})
        assert told.startswith(f"{group}.{key}")
