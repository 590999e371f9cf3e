"""OpenShift, as far as its API server tells it: from the first update to the removal.

The cluster has the namespaces, ConfigMaps, roles and kinds that OpenShift brings; nothing watches them.
The steps build on each other, in the order of the file.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
import yaml

from tests.cluster.conftest import NewProject, Settings, example
from tests.cluster.foreign import (
    NAMESPACES,
    config_map,
    definition,
    existing,
    namespace,
    remove,
)
from tests.cluster.live import Live
from tests.cluster.project import Project
from tools.paths import CRD_DIR

MODELS = "llm-d"
ADMINISTRATORS = """\
# The platform team's. Ask before you change it.

prometheusK8s:   # sized for 40 nodes
  retention:   15d
  volumeClaimTemplate: {spec: {resources: {requests: {storage: '100Gi'}}}}
"""
SWITCHED_ON = ADMINISTRATORS.replace("prometheusK8s", "enableUserWorkload: true\nprometheusK8s", 1)
LATER = f"{SWITCHED_ON}nodeExporter: {{}}   # added later\n"
USERS = "# ours too\nalertmanager:\n  enabled: true\n"
CONFIG_MAPS = (
    ("openshift-monitoring", "cluster-monitoring-config"),
    ("openshift-user-workload-monitoring", "user-workload-monitoring-config"),
)
SHIPPED_KINDS = ("podmonitors", "servicemonitors", "prometheusrules")


@pytest.fixture(scope="class")
def openshift(live: Live) -> Iterator[Live]:
    """The cluster with what OpenShift brings."""
    kinds = [
        definition(yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader))
        for kind in SHIPPED_KINDS
        for path in CRD_DIR.glob(f"*_{kind}.yaml")
    ]
    view: dict[str, Any] = {"metadata": {"name": "cluster-monitoring-view"}, "rules": []}
    with existing(
        live.client,
        *kinds,
        ("/apis/rbac.authorization.k8s.io/v1/clusterroles", view),
        namespace("openshift-monitoring", {"openshift.io/cluster-monitoring": "true"}),
        namespace("openshift-user-workload-monitoring"),
        config_map(*CONFIG_MAPS[0], {"config.yaml": ADMINISTRATORS}),
        config_map(*CONFIG_MAPS[1], None),
    ):
        yield live
        remove(live.client, f"{NAMESPACES}/{MODELS}")


@pytest.fixture(scope="class")
def own(settings: Settings) -> Settings:
    return example("openshift-prod", settings)


@pytest.fixture(scope="class")
def project(openshift: Live, new_project: NewProject, own: Settings) -> Project:
    return new_project(own)


def config_of(live: Live, place: tuple[str, str]) -> str:
    where, name = place
    data = replace(live, namespace=where).get("configmaps", name)["data"]
    return str(data["config.yaml"])


def write(live: Live, place: tuple[str, str], text: str) -> None:
    """Edits a `config.yaml` as an administrator does."""
    where, name = place
    replace(live, namespace=where).patch("configmaps", name, {"data": {"config.yaml": text}})


@pytest.mark.usefixtures("without_definitions")
class TestOpenShift:
    def test_a_preview_changes_nothing(self, project: Project, openshift: Live) -> None:
        assert "ConfigMapPatch" in project.pulumi("preview").succeeded()
        assert config_of(openshift, CONFIG_MAPS[0]) == ADMINISTRATORS
        assert openshift.namespace_labels() is None

    def test_an_update_switches_user_workload_monitoring_on_and_keeps_every_byte(
        self, project: Project, openshift: Live
    ) -> None:
        project.up().succeeded()
        assert config_of(openshift, CONFIG_MAPS[0]) == SWITCHED_ON
        prometheus = yaml.safe_load(config_of(openshift, CONFIG_MAPS[1]))["prometheus"]
        assert prometheus["retention"] == "30d"
        claim = prometheus["volumeClaimTemplate"]["spec"]
        assert claim["resources"]["requests"]["storage"] == "200Gi"

    def test_grafana_runs_alone(self, openshift: Live) -> None:
        deployments = openshift.list("deployments")
        assert deployments.keys() == {"llmd-grafana"}
        status = deployments["llmd-grafana"]["status"]
        assert status["readyReplicas"] == 1
        pod = deployments["llmd-grafana"]["spec"]["template"]["spec"]
        assert pod["securityContext"] == {"runAsNonRoot": True}
        assert openshift.list("daemonsets") == {}
        assert openshift.list("servicemonitors") == {}

    def test_the_token_is_one_that_the_cluster_filled(self, openshift: Live) -> None:
        assert openshift.secret("llmd-metrics-reader-token")["token"].count(".") == 2

    def test_the_models_have_their_monitors(self, openshift: Live) -> None:
        models = replace(openshift, namespace=MODELS)
        assert models.list("podmonitors").keys() == {"llmd-decode", "llmd-prefill"}
        assert models.list("servicemonitors").keys() == {"llmd-epp-inference-scheduling"}

    def test_a_second_update_changes_nothing(self, project: Project) -> None:
        project.up("--expect-no-changes").succeeded()

    def test_a_ca_that_openshift_injects_is_no_change(
        self, project: Project, openshift: Live
    ) -> None:
        ca = {"data": {"service-ca.crt": "the CA of the services"}}
        openshift.patch("configmaps", "llmd-service-ca", ca)
        project.up("--refresh", "--expect-no-changes").succeeded()
        assert openshift.get("configmaps", "llmd-service-ca")["data"] == ca["data"]

    def test_what_an_administrator_adds_survives_a_change_of_ours(
        self, project: Project, openshift: Live, own: Settings
    ) -> None:
        write(openshift, CONFIG_MAPS[0], LATER)
        write(openshift, CONFIG_MAPS[1], f"{USERS}prometheus:\n  retention: 7d\n  logLevel: warn\n")
        changed = {"prometheus": {"retention": "9d", "retentionSize": "45GB"}}
        project.configure({**own, "openshift": changed})
        project.up().succeeded()
        assert config_of(openshift, CONFIG_MAPS[0]) == LATER
        assert config_of(openshift, CONFIG_MAPS[1]) == (
            f"{USERS}prometheus:\n  retention: 9d\n  logLevel: warn\n  retentionSize: 45GB\n"
        )
        project.up("--expect-no-changes").succeeded()

    @pytest.mark.parametrize(
        ("text", "told"),
        [
            ("enableUserWorkload: false\n", "says enableUserWorkload: false"),
            ("enableUserWorkloads: true\n", "doesn't know: enableUserWorkloads"),
            ("prometheusK8s: [\n", "is no valid YAML"),
        ],
    )
    def test_a_text_that_is_broken_or_says_no_is_left_as_it_is(
        self, project: Project, openshift: Live, text: str, told: str
    ) -> None:
        write(openshift, CONFIG_MAPS[0], text)
        output = project.up().failed()
        assert told in output
        assert "nothing was planned" in output
        assert config_of(openshift, CONFIG_MAPS[0]) == text
        write(openshift, CONFIG_MAPS[0], LATER)

    def test_a_destroy_takes_ours_and_leaves_both_config_maps_as_they_are(
        self, project: Project, openshift: Live
    ) -> None:
        before = [config_of(openshift, place) for place in CONFIG_MAPS]
        project.pulumi("destroy", "--yes", "--skip-preview").succeeded()
        assert [config_of(openshift, place) for place in CONFIG_MAPS] == before
        assert before[0] == LATER
        assert openshift.list("deployments") == {}
        assert openshift.list("secrets") == {}
        bindings = "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings"
        ours = f"{bindings}/llm-d-monitoring-llmd-metrics-reader"
        assert openshift.client.get(ours).status_code == httpx.codes.NOT_FOUND
