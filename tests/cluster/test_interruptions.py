"""Processes that die in the middle: typed again, the command ends as if nothing had happened."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from tests.cluster.live import Live
from tests.cluster.project import NAMESPACE, PROJECT, Project, working_copy
from tools.cluster.embedded import EmbeddedCluster

COMMAND = (".venv/bin/python", "-m", "tools.cli")
DATASOURCE = "llmd-grafana-datasources"


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """A clone in which `llmd-monitoring up` and `down` work on a cluster of its own."""
    project = working_copy(tmp_path_factory.mktemp("clone") / "copy")
    yield project
    EmbeddedCluster(project.folder / ".cluster").stop()


@pytest.fixture
def cluster(copy: Project) -> EmbeddedCluster:
    return EmbeddedCluster(copy.folder / ".cluster")


def exists(cluster: EmbeddedCluster, resource: str, name: str) -> Callable[[], bool]:
    """Tells whether an object is there, also while there is no API server."""

    def look() -> bool:
        if not cluster.status().running:
            return False
        with cluster.connect() as client:
            try:
                return Live(client=client, namespace=NAMESPACE).find(resource, name) is not None
            except httpx.TransportError:
                return False

    return look


def processes_in(folder: Path) -> list[str]:
    """Returns the command lines of processes that work in a folder."""
    found = []
    for process in psutil.process_iter(["cmdline"]):
        line = " ".join(process.info["cmdline"] or ())
        if str(folder) in line:
            found.append(line)
    return found


def kill_api_server(cluster: EmbeddedCluster) -> None:
    """Ends the API server as a crash would."""
    for process in psutil.process_iter(["cmdline"]):
        line = " ".join(process.info["cmdline"] or ())
        if "kube-apiserver" in line and str(cluster.directory) in line:
            process.kill()


def state_file(copy: Project) -> Path:
    """Returns where the file backend keeps the local stack's state."""
    return copy.folder / ".cluster" / "state" / ".pulumi" / "stacks" / PROJECT / "local.json"


def forget(copy: Project, resource: str) -> None:
    """Changes the local stack's state as if `up` had been killed while an object was made.

    The file is changed itself: `pulumi stack import` drops pending operations.
    """
    file = state_file(copy)
    state: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    deployment = state["checkpoint"]["latest"]
    forgotten = next(r for r in deployment["resources"] if r["urn"].endswith(f"::{resource}"))
    deployment["resources"].remove(forgotten)
    for other in deployment["resources"]:
        other["dependencies"] = [
            urn for urn in other.get("dependencies", ()) if urn != forgotten["urn"]
        ]
    del forgotten["id"], forgotten["outputs"]
    deployment["pending_operations"] = [{"resource": forgotten, "type": "creating"}]
    file.write_text(json.dumps(state), encoding="utf-8")


class TestInterruptedUp:
    def test_killed_while_the_cluster_starts(self, copy: Project, cluster: EmbeddedCluster) -> None:
        copy.kill_when((cluster.directory / "ports.json").exists, *COMMAND, "up")

    def test_killed_while_objects_are_made(self, copy: Project, cluster: EmbeddedCluster) -> None:
        copy.kill_when(exists(cluster, "configmaps", "prometheus-web-tls-ca"), *COMMAND, "up")

    def test_killed_while_the_chart_is_installed(
        self, copy: Project, cluster: EmbeddedCluster
    ) -> None:
        made = exists(cluster, "secrets", "sh.helm.release.v1.llmd.v1")
        copy.kill_when(made, *COMMAND, "up")

    def test_killed_while_the_state_is_written(self, copy: Project) -> None:
        # The moment is too short to be met at will, so what it leaves is made by hand.
        state = state_file(copy)
        state.with_name(f"{state.name}.attrs").write_bytes(b"")
        state.with_name(f"{state.name}.18eaf99d873ebdb1.tmp").write_bytes(state.read_bytes()[:-1])

    def test_typed_again_it_ends_as_it_would_have(
        self, copy: Project, cluster: EmbeddedCluster
    ) -> None:
        copy.run(*COMMAND, "up").succeeded()
        with cluster.connect() as client:
            live = Live(client=client, namespace=NAMESPACE)
            assert live.secret("prometheus-web-tls")["tls.key"]
            for name, workload in live.list("deployments").items():
                assert workload["status"]["readyReplicas"] == workload["spec"]["replicas"], name

    def test_typed_once_more_it_changes_nothing(self, copy: Project) -> None:
        output = copy.run(*COMMAND, "up").succeeded()
        assert " created" not in output
        assert " updated" not in output

    def test_an_object_that_was_made_and_never_noted_is_made_anew(
        self, copy: Project, cluster: EmbeddedCluster
    ) -> None:
        with cluster.connect() as client:
            live = Live(client=client, namespace=NAMESPACE)
            before = live.get("configmaps", DATASOURCE)
            forget(copy, "grafana-datasource-config-map")
            output = copy.run(*COMMAND, "up").succeeded()
            after = live.get("configmaps", DATASOURCE)
        assert f"{DATASOURCE} was made when the update was interrupted" in output
        assert after["data"] == before["data"]
        assert after["metadata"]["uid"] != before["metadata"]["uid"]

    def test_a_users_object_of_that_name_is_left_and_named(
        self, copy: Project, cluster: EmbeddedCluster
    ) -> None:
        with cluster.connect() as client:
            live = Live(client=client, namespace=NAMESPACE)
            forget(copy, "grafana-datasource-config-map")
            live.delete("configmaps", DATASOURCE)
            live.create_config_map(DATASOURCE, {"theirs": "kept"})
            output = copy.run(*COMMAND, "up").failed()
            assert live.get("configmaps", DATASOURCE)["data"] == {"theirs": "kept"}
            assert f'configmaps "{DATASOURCE}" already exists' in output
            live.delete("configmaps", DATASOURCE)
        copy.run(*COMMAND, "up").succeeded()

    def test_without_an_api_server_the_update_ends_with_a_reason(
        self, copy: Project, cluster: EmbeddedCluster
    ) -> None:
        copy.run(*COMMAND, "down").succeeded()
        ended = copy.disturb(
            exists(cluster, "configmaps", DATASOURCE),
            lambda _: kill_api_server(cluster),
            *COMMAND,
            "up",
        )
        output = ended.failed()
        # The connection was open or about to be; helm and the provider have words of their own for it.
        assert re.search(r"unreachable|connection (refused|reset|lost)|disconnected|EOF", output), (
            output
        )
        assert "type the same command again" in output

    def test_typed_again_it_starts_the_api_server_and_goes_on(
        self, copy: Project, cluster: EmbeddedCluster
    ) -> None:
        copy.run(*COMMAND, "up").succeeded()
        with cluster.connect() as client:
            live = Live(client=client, namespace=NAMESPACE)
            assert live.secret("prometheus-web-tls")["tls.key"]
            assert live.list("deployments")

    def test_down_leaves_no_process_and_no_object(
        self, copy: Project, cluster: EmbeddedCluster
    ) -> None:
        copy.run(*COMMAND, "down").succeeded()
        assert processes_in(cluster.directory) == []
        cluster.start()
        with cluster.connect() as client:
            assert Live(client=client, namespace=NAMESPACE).namespace_labels() is None
            definitions = client.get("/apis/apiextensions.k8s.io/v1/customresourcedefinitions")
            assert definitions.json()["items"] == []
        cluster.stop()

    def test_down_where_nothing_is_up_is_no_error(self, copy: Project) -> None:
        copy.run(*COMMAND, "down").succeeded()
