"""What is told of drift: one fingerprint, one cure, and no more than an issue holds."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.preview.examples import FIELDS, RESOURCES
from tools.drift.found import Drift, fingerprint, ordered
from tools.drift.report import Report
from tools.drift.reporting.document import document
from tools.drift.reporting.markdown import LIMIT, markdown
from tools.preview.comparing.fields import Field
from tools.preview.resource import Resource, Source

DRIFTS = st.builds(
    Drift,
    resource=RESOURCES,
    fields=st.lists(FIELDS, max_size=3).map(tuple),
    note=st.text(max_size=20),
)


def drift(name: str, *fields: Field, source: Source = Source.CHART) -> Drift:
    resource = Resource(
        identity=name, token="v1/ConfigMap", kind="ConfigMap", name=name, source=source, inputs={}
    )
    return Drift(resource=resource, fields=fields)


def field(path: str, after: object) -> Field:
    return Field(path=(path,), before="as made", after=after)


class TestFingerprint:
    def test_is_empty_without_drift(self) -> None:
        assert fingerprint(()) == ""

    def test_is_the_same_in_any_order(self) -> None:
        one, other = drift("a"), drift("b", field("x", 1))
        assert fingerprint((one, other)) == fingerprint((other, one))

    def test_is_the_same_for_a_value_that_goes_on_changing(self) -> None:
        assert fingerprint((drift("a", field("x", 1)),)) == fingerprint(
            (drift("a", field("x", 2)),)
        )

    def test_is_another_for_another_object_field_or_end(self) -> None:
        found = [
            (drift("a"),),
            (drift("b"),),
            (drift("a", field("x", 1)),),
            (drift("a", field("y", 1)),),
            (drift("a"), drift("b")),
        ]
        assert len({fingerprint(drifts) for drifts in found}) == len(found)


class TestReport:
    @pytest.mark.parametrize(
        ("report", "code", "result"),
        [
            (Report(stack="prod"), 0, "none"),
            (Report(stack="prod", drifts=(drift("a"),)), 3, "drift"),
            (Report(stack="prod", error="no cluster"), 1, "failed"),
        ],
    )
    def test_ends_with_its_code(self, report: Report, code: int, result: str) -> None:
        assert (report.exit_code, report.result) == (code, result)
        assert json.loads(document(report))["exitCode"] == code

    def test_says_what_undoes_the_drift_of_a_chart(self) -> None:
        cure = Report(stack="prod", drifts=(drift("a"),)).cure
        assert "llmd-monitoring up --stack prod --yes" in cure
        assert "can't mend" in cure

    def test_says_that_the_engine_undoes_the_drift_of_the_program(self) -> None:
        found = (drift("a", source=Source.PROGRAM),)
        assert "pulumi up --refresh --stack prod" in Report(stack="prod", drifts=found).cure

    def test_begins_with_the_fingerprint(self) -> None:
        report = Report(stack="prod", drifts=(drift("a"),))
        assert report.fingerprint in markdown(report).splitlines()[0]

    @given(drifts=st.lists(DRIFTS, max_size=4))
    def test_fits_into_an_issue(self, drifts: list[Drift]) -> None:
        text = markdown(Report(stack="prod", drifts=ordered(drifts)))
        assert len(text) <= LIMIT

    def test_says_how_much_is_left_out(self) -> None:
        many = tuple(drift(f"d{n}", field("x", "y" * 5000)) for n in range(40))
        text = markdown(Report(stack="prod", drifts=many))
        assert len(text) <= LIMIT
        kept = text.count("<details>")
        assert f"{40 - kept} objects" in text
