"""GKE, as far as its API server tells it: from the first update to the removal.

The cluster has Google's kinds, namespaces and operator settings; nothing watches them. The steps build on each
other, in the order of the file.
"""

import copy
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest

from components.platforms.names import names_of
from components.platforms.namespace_rules import google_cluster_rules, google_rules
from components.settings import Settings as StackSettings
from tests.cluster.conftest import NewProject, Settings, example
from tests.cluster.definitions import wait_until_served
from tests.cluster.foreign import NAMESPACES, definition, existing, namespace, remove
from tests.cluster.live import Live
from tests.cluster.managed_prometheus import (
    BINDING,
    CLUSTER_RULES,
    POD_MONITORING,
    POLICY,
    RULES,
)
from tests.cluster.operator_config import OPERATOR_CONFIG
from tests.cluster.project import Project

MODELS = "llm-d"
EPP = "inference-scheduling"
GOOGLE = "/apis/monitoring.googleapis.com/v1/namespaces"
CLUSTER_RULES_OF_GOOGLE = "/apis/monitoring.googleapis.com/v1/clusterrules"
CREATED = httpx.codes.CREATED
CONFIG = f"{GOOGLE}/gmp-public/operatorconfigs"
POLICIES = "/apis/admissionregistration.k8s.io/v1"


@pytest.fixture(scope="class")
def gke(live: Live) -> Iterator[Live]:
    """The cluster with what GKE brings."""
    config = {
        "apiVersion": "monitoring.googleapis.com/v1",
        "kind": "OperatorConfig",
        "metadata": {"name": "config"},
        "collection": {"compression": "gzip"},
    }
    collector = {"metadata": {"name": "collector"}}
    with existing(
        live.client,
        definition(POD_MONITORING),
        definition(RULES),
        definition(CLUSTER_RULES),
        definition(OPERATOR_CONFIG),
        (f"{POLICIES}/validatingadmissionpolicies", POLICY),
        (f"{POLICIES}/validatingadmissionpolicybindings", BINDING),
        namespace("gmp-public"),
        namespace("gmp-system"),
        (f"{NAMESPACES}/gmp-system/serviceaccounts", collector),
    ):
        wait_until_served(live.client, CONFIG)
        with existing(live.client, (CONFIG, config)):
            yield live
        remove(live.client, f"{NAMESPACES}/{MODELS}")


@pytest.fixture(scope="class")
def own(settings: Settings) -> Settings:
    return example("gke-prod", settings)


@pytest.fixture(scope="class")
def project(gke: Live, new_project: NewProject, own: Settings) -> Project:
    return new_project(own)


def operator_config(live: Live) -> dict[str, Any]:
    found: dict[str, Any] = live.client.get(f"{CONFIG}/config").raise_for_status().json()
    return {key: found[key] for key in ("collection", "features") if key in found}


def monitorings(live: Live) -> set[str]:
    response = live.client.get(f"{GOOGLE}/{MODELS}/podmonitorings").raise_for_status()
    return {item["metadata"]["name"] for item in response.json()["items"]}


def rules(live: Live) -> set[str]:
    response = live.client.get(f"{GOOGLE}/{MODELS}/rules").raise_for_status()
    return {item["metadata"]["name"] for item in response.json()["items"]}


def cluster_rules(live: Live) -> set[str]:
    response = live.client.get(CLUSTER_RULES_OF_GOOGLE).raise_for_status()
    return {item["metadata"]["name"] for item in response.json()["items"]}


def strictly(live: Live, path: str, manifest: dict[str, Any]) -> httpx.Response:
    """What the API server says to an object where it takes no unknown field; it isn't stored."""
    return live.client.post(
        path, json=manifest, params={"dryRun": "All", "fieldValidation": "Strict"}
    )


@pytest.fixture(scope="class")
def made_rules(own: Settings) -> list[tuple[str, dict[str, Any]]]:
    """Every rule object of the stack, and where it goes."""
    made = StackSettings.model_validate(own)
    names = names_of(made, "http")
    return [
        *((CLUSTER_RULES_OF_GOOGLE, one) for one in google_cluster_rules(made, names)),
        # The namespace of the models isn't there yet.
        *((f"{GOOGLE}/default/rules", one) for one in google_rules(made, names)("default")),
    ]


class TestRules:
    def test_are_taken_where_no_unknown_field_is(
        self, gke: Live, made_rules: list[tuple[str, dict[str, Any]]]
    ) -> None:
        wait_until_served(gke.client, CLUSTER_RULES_OF_GOOGLE)
        answers = {
            f"{one['kind']} {one['metadata']['name']}": strictly(gke, path, one)
            for path, one in made_rules
        }
        assert len(answers) == len(made_rules)
        refused = {what: one.text for what, one in answers.items() if one.status_code != CREATED}
        assert refused == {}

    @pytest.mark.parametrize(
        ("field", "value", "told"),
        [
            ("keep_firing_for", "15m", "unknown field"),
            ("record", "a:b:c", "failed rule"),
            ("for", "soon", "must be of type duration"),
        ],
    )
    def test_of_another_form_are_refused(
        self,
        gke: Live,
        made_rules: list[tuple[str, dict[str, Any]]],
        field: str,
        value: str,
        told: str,
    ) -> None:
        path, one = next(
            made for made in made_rules if made[1]["metadata"]["name"] == "llmd-alerts-saturation"
        )
        wrong = copy.deepcopy(one)
        wrong["spec"]["groups"][0]["rules"][0][field] = value
        assert told in strictly(gke, path, wrong).text


@pytest.mark.usefixtures("without_definitions")
class TestGke:
    def test_a_preview_changes_nothing(self, project: Project, gke: Live) -> None:
        assert "OperatorConfigPatch" in project.pulumi("preview").succeeded()
        assert operator_config(gke) == {"collection": {"compression": "gzip"}}
        assert gke.namespace_labels() is None

    def test_an_update_makes_googles_monitors_and_grafana_with_its_proxy(
        self, project: Project, gke: Live
    ) -> None:
        project.up().succeeded()
        assert monitorings(gke) == {"llmd-decode", "llmd-prefill", EPP}
        assert {"llmd-recording-model-servers", "llmd-alerts-slo"} < rules(gke)
        assert cluster_rules(gke) == {
            "llmd-recording-gpu",
            "llmd-recording-autoscaler",
            "llmd-alerts-saturation",
            "llmd-alerts-autoscaler",
        }
        deployments = gke.list("deployments")
        assert deployments.keys() == {"llmd-grafana", "llmd-gmp-frontend"}
        for name, deployment in deployments.items():
            assert deployment["status"]["readyReplicas"] == deployment["spec"]["replicas"], name

    def test_googles_operator_keeps_its_other_settings(self, gke: Live) -> None:
        assert operator_config(gke) == {
            "collection": {"compression": "gzip"},
            "features": {"targetStatus": {"enabled": True}},
        }

    def test_the_collector_may_read_the_token_and_no_other_secret(self, gke: Live) -> None:
        review = "/apis/authorization.k8s.io/v1/subjectaccessreviews"
        user = "system:serviceaccount:gmp-system:collector"
        allowed = {}
        for secret in ("llmd-metrics-reader-token", "other"):
            attributes = {
                "namespace": MODELS,
                "verb": "get",
                "resource": "secrets",
                "name": secret,
            }
            spec = {"user": user, "resourceAttributes": attributes}
            answer = gke.client.post(review, json={"spec": spec}).raise_for_status().json()
            allowed[secret] = answer["status"]["allowed"]
        assert allowed == {"llmd-metrics-reader-token": True, "other": False}

    def test_a_second_update_changes_nothing(self, project: Project) -> None:
        project.up("--expect-no-changes").succeeded()

    def test_automatic_monitoring_takes_our_monitors_of_vllm_away(
        self, project: Project, gke: Live, own: Settings
    ) -> None:
        project.configure({**own, "gke": {**own["gke"], "automaticMonitoring": True}})
        project.up().succeeded()
        assert monitorings(gke) == {EPP}

    def test_the_other_mode_of_the_cluster_is_told(
        self, project: Project, gke: Live, own: Settings
    ) -> None:
        project.configure({**own, "gke": {**own["gke"], "autopilot": True}})
        output = project.up().failed()
        assert "ServiceAccount gmp-system/collector: is Google's collector" in output
        assert "nothing was planned" in output
        assert monitorings(gke) == {EPP}

    def test_a_destroy_takes_back_our_setting_and_leaves_the_others(
        self, project: Project, gke: Live
    ) -> None:
        project.pulumi("destroy", "--yes", "--skip-preview").succeeded()
        assert operator_config(gke).get("collection") == {"compression": "gzip"}
        assert "targetStatus" not in operator_config(gke).get("features", {})
        assert monitorings(gke) == set()
        assert gke.list("deployments") == {}
        assert cluster_rules(gke) == set()
        assert replace(gke, namespace=MODELS).list("secrets") == {}
