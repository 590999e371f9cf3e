"""A chart with newer definitions (CRDs) after one with older ones, which Helm leaves as they are.

The steps build on each other, in the order of the file.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from tests.cluster.conftest import NewProject, Settings
from tests.cluster.foreign import NAMESPACES, remove
from tests.cluster.live import Live
from tests.cluster.project import NAMESPACE, Project
from tools.paths import CHART_CRD_DIR, REPO
from tools.stack.definitions import upgrade_definitions
from tools.stack.leftovers import sweep

MODELS = "llm-d"
NAME = "podmonitors.monitoring.coreos.com"
PATH = f"/apis/apiextensions.k8s.io/v1/customresourcedefinitions/{NAME}"
MONITORS = f"/apis/monitoring.coreos.com/v1/namespaces/{MODELS}/podmonitors"
FIELD = "metricRelabelings"
VERSION = "operator.prometheus.io/version"
OLD_VERSION = "0.50.0"


def older(text: str) -> str:
    """A definition of PodMonitors as it was before a field that this project sets."""
    # A bare `=` is a text to Kubernetes and a type of its own to YAML 1.1.
    quoted = re.sub(r"^( *)- =$", r'\1- "="', text, flags=re.MULTILINE)
    read: dict[str, Any] = yaml.load(quoted, Loader=yaml.CSafeLoader)
    read["metadata"]["annotations"][VERSION] = OLD_VERSION
    spec = read["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["spec"]
    del spec["properties"]["podMetricsEndpoints"]["items"]["properties"][FIELD]
    return yaml.safe_dump(read)


@pytest.fixture(scope="class")
def own(settings: Settings) -> Settings:
    return {**settings, "models": [{"namespace": MODELS}]}


@pytest.fixture(scope="class")
def own_definitions(without_definitions: None, live: Live) -> Iterator[None]:
    """Begins without definitions, and leaves no older one to other tests."""
    yield
    sweep(live.client, NAMESPACE)


@pytest.fixture(scope="class")
def project(
    own_definitions: None, new_project: NewProject, settings: Settings, live: Live
) -> Iterator[Project]:
    yield new_project(settings)
    remove(live.client, f"{NAMESPACES}/{MODELS}")


@pytest.fixture(scope="class")
def folder(project: Project) -> Path:
    """The definitions of the project's chart."""
    return project.folder / CHART_CRD_DIR.relative_to(REPO)


def version(live: Live) -> str:
    found: dict[str, Any] = live.client.get(PATH).raise_for_status().json()
    return str(found["metadata"]["annotations"][VERSION])


def monitors(live: Live) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = live.client.get(MONITORS).json().get("items", [])
    return found


class TestAnUpgradeOfTheChart:
    def test_begins_with_older_definitions(
        self, project: Project, live: Live, folder: Path
    ) -> None:
        file = folder / f"monitoring.coreos.com_{NAME.partition('.')[0]}.yaml"
        newer = file.read_text(encoding="utf-8")
        file.write_text(older(newer), encoding="utf-8")
        project.up().succeeded()
        file.write_text(newer, encoding="utf-8")
        assert version(live) == OLD_VERSION

    def test_is_not_planned_where_a_field_would_be_dropped(
        self, project: Project, live: Live, own: Settings
    ) -> None:
        project.configure(own)
        for output in (
            project.pulumi("preview").failed(),
            project.pulumi("up", "--yes").failed(),
        ):
            assert f"CustomResourceDefinition {NAME}: is of operator {OLD_VERSION}" in output
            assert f"doesn't know spec.podMetricsEndpoints[].{FIELD}" in output
            assert "helm show crds ./tools/embedded/chart/kube-prometheus-stack | kubectl" in output
        assert monitors(live) == []

    def test_is_not_begun_where_nobody_upgrades_definitions(
        self, project: Project, live: Live, own: Settings
    ) -> None:
        project.configure({**own, "operator": {"upgradeCrds": False}})
        assert f"CustomResourceDefinition {NAME}" in project.up().failed()
        assert monitors(live) == []

    def test_has_every_field_once_the_definitions_are_upgraded(
        self, project: Project, live: Live, own: Settings, folder: Path
    ) -> None:
        told: list[str] = []
        upgrade_definitions(live.client, folder, told.append)
        assert told == [f"CRD {NAME}: {OLD_VERSION} -> {version(live)}"]
        project.configure(own)
        project.pulumi("up", "--yes").succeeded()
        assert len(monitors(live)) == 2
        for monitor in monitors(live):
            assert all(FIELD in endpoint for endpoint in monitor["spec"]["podMetricsEndpoints"])

    def test_leaves_definitions_of_the_same_version_alone(self, live: Live, folder: Path) -> None:
        before = live.client.get(PATH).json()["metadata"]["resourceVersion"]
        told: list[str] = []
        upgrade_definitions(live.client, folder, told.append)
        assert told == []
        assert live.client.get(PATH).json()["metadata"]["resourceVersion"] == before

    def test_changes_nothing_afterwards(self, project: Project) -> None:
        project.pulumi("preview", "--expect-no-changes").succeeded()


class TestDefinitionsThatAreMissing:
    def test_are_left_to_helm(self, live: Live, tmp_path: Path) -> None:
        name = "nothings.monitoring.coreos.com"
        text = f"metadata:\n  annotations:\n    {VERSION}: 0.93.1\n  name: {name}\n"
        (tmp_path / "nothings.yaml").write_text(text, encoding="utf-8")
        upgrade_definitions(live.client, tmp_path, print)
        address = PATH.replace(NAME, name)
        assert live.client.get(address).status_code == httpx.codes.NOT_FOUND
