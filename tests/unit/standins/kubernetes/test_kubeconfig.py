"""From a kubeconfig to an API server, or to a message that says what is wrong with it."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from tools.standins.kubernetes.kubeconfig import (
    Connection,
    KubeconfigError,
    RemoteClusterError,
    active_cluster,
    load,
    require_loopback,
    resolve,
    to_yaml,
)


def config(server: str = "https://127.0.0.1:6443", **user: object) -> dict[str, Any]:
    return {
        "current-context": "one",
        "contexts": [
            {"name": "one", "context": {"cluster": "c", "user": "u", "namespace": "team"}},
            {"name": "two", "context": {"cluster": "c", "user": "u"}},
        ],
        "clusters": [{"name": "c", "cluster": {"server": server}}],
        "users": [{"name": "u", "user": user or {"token": "s3cret"}}],
    }


def connect(
    content: str | dict[str, Any], *, context: str = "", cluster: str = "", namespace: str = ""
) -> Connection:
    text = content if isinstance(content, str) else json.dumps(content)
    return resolve(load(text), context=context, cluster=cluster, namespace=namespace)


def test_the_current_context_counts_unless_another_is_asked_for() -> None:
    assert connect(config()).namespace == "team"
    assert connect(config(), context="two").namespace == "default"
    assert connect(config(), namespace="mine").namespace == "mine"


def test_a_path_and_its_content_lead_to_the_same_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "kubeconfig").write_text(yaml.safe_dump(config()))
    monkeypatch.chdir(tmp_path)
    for path in ("kubeconfig", str(tmp_path / "kubeconfig")):
        found = connect(path)
        assert found.cluster == connect(config()).cluster
        assert found.credentials == connect(config()).credentials
        assert path in str(found)


def test_files_are_relative_to_the_kubeconfig(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("s3cret\n")
    (tmp_path / "ca.crt").write_text("PEM")
    content = config(tokenFile="token")
    content["clusters"][0]["cluster"]["certificate-authority"] = "ca.crt"
    (tmp_path / "kubeconfig").write_text(yaml.safe_dump(content))
    found = connect(str(tmp_path / "kubeconfig"))
    assert found.credentials.token == "s3cret"
    assert found.cluster.ca == "PEM"


def test_data_inside_is_decoded() -> None:
    data = base64.b64encode(b"PEM").decode()
    found = connect(config(**{"client-certificate-data": data, "client-key-data": data}))
    assert (found.credentials.certificate, found.credentials.key) == ("PEM", "PEM")


def test_what_is_written_for_helm_leads_to_the_same_place() -> None:
    data = base64.b64encode(b"PEM").decode()
    content = config(**{"client-certificate-data": data, "client-key-data": data, "token": "t"})
    content["clusters"][0]["cluster"]["certificate-authority-data"] = data
    found = connect(content)
    again = connect(to_yaml(found))
    assert (again.cluster, again.credentials) == (found.cluster, found.credentials)
    assert (again.context, again.namespace) == (found.context, found.namespace)


def test_without_one_the_ambient_kubeconfig_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    first.write_text(yaml.safe_dump({**config(), "contexts": []}))
    second.write_text(yaml.safe_dump({**config("https://[::1]:1"), "current-context": "two"}))
    monkeypatch.setenv("KUBECONFIG", f"{tmp_path / 'missing'}:{first}:{second}")
    found = connect("")
    assert (found.context, found.cluster.server) == ("one", "https://127.0.0.1:6443")


def test_no_kubeconfig_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KUBECONFIG", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(KubeconfigError, match=r"there is no kubeconfig: .*\.kube/config"):
        load("")


@pytest.mark.parametrize(
    ("path_or_content", "message"),
    [
        ("no/such/file", "the kubeconfig no/such/file doesn't exist"),
        ("a: [", "not valid YAML"),
        ("- a: 1\n- b: 2", "is not a kubeconfig"),
    ],
)
def test_a_kubeconfig_that_can_not_be_read(path_or_content: str, message: str) -> None:
    with pytest.raises(KubeconfigError, match=message):
        load(path_or_content)


def test_a_mistake_in_a_kubeconfig_does_not_show_what_stands_around_it() -> None:
    with pytest.raises(KubeconfigError) as caught:
        load("users:\n- token: s3cret\n  x: [")
    assert "s3cret" not in str(caught.value)


def test_a_context_that_is_not_there_is_told_with_those_that_are() -> None:
    with pytest.raises(KubeconfigError, match=r"no context 'prod'.*'one', 'two'"):
        connect(config(), context="prod")


def test_a_cluster_that_is_not_there_is_told_with_those_that_are() -> None:
    with pytest.raises(KubeconfigError, match=r"no cluster 'x'.*'c'"):
        connect(config(), cluster="x")


def test_a_log_in_program_is_not_run() -> None:
    with pytest.raises(KubeconfigError, match="logs in by `exec`"):
        connect(config(exec={"command": "gke-gcloud-auth-plugin"}))


@pytest.mark.parametrize(
    "server", ["https://localhost:1", "https://127.0.0.1:1", "https://127.8.9.1", "https://[::1]:1"]
)
def test_loopback_is_served(server: str) -> None:
    require_loopback(server, "it")


@pytest.mark.parametrize(
    "server",
    [
        "https://10.0.0.1:6443",
        "https://example.com",
        "https://localhost.example.com",
        "https://127.0.0.1.example.com",
        "https://127.0.0.1@example.com",
        "https://0.0.0.0:6443",
        "https://",
    ],
)
def test_any_other_host_is_refused_by_name(server: str) -> None:
    with pytest.raises(RemoteClusterError, match="pulumi plugin install resource kubernetes"):
        connect(config(server))


def test_the_active_cluster_is_comparable() -> None:
    one, other = json.dumps(config()), json.dumps(config("https://127.0.0.1:1"))
    assert active_cluster(one, context="", cluster="") == active_cluster(
        one, context="two", cluster=""
    )
    assert active_cluster(one, context="", cluster="") != active_cluster(
        other, context="", cluster=""
    )
    assert active_cluster("no/such/file", context="", cluster="") is None
