"""The runbook explains every alert, under the anchor that the alert links to."""

import re

import pytest

from rules.alerts import AREAS, alert_names, definitions
from rules.alerts.definition import AlertArgs, Limits, anchor, rule
from rules.catalogue import by_series
from rules.series import BY_NAME
from tools.paths import REPO

_TEXT = (REPO / "docs" / "runbook.md").read_text(encoding="utf-8")
_SECTIONS = {
    found[1]: found[2]
    for found in re.finditer(r"^### (\S+)\n(.*?)(?=^##|\Z)", _TEXT, re.MULTILINE | re.DOTALL)
}
_ARGS = AlertArgs(limits=Limits(memory_bytes=1))


def test_it_has_a_section_for_each_alert_and_no_other() -> None:
    assert list(_SECTIONS) == list(alert_names())


@pytest.mark.parametrize("name", alert_names())
def test_a_section_tells_meaning_impact_diagnosis_and_remedy(name: str) -> None:
    told = re.findall(r"^\*\*(\w+)\.\*\* (\S.*)$", _SECTIONS[name], re.MULTILINE)
    assert [part for part, _ in told] == ["Meaning", "Impact", "Diagnosis", "Remedy"]


def test_alerts_link_to_the_anchors_that_the_headings_make() -> None:
    anchors = {anchor(name) for name in _SECTIONS}
    for area in AREAS:
        for definition in definitions(_ARGS, area):
            url = rule(definition, _ARGS.links).annotations["runbook_url"]
            path, _, target = url.partition("#")
            assert (path, target in anchors) == ("docs/runbook.md", True)


def test_it_names_no_recorded_series_that_is_not_recorded() -> None:
    named = set(re.findall(r"llmd:[a-z0-9_]+:[a-z0-9_]+", _TEXT))
    assert named
    assert named <= set(BY_NAME)


def test_it_names_no_alert_that_there_is_not() -> None:
    assert set(re.findall(r"\bLLMD\w+", _TEXT)) <= set(alert_names())


def test_it_names_no_raw_series_that_the_catalogue_lacks() -> None:
    named = set(re.findall(r"\bprometheus_(?:tsdb|rule|notifications)_\w+", _TEXT))
    assert named
    assert named <= set(by_series())
