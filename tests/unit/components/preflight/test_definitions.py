"""Definitions of the operator's kinds that are older than what a stack makes."""

from typing import Any, Final

import pytest

from components.platforms.operator_objects import operator_objects
from components.preflight.definitions import outdated_definitions, unknown_fields
from components.preflight.live_cluster import LiveCluster, UnreadableError
from components.settings import Settings
from tests.api_server import ApiServer
from tests.unit.components.documents import COMPLETE, Document

PATH: Final = (
    "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/podmonitors.monitoring.coreos.com"
)
TEXT: Final = {"type": "string"}
MODELS: Final[Document] = {"models": [{"namespace": "llm-d"}]}


def definition(spec: dict[str, Any], **annotations: str) -> dict[str, Any]:
    schema = {"type": "object", "properties": {"spec": spec}}
    version = {"name": "v1", "schema": {"openAPIV3Schema": schema}}
    older = {"name": "v1beta1", "schema": {"openAPIV3Schema": {"type": "object"}}}
    return {"metadata": {"annotations": annotations}, "spec": {"versions": [older, version]}}


def unknown(schema: dict[str, Any], spec: object) -> list[str]:
    manifest = {"apiVersion": "monitoring.coreos.com/v1", "kind": "PodMonitor", "spec": spec}
    return list(unknown_fields(definition(schema), manifest))


def group(**properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


class TestUnknownFields:
    @pytest.mark.parametrize(
        ("schema", "spec", "found"),
        [
            (group(a=TEXT), {"a": "x"}, []),
            (group(a=TEXT), {"b": "x"}, ["spec.b"]),
            (group(a=group(b=TEXT)), {"a": {"b": "x", "c": "x"}}, ["spec.a.c"]),
            (
                group(a={"type": "array", "items": group(b=TEXT)}),
                {"a": [{"b": "x"}, {"c": "x"}]},
                ["spec.a[].c"],
            ),
            (group(a={"type": "object", "additionalProperties": TEXT}), {"a": {"any": "x"}}, []),
            (
                group(a={"type": "object", "additionalProperties": group(b=TEXT)}),
                {"a": {"any": {"c": "x"}}},
                ["spec.a.any.c"],
            ),
            (
                group(a={"type": "object", "x-kubernetes-preserve-unknown-fields": True}),
                {"a": {"any": {"c": "x"}}},
                [],
            ),
            (group(a={"x-kubernetes-int-or-string": True}), {"a": 1}, []),
        ],
    )
    def test_are_those_that_the_schema_lacks(
        self, schema: dict[str, Any], spec: object, found: list[str]
    ) -> None:
        assert unknown(schema, spec) == found


def found(cluster: LiveCluster, **document: object) -> list[str]:
    settings = Settings.model_validate({**MODELS, **document})
    findings = outdated_definitions(cluster, settings, operator_objects(settings))
    return [str(finding) for finding in findings]


OLD: Final = definition(
    group(
        selector={"x-kubernetes-preserve-unknown-fields": True},
        podMetricsEndpoints={
            "type": "array",
            "items": group(
                port=TEXT,
                path=TEXT,
                interval=TEXT,
                relabelings={"type": "array", "x-kubernetes-preserve-unknown-fields": True},
            ),
        },
    ),
    **{"operator.prometheus.io/version": "0.50.0"},
)


class TestOutdatedDefinitions:
    def test_are_told_with_their_version_and_every_field_once(
        self, server: ApiServer, cluster: LiveCluster
    ) -> None:
        server.objects[PATH] = OLD
        (told,) = found(cluster)
        assert told.startswith(
            "CustomResourceDefinition podmonitors.monitoring.coreos.com: is of operator 0.50.0 and doesn't know "
            "spec.podMetricsEndpoints[].metricRelabelings, which this stack sets; the field would be dropped or "
            "refused; next: "
        )

    def test_without_a_version_are_told_too(self, server: ApiServer, cluster: LiveCluster) -> None:
        server.objects[PATH] = {**OLD, "metadata": {}}
        (told,) = found(cluster)
        assert ": is too old: it doesn't know spec." in told

    @pytest.mark.parametrize(
        ("document", "command"),
        [
            (
                {"chart": {"repository": "https://charts.example.com", "version": "1.2.3"}},
                (
                    "`helm show crds kube-prometheus-stack --repo https://charts.example.com --version 1.2.3 | "
                    "kubectl apply --server-side --force-conflicts -f -`"
                ),
            ),
            (
                {"chart": {"repository": "oci://registry.example.com/charts", "version": "1.2.3"}},
                "`helm show crds oci://registry.example.com/charts/kube-prometheus-stack --version 1.2.3 | ",
            ),
            ({"chart": {"path": "./chart"}}, "`helm show crds ./chart | "),
        ],
    )
    def test_are_told_with_the_command_that_upgrades_them(
        self, server: ApiServer, cluster: LiveCluster, document: Document, command: str
    ) -> None:
        server.objects[PATH] = OLD
        (told,) = found(cluster, **document)
        assert command in told

    @pytest.mark.parametrize(
        ("operator", "remedy"),
        [
            ({}, "`pulumi up --skip-preview`, which lets the chart's Job upgrade them"),
            ({"upgradeCrds": False}, "operator.upgradeCrds: true has the chart do it from then on"),
            ({"install": "existing"}, "bring the CRDs of the cluster's operator to its version"),
        ],
    )
    def test_are_told_with_who_upgrades_them(
        self, server: ApiServer, cluster: LiveCluster, operator: Document, remedy: str
    ) -> None:
        server.objects[PATH] = OLD
        (told,) = found(cluster, operator=operator)
        assert remedy in told

    def test_are_none_where_there_are_none_yet(self, cluster: LiveCluster) -> None:
        assert found(cluster) == []

    def test_that_may_not_be_read_are_told_as_such(
        self, server: ApiServer, cluster: LiveCluster
    ) -> None:
        server.forbidden.add(PATH)
        with pytest.raises(UnreadableError, match="forbidden"):
            found(cluster)


class TestTheObjectsOfAStack:
    def test_are_of_every_kind_that_it_makes_beside_the_chart(self) -> None:
        made = list(operator_objects(Settings.model_validate(COMPLETE)))
        assert {one["kind"] for one in made} == {
            "PodMonitor",
            "ServiceMonitor",
            "PrometheusRule",
            "AlertmanagerConfig",
        }
