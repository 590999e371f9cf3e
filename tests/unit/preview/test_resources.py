"""What becomes of a resource between two revisions."""

from typing import Any

import pytest

from tests.unit.preview.examples import resource
from tools.preview.comparing.change import Change, Operation
from tools.preview.comparing.replacing import RELEASE
from tools.preview.comparing.resources import compare
from tools.preview.resource import Computed, Resource, Source

CERTIFICATE = "tls:index/selfSignedCert:SelfSignedCert"
SERVICE = "kubernetes:core/v1:Service"
CONFIG_MAP = "kubernetes:core/v1:ConfigMap"
Inputs = dict[str, Any]
LEAF = "tls:index/locallySignedCert:LocallySignedCert"


def only(before: list[Resource], after: list[Resource]) -> Change:
    (change,) = compare(before, after).changes
    return change


def certificate(hours: int, protect: bool = False) -> Resource:
    return resource(
        "SelfSignedCert",
        "ca",
        token=CERTIFICATE,
        inputs={"validityPeriodHours": hours},
        protect=protect,
    )


class TestCompare:
    def test_finds_what_comes_goes_and_stays(self) -> None:
        stays, goes, comes = (resource(name=name) for name in ("stays", "goes", "comes"))
        compared = compare([stays, goes], [stays, comes])
        assert {(c.operation, c.resource.name) for c in compared.changes} == {
            (Operation.CREATE, "comes"),
            (Operation.DELETE, "goes"),
        }
        assert compared.same == 1

    def test_hides_checksums_and_the_charts_version(self) -> None:
        def deployment(version: str) -> Resource:
            metadata = {
                "labels": {"helm.sh/chart": version},
                "annotations": {"checksum/config": version},
            }
            return resource(
                inputs={"metadata": metadata, "spec": {"template": {"metadata": metadata}}}
            )

        compared = compare([deployment("1")], [deployment("2")])
        assert compared.changes == ()
        assert compared.quiet == 1

    def test_shows_other_labels(self) -> None:
        before, after = (resource(inputs={"metadata": {"labels": {"app": v}}}) for v in "ab")
        assert only([before], [after]).operation is Operation.UPDATE


class TestReplacement:
    @pytest.mark.parametrize(
        ("token", "before", "after", "cause"),
        [
            (RELEASE, {"name": "a"}, {"name": "b"}, ("name",)),
            (
                CERTIFICATE,
                {"validityPeriodHours": 1},
                {"validityPeriodHours": 2},
                ("validityPeriodHours",),
            ),
            (
                "kubernetes:core/v1:Service",
                {"spec": {"clusterIP": "1.1.1.1"}},
                {"spec": {"clusterIP": "2"}},
                ("spec", "clusterIP"),
            ),
            ("kubernetes:core/v1:Secret", {"type": "Opaque"}, {"type": "other"}, ("type",)),
            (
                "kubernetes:core/v1:ConfigMap",
                {"metadata": {"name": "a"}},
                {"metadata": {"name": "b"}},
                ("metadata", "name"),
            ),
        ],
    )
    def test_is_told_with_its_cause(
        self, token: str, before: Inputs, after: Inputs, cause: tuple[str, ...]
    ) -> None:
        change = only([resource(token=token, inputs=before)], [resource(token=token, inputs=after)])
        assert change.operation is Operation.REPLACE
        assert change.causes == (cause,)

    @pytest.mark.parametrize(
        ("token", "before", "after"),
        [
            (RELEASE, {"values": {"a": 1}}, {"values": {"a": 2}}),
            (LEAF, {"earlyRenewalHours": 1}, {"earlyRenewalHours": 2}),
            (CONFIG_MAP, {"data": {"a": "1"}}, {"data": {"a": "2"}}),
            ("kubernetes:core/v1:Secret", {"stringData": {"a": "1"}}, {"stringData": {"a": "2"}}),
            (
                "kubernetes:monitoring.coreos.com/v1:PodMonitor",
                {"spec": {"a": 1}},
                {"spec": {"a": 2}},
            ),
        ],
    )
    def test_is_not_told_of_what_is_changed_in_place(
        self, token: str, before: Inputs, after: Inputs
    ) -> None:
        change = only([resource(token=token, inputs=before)], [resource(token=token, inputs=after)])
        assert change.operation is Operation.UPDATE

    def test_of_a_protected_certificate_is_refused(self) -> None:
        change = only([certificate(1, protect=True)], [certificate(2, protect=True)])
        assert any("protected" in note for note in change.notes)

    def test_spreads_to_what_is_made_of_it(self) -> None:
        def leaf() -> Resource:
            origins = {"caCertPem": (f"{CERTIFICATE}::ca",)}
            return resource(
                "LocallySignedCert",
                "leaf",
                token=LEAF,
                inputs={"caCertPem": "same"},
                origins=origins,
            )

        first, second = compare([certificate(1), leaf()], [certificate(2), leaf()]).changes
        assert (first.operation, second.operation) == (Operation.REPLACE, Operation.REPLACE)
        assert second.causes == (("caCertPem",),)
        assert second.fields[0].after == Computed(origin="SelfSignedCert ca")

    def test_of_an_object_of_the_chart_is_one_that_helm_can_not_do(self) -> None:
        def deployment(label: str) -> Resource:
            inputs = {"spec": {"selector": {"matchLabels": {"app": label}}}}
            return resource(
                "Deployment", token="apps/v1/Deployment", source=Source.CHART, inputs=inputs
            )

        change = only([deployment("a")], [deployment("b")])
        assert change.operation is Operation.REPLACE
        assert "Helm can't change this in place" in change.notes[0]

    def test_of_a_hook_is_what_helm_always_does(self) -> None:
        def job(image: str) -> Resource:
            metadata = {"annotations": {"helm.sh/hook": "pre-install"}}
            inputs = {"metadata": metadata, "spec": {"template": {"image": image}}}
            return resource("Job", token="batch/v1/Job", source=Source.CHART, inputs=inputs)

        assert only([job("a")], [job("b")]).operation is Operation.UPDATE


class TestDeletion:
    def test_of_a_patch_leaves_the_object(self) -> None:
        patch = resource("NamespacePatch", token="kubernetes:core/v1:NamespacePatch")
        assert only([patch], []).operation is Operation.FORGET

    def test_of_what_is_retained_leaves_it(self) -> None:
        assert only([resource(retain=True)], []).operation is Operation.FORGET

    def test_of_what_the_chart_keeps_leaves_it(self) -> None:
        metadata = {"annotations": {"helm.sh/resource-policy": "keep"}}
        kept = resource(source=Source.CHART, token="v1/ConfigMap", inputs={"metadata": metadata})
        assert only([kept], []).operation is Operation.FORGET

    def test_of_what_is_protected_is_refused(self) -> None:
        change = only([resource(protect=True)], [])
        assert change.operation is Operation.DELETE
        assert "protected" in change.notes[0]
