"""Every alert fires when it must, keeps still when it nearly would, and recovers; judged by promtool."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from rules.alerts import AREAS, definitions, groups
from rules.alerts.definition import AlertArgs, Limits, rule
from rules.objectives import ObjectivesByModel
from rules.recording import groups as recording_groups
from rules.recording import slo
from rules.rule import Group, Recording
from tests.rules.alert_cases import ALL, OBJECTIVES, SERVER, AlertCase
from tests.rules.conftest import SEEN
from tests.rules.promtool import Case, Question, check, check_rules, labels, series

Record = Callable[[str, object], None]

_ARGS = AlertArgs(limits=Limits(memory_bytes=8e9))
_DEFINITIONS = {
    definition.name: definition for area in AREAS for definition in definitions(_ARGS, area)
}


def _groups(case: AlertCase) -> list[Group]:
    """The alert, and the rules that it builds on; for objectives the windows alone, since days are dear."""
    alert = Group(name="alert", rules=(rule(_DEFINITIONS[case.alert], _ARGS.links),))
    if case not in OBJECTIVES:
        return [*recording_groups(ObjectivesByModel()), alert]
    windows = tuple(
        recording
        for group in slo.groups(ObjectivesByModel())
        for recording in group.rules
        if isinstance(recording, Recording) and recording.record.startswith("llmd:slo_bad:ratio")
    )
    return [Group(name="windows", rules=windows), alert]


def _firing(alert: str) -> str:
    return f'ALERTS{{alertname="{alert}", alertstate="firing"}}'


class TestAllAlerts:
    def test_are_accepted_without_a_lint(self, tmp_path: Path) -> None:
        assert "SUCCESS" in check_rules(tmp_path, groups(_ARGS))

    def test_have_a_case_each(self) -> None:
        assert sorted(case.alert for case in ALL) == sorted(_DEFINITIONS)


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.alert)
class TestAnAlert:
    def test_fires_and_recovers(
        self, tmp_path: Path, case: AlertCase, record_property: Record
    ) -> None:
        severity = _DEFINITIONS[case.alert].severity.value
        firing = labels(alertname=case.alert, alertstate="firing", severity=severity, **case.labels)
        timeline = Case(
            series=case.broken,
            step_seconds=case.seconds,
            questions=[
                Question(at=case.calm, ask=_firing(case.alert), answer={}),
                Question(at=case.fires, ask=_firing(case.alert), answer={firing: 1}),
                Question(at=case.recovered, ask=_firing(case.alert), answer={}),
            ],
        )
        check(tmp_path, _groups(case), [timeline], case.seconds)
        for what in ("fires", "recovers"):
            record_property(SEEN, f"{case.alert} {what}")

    def test_keeps_still_when_it_nearly_would(
        self, tmp_path: Path, case: AlertCase, record_property: Record
    ) -> None:
        timeline = Case(
            series=case.nearly,
            step_seconds=case.seconds,
            questions=[
                Question(
                    at=case.recovered,
                    ask=f"max_over_time({_firing(case.alert)}[{case.recovered}])",
                    answer={},
                )
            ],
        )
        check(tmp_path, _groups(case), [timeline], case.seconds)
        record_property(SEEN, f"{case.alert} keeps still")

    def test_speaks_of_labels_that_it_has(self, case: AlertCase) -> None:
        made = rule(_DEFINITIONS[case.alert], _ARGS.links)
        spoken = {
            label
            for text in made.annotations.values()
            for label in re.findall(r"\$labels\.(\w+)", text)
        }
        assert spoken <= set(case.labels)


class TestModelServersThatOtherMonitorsScrape:
    """Their `up` has no role: what they exposed while they were up tells what they are."""

    def test_are_missed_when_they_are_down(self, tmp_path: Path) -> None:
        target = {key: value for key, value in SERVER.items() if key != "role"}
        alert = next(case for case in ALL if case.alert == "LLMDModelServerDown")
        firing = labels(alertname=alert.alert, alertstate="firing", severity="warning", **target)
        timeline = Case(
            series={
                series("up", **target): "1x20 0x60",
                series("vllm:num_requests_running", **target, model_name="m"): "1x20 stale",
                series("up", namespace="web", pod="shop", job="shop", instance="shop:80"): "0x80",
            },
            questions=[
                Question(at="10m", ask=_firing(alert.alert), answer={}),
                Question(at="20m", ask=_firing(alert.alert), answer={firing: 1}),
            ],
        )
        check(tmp_path, _groups(alert), [timeline])
