"""Which cluster is served, and what is said when it isn't there."""

import json
from pathlib import Path

import pytest
import yaml

from tests.standins.kubernetes import programs
from tests.standins.kubernetes.api import Api
from tests.standins.kubernetes.conftest import NewStack
from tests.standins.kubernetes.stack import Program, program
from tools.cluster.embedded import EmbeddedCluster


def kubeconfig(cluster: EmbeddedCluster, server: str) -> str:
    content = yaml.safe_load(cluster.kubeconfig.read_text())
    content["clusters"][0]["cluster"]["server"] = server
    return json.dumps(content)


@pytest.fixture
def config(api: Api) -> Program:
    return program(programs.config, namespace=api.namespace, data={"a": "b"})


def test_a_cluster_that_is_not_on_loopback_is_refused(
    new_stack: NewStack, embedded_cluster: EmbeddedCluster, config: Program
) -> None:
    stack = new_stack(kubeconfig=kubeconfig(embedded_cluster, "https://203.0.113.7:6443"))
    told = stack.fails_to_preview(config)
    assert "203.0.113.7" in told
    assert "pulumi plugin install resource kubernetes" in told


@pytest.mark.parametrize(
    ("provider", "parts"),
    [
        ({"context": "production"}, ("no context 'production'", "'llmd-local'")),
        ({"kubeconfig": "no/such/file"}, ("the kubeconfig no/such/file doesn't exist",)),
    ],
)
def test_a_broken_kubeconfig_can_be_previewed_and_is_told_by_the_update(
    new_stack: NewStack, config: Program, provider: dict[str, str], parts: tuple[str, ...]
) -> None:
    stack = new_stack(**provider)
    assert stack.preview(config).changes == {"create": 3}
    told = stack.fails_to_update(config)
    assert "configured Kubernetes cluster is unreachable" in told
    for part in parts:
        assert part in told


def test_an_api_server_that_is_gone(
    new_stack: NewStack, embedded_cluster: EmbeddedCluster, tmp_path: Path, config: Program
) -> None:
    path = tmp_path / "kubeconfig"
    path.write_text(embedded_cluster.kubeconfig.read_text())
    stack = new_stack(kubeconfig=str(path))
    stack.up(config)
    path.write_text(kubeconfig(embedded_cluster, "https://127.0.0.1:1"))
    assert stack.preview(config).changes == {}
    told = stack.fails_to_refresh()
    assert "https://127.0.0.1:1" in told
    assert "Connection refused" in told
    assert "PULUMI_K8S_DELETE_UNREACHABLE" in told
    assert "config" in stack.state()
    path.write_text(embedded_cluster.kubeconfig.read_text())
    stack.destroy()


def test_another_cluster_means_other_objects(
    new_stack: NewStack, embedded_cluster: EmbeddedCluster, config: Program
) -> None:
    stack = new_stack()
    stack.up(config)
    stack.provider["kubeconfig"] = kubeconfig(embedded_cluster, "https://127.0.0.1:1")
    assert "replace" in stack.preview(config).changes
    stack.destroy()
