"""What the cluster tests stand on: an embedded cluster, working copies of the project, a client."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.cluster.foreign import NAMESPACES, remove
from tests.cluster.live import Live
from tests.cluster.project import CHART, NAMESPACE, PROJECT, STACK, Project, working_copy
from tests.cluster_fixture import embedded_cluster
from tests.program.recording import stack_configuration
from tests.tls_clients.clients import Client, built, go_client, python_client
from tools.cluster.embedded import EmbeddedCluster
from tools.stack.leftovers import sweep

__all__ = ["embedded_cluster"]

Settings = dict[str, Any]


@pytest.fixture(scope="class")
def live(embedded_cluster: EmbeddedCluster) -> Iterator[Live]:
    """The monitoring namespace of the embedded cluster."""
    with embedded_cluster.connect() as client:
        yield Live(client=client, namespace=NAMESPACE)


@pytest.fixture(scope="class")
def elsewhere(live: Live) -> Live:
    """A namespace that isn't ours."""
    return replace(live, namespace="default")


@pytest.fixture(scope="session")
def settings(embedded_cluster: EmbeddedCluster) -> Settings:
    """The settings of a stack on the embedded cluster."""
    return settings_on(embedded_cluster.kubeconfig)


@pytest.fixture(scope="session")
def small(settings: Settings) -> Settings:
    """The settings without Grafana and Alertmanager, for tests that are about something else."""
    return {**settings, "grafana": {"enabled": False}, "alertmanager": {"enabled": False}}


def settings_on(kubeconfig: Path) -> Settings:
    """Returns the settings of a stack on an embedded cluster."""
    return {
        "kubernetes": {"kubeconfig": str(kubeconfig), "context": "llmd-local"},
        "chart": {"path": CHART, "timeoutSeconds": 120},
        "tls": {"protectCa": False},
    }


def example(stack: str, settings: Settings) -> Settings:
    """Returns the settings of an example stack, brought to the embedded cluster and its chart."""
    given = {
        key.removeprefix(f"{PROJECT}:"): value for key, value in stack_configuration(stack).items()
    }
    return {**given, "kubernetes": settings["kubernetes"], "chart": settings["chart"]}


@pytest.fixture(scope="session")
def clients(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Client]:
    """Clients that verify, by their language."""
    program = built(tmp_path_factory.mktemp("client"))
    return {"go": go_client(program), "python": python_client}


@pytest.fixture(scope="class")
def without_definitions(live: Live) -> None:
    """The cluster without the operator's CRDs, which earlier tests may have left there."""
    assert sweep(live.client, NAMESPACE) == ()


NewProject = Callable[[Settings], Project]


@pytest.fixture(scope="class")
def new_project(
    tmp_path_factory: pytest.TempPathFactory, settings: Settings, live: Live
) -> Iterator[NewProject]:
    """Makes working copies with a stack of their own; leaves the cluster as it was."""
    made: list[Project] = []

    def make(own: Settings) -> Project:
        project = working_copy(tmp_path_factory.mktemp("project") / "copy")
        made.append(project)
        project.run("pulumi", "stack", "init", STACK, "--non-interactive").succeeded()
        project.configure(own)
        return project

    yield make
    for project in made:
        project.configure(settings)
        project.pulumi("destroy", "--yes", "--skip-preview")
    # Whatever the tests put there goes too: the next ones begin without the namespace. The operator's
    # CRDs stay, since the API server takes long to make and to end them; see `without_definitions`.
    remove(live.client, f"{NAMESPACES}/{NAMESPACE}")
