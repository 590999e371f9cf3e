"""GKE, as far as its API server tells it: from the first update to the removal.

The cluster has Google's kinds, namespaces and operator settings; nothing watches them. The steps build on each
other, in the order of the file.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from tests.cluster.conftest import NewProject, Settings, example
from tests.cluster.definitions import wait_until_served
from tests.cluster.foreign import NAMESPACES, definition, existing, namespace, remove
from tests.cluster.live import Live
from tests.cluster.managed_prometheus import BINDING, POD_MONITORING, POLICY, RULES
from tests.cluster.operator_config import OPERATOR_CONFIG
from tests.cluster.project import Project

MODELS = "llm-d"
EPP = "inference-scheduling"
GOOGLE = "/apis/monitoring.googleapis.com/v1/namespaces"
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
        assert replace(gke, namespace=MODELS).list("secrets") == {}
