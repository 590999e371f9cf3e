"""PodMonitors take the pods of llm-d's model servers, and only those, and keep their role."""

import re
from typing import Any

import pytest

from components.monitors.manifest import Manifest
from components.monitors.model_servers import CREATED_SERIES, pod_monitors
from components.settings.models import ModelSettings
from tests.unit.components.monitors.examples import (
    LABELS,
    OF_MODELSERVICE,
    OF_RECIPES,
    OTHERS,
    Pod,
    deployment,
    targets,
)


def monitors(model: ModelSettings) -> dict[str, Manifest]:
    return {made["metadata"]["name"]: made for made in pod_monitors(model, LABELS)}


def relabelled(endpoint: dict[str, Any], pod: Pod) -> dict[str, str]:
    """The target's labels after the relabellings, applied as Prometheus does."""
    labels = {
        f"__meta_kubernetes_pod_label_{re.sub('[^a-zA-Z0-9_]', '_', key)}": value
        for key, value in pod.labels.items()
    }
    for rule in endpoint["relabelings"]:
        assert rule["action"] == "replace"
        value = ";".join(labels.get(name, "") for name in rule.get("sourceLabels", []))
        if re.fullmatch(rule.get("regex", ".*"), value):
            labels[rule["targetLabel"]] = rule["replacement"]
    return {key: value for key, value in labels.items() if not key.startswith("__")}


def scraped(model: ModelSettings, pod: Pod) -> list[tuple[str, str]]:
    """Port and role of every target that a pod is."""
    return [
        (endpoint["port"], relabelled(endpoint, pod)["role"])
        for made in pod_monitors(model, LABELS)
        for endpoint in made["spec"]["podMetricsEndpoints"]
        if endpoint["port"] in targets(made, pod)
    ]


class TestPods:
    @pytest.mark.parametrize(
        ("pod", "role"),
        [("old label, decode", "decode"), ("decode", "decode"), ("prefill", "prefill")],
    )
    def test_of_the_modelservice_chart_are_scraped_once(self, pod: str, role: str) -> None:
        model = deployment(deployment="modelservice")
        assert scraped(model, OF_MODELSERVICE[pod]) == [("vllm", role)]

    @pytest.mark.parametrize(
        ("pod", "role"),
        [
            ("decode", "decode"),
            ("decode behind the sidecar", "decode"),
            ("both", "both"),
            ("prefill-decode", "both"),
            ("prefill", "prefill"),
            ("encode-prefill", "prefill"),
        ],
    )
    def test_of_the_recipes_are_scraped_once(self, pod: str, role: str) -> None:
        assert scraped(deployment(), OF_RECIPES[pod]) == [("modelserver", role)]

    @pytest.mark.parametrize("pod", OTHERS)
    @pytest.mark.parametrize("kind", ["modelservice", "recipes"])
    def test_of_others_are_not(self, pod: str, kind: str) -> None:
        assert scraped(deployment(deployment=kind), OTHERS[pod]) == []

    def test_may_be_narrowed_by_labels(self) -> None:
        model = deployment(podLabels={"llm-d.ai/guide": "pd-disaggregation"})
        assert scraped(model, OF_RECIPES["prefill"]) == [("modelserver", "prefill")]
        assert scraped(model, OF_RECIPES["decode"]) == []

    def test_of_wide_expert_parallelism_are_scraped_at_each_rank(self) -> None:
        ranks = [f"rank{number}" for number in range(8)]
        model = deployment(decode={"ports": ranks, "interval": "5s"})
        pod = Pod(labels={"llm-d.ai/role": "decode"}, ports=("sidecar", *ranks))
        assert scraped(model, pod) == [(rank, "decode") for rank in ranks]


class TestMonitors:
    def test_are_one_a_role(self) -> None:
        assert set(monitors(deployment())) == {"llmd-decode", "llmd-prefill"}

    @pytest.mark.parametrize(
        ("off", "left"), [("decode", "llmd-prefill"), ("prefill", "llmd-decode")]
    )
    def test_can_be_left_out(self, off: str, left: str) -> None:
        assert set(monitors(deployment(**{off: {"enabled": False}}))) == {left}

    def test_scrape_at_the_intervals_of_their_role(self) -> None:
        made = monitors(deployment(decode={"interval": "5s"}))
        intervals = {
            name: made[name]["spec"]["podMetricsEndpoints"][0]["interval"] for name in made
        }
        assert intervals == {"llmd-decode": "5s", "llmd-prefill": "30s"}

    def test_name_ports_and_number_none(self) -> None:
        for made in monitors(deployment()).values():
            for endpoint in made["spec"]["podMetricsEndpoints"]:
                assert endpoint["port"] == "modelserver"
                assert not {"portNumber", "targetPort"} & set(endpoint)

    def test_read_no_files_and_hold_no_empty_stubs(self) -> None:
        for made in monitors(deployment()).values():
            for endpoint in made["spec"]["podMetricsEndpoints"]:
                assert set(endpoint) == {
                    "port",
                    "path",
                    "interval",
                    "relabelings",
                    "metricRelabelings",
                }

    def test_stay_in_their_namespace(self) -> None:
        """Where users' monitors are restricted, a namespace selector is ignored or refused."""
        for made in monitors(deployment()).values():
            assert made["metadata"]["namespace"] == "llm-d"
            assert set(made["spec"]) == {"selector", "podMetricsEndpoints"}

    def test_have_the_labels_they_are_given(self) -> None:
        for made in monitors(deployment()).values():
            assert made["metadata"]["labels"] == LABELS


class TestCreatedSeries:
    def test_of_vllm_are_dropped_at_the_scrape(self) -> None:
        for made in monitors(deployment(engine="vllm")).values():
            (rule,) = made["spec"]["podMetricsEndpoints"][0]["metricRelabelings"]
            assert rule == {
                "action": "drop",
                "sourceLabels": ["__name__"],
                "regex": CREATED_SERIES,
            }

    @pytest.mark.parametrize(
        ("series", "dropped"),
        [
            ("vllm:num_preemptions_created", True),
            ("vllm:time_to_first_token_seconds_created", True),
            ("http_requests_created", True),
            ("vllm:num_preemptions_total", False),
            ("vllm:created_things", False),
            ("_created", False),
        ],
    )
    def test_are_those_that_end_so(self, series: str, dropped: bool) -> None:
        assert bool(re.fullmatch(CREATED_SERIES, series)) == dropped

    def test_of_sglang_do_not_exist_so_nothing_is_dropped(self) -> None:
        for made in monitors(deployment(engine="sglang")).values():
            assert "metricRelabelings" not in made["spec"]["podMetricsEndpoints"][0]
