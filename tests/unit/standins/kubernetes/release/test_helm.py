"""How helm is called: no value and no secret on its command line or in a message."""

import json
import os
import threading
from pathlib import Path

import pytest

from tools.standins.kubernetes.kubeconfig import Cluster, Connection, Credentials
from tools.standins.kubernetes.private_files import PrivateFiles
from tools.standins.kubernetes.release.arguments import complete, read_arguments
from tools.standins.kubernetes.release.helm import Helm, HelmError, secret_texts
from tools.standins.protocol.errors import ProviderError
from tools.standins.protocol.values import Secret

RECORDER = """#!/bin/sh
printf '%s\\n' "$@" > "$RECORD/arguments"
env | grep ^HELM_ > "$RECORD/environment"
while [ $# -gt 0 ]; do
  [ "$1" = --values ] && { cat "$2" > "$RECORD/values"; stat -c %a "$2" > "$RECORD/mode"; }
  [ "$1" = --kubeconfig ] && cat "$2" > "$RECORD/kubeconfig"
  shift
done
[ -n "$FAIL" ] || exit 0
echo "Error: $FAIL" >&2
exit 1
"""
"""Stands where helm would: what is tested is what helm gets to see."""

CONNECTION = Connection(
    source="it",
    context="one",
    namespace="team",
    cluster=Cluster(server="https://127.0.0.1:1"),
    credentials=Credentials(token="t0ken"),
)


@pytest.fixture
def record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    program = tmp_path / "helm"
    program.write_text(RECORDER)
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("RECORD", str(tmp_path))
    return tmp_path


@pytest.fixture
def helm() -> Helm:
    return Helm(connection=CONNECTION, files=PrivateFiles(), cancelled=threading.Event())


def test_values_and_kubeconfig_come_by_private_files(record: Path, helm: Helm) -> None:
    inputs = complete(
        {"chart": "./c", "values": {"p": Secret("hunter2"), "none": None}},
        {},
        name="n",
        namespace="ns",
    )
    helm.install(read_arguments(inputs), [])
    arguments = (record / "arguments").read_text()
    assert "hunter2" not in arguments
    assert "t0ken" not in arguments
    assert json.loads((record / "values").read_text()) == {"p": "hunter2", "none": None}
    assert (record / "mode").read_text().strip() == "600"
    config = json.loads((record / "kubeconfig").read_text())
    assert config["current-context"] == "one"
    assert [context["name"] for context in config["contexts"]] == ["one"]


def test_an_installation_waits_unless_told_otherwise(record: Path, helm: Helm) -> None:
    inputs = {"chart": "c", "atomic": True, "timeout": 7, "version": "1", "waitForJobs": True}
    helm.install(read_arguments(complete(inputs, {}, name="n", namespace="ns")), [])
    arguments = (record / "arguments").read_text().split()
    assert arguments[:3] == ["install", "n", "c"]
    for option in ("--wait", "--wait-for-jobs", "--atomic"):
        assert option in arguments
    assert arguments[arguments.index("--timeout") + 1] == "7s"
    assert arguments[arguments.index("--version") + 1] == "1"
    assert arguments[arguments.index("--namespace") + 1] == "ns"
    lazy = {"chart": "c", "skipAwait": True, "waitForJobs": True}
    helm.install(read_arguments(complete(lazy, {}, name="n", namespace="ns")), [])
    assert "--wait" not in (record / "arguments").read_text()


def test_an_upgrade_limits_the_history(record: Path, helm: Helm) -> None:
    inputs = {"chart": "c", "maxHistory": 5, "disableCRDHooks": True}
    helm.upgrade(read_arguments(complete(inputs, {}, name="n", namespace="ns")), [])
    arguments = (record / "arguments").read_text().split()
    assert arguments[:2] == ["upgrade", "n"]
    assert arguments[arguments.index("--history-max") + 1] == "5"
    assert "--no-hooks" in arguments


def test_an_ambient_setting_leads_helm_nowhere_else(
    record: Path, helm: Helm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HELM_KUBECONTEXT", "production")
    monkeypatch.setenv("HELM_NAMESPACE", "other")
    monkeypatch.setenv("HELM_CACHE_HOME", "kept")
    helm.uninstall(read_arguments(complete({"chart": "c"}, {}, name="n", namespace="ns")))
    assert (record / "environment").read_text().split() == ["HELM_CACHE_HOME=kept"]


def test_secrets_are_masked_in_what_helm_says(
    record: Path, helm: Helm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAIL", "bad value hunter2 in template")
    inputs = {"chart": "c", "values": {"list": [{"p": Secret("hunter2")}], "open": "bad"}}
    arguments = read_arguments(complete(inputs, {}, name="n", namespace="ns"))
    with pytest.raises(HelmError) as caught:
        helm.install(arguments, list(secret_texts(inputs)))
    assert str(caught.value) == "bad value [secret] in template"


def test_a_repository_s_password_is_refused_rather_than_shown(helm: Helm) -> None:
    options = {"repo": "https://charts.example.com", "username": "u", "password": Secret("p")}
    inputs = complete({"chart": "c", "repositoryOpts": options}, {}, name="n", namespace="ns")
    with pytest.raises(ProviderError, match="log in beforehand"):
        helm.install(read_arguments(inputs), [])


def test_without_helm_on_the_path_it_is_asked_for(
    helm: Helm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ProviderError, match="`helm` is not on PATH"):
        helm.uninstall(read_arguments(complete({"chart": "c"}, {}, name="n", namespace="ns")))
