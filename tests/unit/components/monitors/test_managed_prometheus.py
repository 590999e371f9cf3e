"""Google Managed Prometheus: pods only, its own account reads tokens, its admission is strict."""

import re
from typing import Any

import pytest

from components.monitors.managed_prometheus import (
    CollectorNamespace,
    epp_monitoring,
    server_monitoring,
)
from components.monitors.manifest import Manifest, Monitoring
from components.settings.models import ModelSettings
from tests.unit.components.monitors.examples import (
    LABELS,
    OF_MODELSERVICE,
    OF_RECIPES,
    OTHERS,
    Pod,
    deployment,
    selects,
)

# The admission policies of the chart of prometheus-engine try a rule's expression on these, not anchored.
PROTECTED = (
    "project_id",
    "location",
    "cluster",
    "namespace",
    "instance",
    "top_level_controller",
    "top_level_controller_type",
    "__address__",
)
# Those that the converter knows.
ACTIONS = {"replace", "hashmod", "labeldrop", "labelkeep", "keep", "drop"}


def servers(model: ModelSettings) -> tuple[Manifest, ...]:
    return server_monitoring(model, LABELS).monitors


def epps(*given: dict[str, object], **keys: object) -> Monitoring:
    return epp_monitoring(deployment(epp=list(given), **keys), LABELS, "gmp-system")


def everything(model: ModelSettings) -> tuple[Manifest, ...]:
    return (*servers(model), *epp_monitoring(model, LABELS, "gmp-system").monitors)


def scraped(model: ModelSettings, pod: Pod) -> list[tuple[str, str]]:
    """Monitor and port of every target that a pod is; a port's name is an anchored expression."""
    return [
        (made["metadata"]["name"], port)
        for made in everything(model)
        if selects(made["spec"]["selector"], pod.labels)
        for endpoint in made["spec"]["endpoints"]
        for port in pod.ports
        if re.fullmatch(endpoint["port"], port)
    ]


def role_after(made: Manifest, role: str) -> str:
    """The label `role` that a pod's label becomes."""
    (origin,) = made["spec"]["targetLabels"]["fromPod"]
    assert origin == {"from": "llm-d.ai/role", "to": "role"}
    for rule in made["spec"]["endpoints"][0]["metricRelabeling"]:
        if rule["sourceLabels"] == ["role"] and re.fullmatch(rule["regex"], role):
            role = rule["replacement"]
    return role


FULL: dict[str, Any] = {
    "decode": {"ports": ["rank0", "rank1"]},
    "epp": [{"release": "a"}, {"release": "b", "authentication": False}],
}


class TestModelServers:
    @pytest.mark.parametrize("pod", OF_RECIPES)
    def test_of_the_recipes_are_scraped_once(self, pod: str) -> None:
        ((_, port),) = scraped(deployment(), OF_RECIPES[pod])
        assert port == "modelserver"

    @pytest.mark.parametrize("pod", OF_MODELSERVICE)
    def test_of_the_modelservice_chart_are_scraped_once(self, pod: str) -> None:
        ((_, port),) = scraped(deployment(deployment="modelservice"), OF_MODELSERVICE[pod])
        assert port == "vllm"

    @pytest.mark.parametrize(
        ("place", "label", "role"),
        [
            (0, "decode", "decode"),
            (0, "both", "both"),
            (0, "prefill-decode", "both"),
            (0, "encode-prefill-decode", "both"),
            (1, "prefill", "prefill"),
            (1, "encode-prefill", "prefill"),
        ],
    )
    def test_keep_their_role(self, place: int, label: str, role: str) -> None:
        assert role_after(servers(deployment())[place], label) == role

    def test_keep_the_labels_that_are_set_by_default(self) -> None:
        for made in servers(deployment()):
            assert made["spec"]["targetLabels"]["metadata"] == [
                "container",
                "pod",
                "top_level_controller_name",
                "top_level_controller_type",
            ]

    def test_of_vllm_have_no_created_series(self) -> None:
        vllm, sglang = (
            servers(deployment(engine=engine))[0]["spec"]["endpoints"][0]["metricRelabeling"]
            for engine in ("vllm", "sglang")
        )
        assert [rule["action"] for rule in vllm] == ["replace", "drop"]
        assert [rule["action"] for rule in sglang] == ["replace"]

    def test_are_ours_even_where_charts_make_the_epps_monitors(self) -> None:
        """Their chart makes the Prometheus operator's only, which means nothing here."""
        model = deployment(monitors="charts", deployment="modelservice")
        assert len(servers(model)) == 2


class TestEpps:
    @pytest.mark.parametrize(
        ("pod", "release", "keys", "own"),
        [
            ("EPP of inferencepool", "gaie-a", {"generation": "gaie"}, {}),
            (
                "EPP of standalone without an InferencePool",
                "gaie-a",
                {"generation": "gaie"},
                {"inferencePool": False},
            ),
            ("EPP of the gateway chart", "a", {}, {}),
            ("EPP of the standalone chart", "a", {}, {}),
            ("EPP without an InferencePool", "a", {}, {"inferencePool": False}),
        ],
    )
    def test_of_every_chart_are_scraped_once_under_their_release(
        self, pod: str, release: str, keys: dict[str, object], own: dict[str, object]
    ) -> None:
        model = deployment(epp=[{"release": release, **own}], **keys)
        assert scraped(model, OTHERS[pod]) == [(release, "metrics")]

    def test_are_scraped_without_a_token_where_none_is_asked_for(self) -> None:
        """The chart would then make no monitor at all."""
        made = epps({"release": "a", "authentication": False})
        assert made.access == ()
        assert set(made.monitors[0]["spec"]["endpoints"][0]) == {
            "port",
            "scheme",
            "path",
            "interval",
        }

    def test_have_their_token_read_by_name(self) -> None:
        (made,) = epps({"release": "a"}).monitors
        assert made["spec"]["endpoints"][0]["authorization"] == {
            "type": "Bearer",
            "credentials": {"secret": {"name": "llmd-metrics-reader-token", "key": "token"}},
        }

    def test_are_the_charts_where_charts_make_them(self) -> None:
        made = epps({"release": "a"}, monitors="charts", deployment="modelservice")
        assert made == Monitoring()


class TestCollector:
    @pytest.mark.parametrize("collector", ["gmp-system", "gke-gmp-system"])
    def test_may_read_the_tokens_and_no_other_secret(self, collector: CollectorNamespace) -> None:
        epp = [{"release": "a"}, {"release": "b", "tokenSecret": "theirs"}]
        made = {
            item["kind"]: item
            for item in epp_monitoring(deployment(epp=epp), LABELS, collector).access
        }
        assert made["Role"]["rules"] == [
            {
                "apiGroups": [""],
                "resources": ["secrets"],
                "resourceNames": ["llmd-metrics-reader-token", "theirs"],
                "verbs": ["get", "list", "watch"],
            }
        ]
        assert made["RoleBinding"]["roleRef"]["name"] == made["Role"]["metadata"]["name"]
        assert made["RoleBinding"]["subjects"] == [
            {"kind": "ServiceAccount", "name": "collector", "namespace": collector}
        ]


class TestAdmission:
    def rules(self) -> list[dict[str, Any]]:
        return [
            rule
            for made in everything(deployment(**FULL))
            for endpoint in made["spec"]["endpoints"]
            for rule in endpoint.get("metricRelabeling", [])
        ]

    @pytest.mark.parametrize("label", PROTECTED)
    def test_takes_every_expression(self, label: str) -> None:
        assert [rule for rule in self.rules() if re.search(rule["regex"], label)] == []

    def test_takes_every_action_and_label(self) -> None:
        assert {rule["action"] for rule in self.rules()} <= ACTIONS
        assert {rule.get("targetLabel", "role") for rule in self.rules()} == {"role"}

    def test_finds_no_port_twice_in_a_monitor(self) -> None:
        for made in everything(deployment(**FULL)):
            ports = [endpoint["port"] for endpoint in made["spec"]["endpoints"]]
            assert len(ports) == len(set(ports))

    def test_finds_an_interval_at_every_endpoint(self) -> None:
        for made in everything(deployment(**FULL)):
            assert all(endpoint["interval"] for endpoint in made["spec"]["endpoints"])
