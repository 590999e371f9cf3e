"""A release that was installed by hand, taken over and given back by the commands of docs/adoption.md.

The steps build on each other, in the order of the file.
"""

import json
import re
import shlex
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from kubernetes import config
from kubernetes.dynamic import DynamicClient

from tests.cluster.conftest import NewProject, Settings
from tests.cluster.foreign import config_map, existing, namespace
from tests.cluster.live import Live
from tests.cluster.project import NAMESPACE, STACK, Project
from tests.program.recording import REPO
from tools.cluster.embedded import EmbeddedCluster

PROMETHEUS = "llmd-kube-prometheus-stack-prometheus"
URL = f"http://{PROMETHEUS}.{NAMESPACE}.svc.cluster.local:9090"
OPEN: dict[str, Any] = {
    f"{kind}{key}": value
    for kind in ("serviceMonitor", "podMonitor")
    for key, value in (
        ("SelectorNilUsesHelmValues", False),
        ("Selector", {}),
        ("NamespaceSelector", {}),
    )
}
CERTIFICATE = {
    "cert": {"secret": {"name": "prometheus-web-tls", "key": "tls.crt"}},
    "keySecret": {"name": "prometheus-web-tls", "key": "tls.key"},
}
SCRIPTS_VALUES: dict[str, Any] = {
    "grafana": {
        "adminPassword": "admin",
        "service": {"type": "ClusterIP"},
        "sidecar": {
            "dashboards": {"enabled": True, "searchNamespace": "ALL"},
            "datasources": {"defaultDatasourceEnabled": False},
        },
        "datasources": {
            "datasources.yaml": {
                "apiVersion": 1,
                "datasources": [
                    {"name": "Prometheus", "type": "prometheus", "url": URL, "isDefault": True}
                ],
            }
        },
    },
    "prometheus": {
        "service": {"type": "ClusterIP"},
        "prometheusSpec": {
            **OPEN,
            "maximumStartupDurationSeconds": 300,
            "web": {"tlsConfig": CERTIFICATE},
        },
    },
}
"""What llm-d's script sets with TLS and in its central mode."""

Identity = tuple[str, str, str, str]


def commands(section: str) -> list[list[str]]:
    """Returns the commands of a section of the document, for the stack of this test."""
    text = (REPO / "docs" / "adoption.md").read_text(encoding="utf-8")
    body = text.partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    blocks = re.findall(r"```sh\n(.*?)```", body, flags=re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines() if line]
    return [shlex.split(line.replace("pulumi:prod::", f"pulumi:{STACK}::")) for line in lines]


class ByHand:
    """A user with helm, and what that user's release is made of."""

    def __init__(self, cluster: EmbeddedCluster, project: Project) -> None:
        self._project = project
        self._kubeconfig = str(cluster.kubeconfig)
        self._client = DynamicClient(config.new_client_from_config(self._kubeconfig))  # type: ignore[no-untyped-call]

    def helm(self, *arguments: str) -> str:
        command = ("helm", "--kubeconfig", self._kubeconfig, *arguments)
        return self._project.run(*command).succeeded()

    def objects(self) -> dict[Identity, str]:
        """Every object of the release's manifest, with its uid in the cluster."""
        found = {}
        manifests = yaml.load_all(
            self.helm("get", "manifest", "llmd", "--namespace", NAMESPACE), yaml.CSafeLoader
        )
        for manifest in manifests:
            metadata = manifest["metadata"]
            kind = (manifest["apiVersion"], manifest["kind"])
            where = metadata.get("namespace", "")
            resource = self._client.resources.get(api_version=kind[0], kind=kind[1])
            live = resource.get(name=metadata["name"], namespace=where or None)
            found[(*kind, where, metadata["name"])] = live.metadata.uid
        return found

    def status(self) -> dict[str, Any]:
        """What `helm list` says of the release."""
        releases = json.loads(self.helm("list", "--namespace", NAMESPACE, "--output", "json"))
        (release,) = releases
        return dict(release)


@pytest.fixture(scope="class")
def script(live: Live) -> Iterator[Live]:
    """The cluster after the script's other steps: namespace, certificate, a dashboard."""
    secret = {
        "metadata": {"name": "prometheus-web-tls"},
        "stringData": {"tls.crt": "theirs", "tls.key": "theirs", "ca.crt": "theirs"},
    }
    with existing(
        live.client,
        namespace(NAMESPACE),
        (f"/api/v1/namespaces/{NAMESPACE}/secrets", secret),
        config_map(NAMESPACE, "prometheus-web-tls-ca", {"ca.crt": "theirs"}),
        config_map(NAMESPACE, "llm-d-overview", {"overview.json": "{}"}),
    ):
        yield live


@pytest.fixture(scope="class")
def project(script: Live, new_project: NewProject, settings: Settings) -> Project:
    return new_project({**settings, "exporters": {"controlPlane": True}})


@pytest.fixture(scope="class")
def by_hand(embedded_cluster: EmbeddedCluster, project: Project) -> Iterator[ByHand]:
    user = ByHand(embedded_cluster, project)
    values = project.folder / "script.yaml"
    values.write_text(yaml.safe_dump(SCRIPTS_VALUES), encoding="utf-8")
    chart = "./tools/embedded/chart/kube-prometheus-stack"
    user.helm(
        *("install", "llmd", chart, "--namespace", NAMESPACE, "--values", str(values)),
        *("--wait", "--timeout", "120s"),
    )
    yield user
    user.helm("uninstall", "llmd", "--namespace", NAMESPACE, "--ignore-not-found", "--wait")


@pytest.fixture(scope="class")
def before(by_hand: ByHand) -> dict[Identity, str]:
    return by_hand.objects()


class TestAdoption:
    def test_the_import_changes_nothing_in_the_cluster(
        self, project: Project, by_hand: ByHand, before: dict[Identity, str], script: Live
    ) -> None:
        for program, *arguments in commands("Take over"):
            assert program == "pulumi"
            if arguments[:2] not in (["stack", "select"], ["preview", "--diff"], ["up"]):
                project.pulumi(*arguments).succeeded()
        assert by_hand.status()["revision"] == "1"
        assert by_hand.objects() == before
        assert script.secret("prometheus-web-tls")["tls.key"] == "theirs"

    def test_the_preview_deletes_and_replaces_nothing(self, project: Project) -> None:
        output = project.pulumi("preview", "--json").succeeded()
        # Warnings of the engine come before the document.
        plan = json.loads(output[output.index("{\n") :])
        operations = {step["urn"].rpartition("::")[2]: step["op"] for step in plan["steps"]}
        assert set(operations.values()) <= {"create", "update", "same"}
        updated = {name for name, op in operations.items() if op == "update"}
        assert updated == {"kube-prometheus-stack-release", "web-tls-secret", "web-tls-ca"}

    def test_the_update_keeps_every_object_of_the_release(
        self, project: Project, by_hand: ByHand, before: dict[Identity, str], script: Live
    ) -> None:
        project.up().succeeded()
        assert before.items() <= by_hand.objects().items()
        assert by_hand.status()["status"] == "deployed"
        assert by_hand.status()["revision"] == "2"
        assert script.get("configmaps", "llm-d-overview")["data"] == {"overview.json": "{}"}

    def test_the_certificate_is_ours_in_the_same_objects(
        self, project: Project, script: Live
    ) -> None:
        secret = script.secret("prometheus-web-tls")
        assert secret["tls.crt"].startswith("-----BEGIN CERTIFICATE-----")
        ca = script.get("configmaps", "prometheus-web-tls-ca")["data"]["ca.crt"]
        assert ca == secret["ca.crt"] == project.outputs()["autoscaler"]["caCertificate"]

    def test_grafana_keeps_its_login(self, script: Live) -> None:
        assert script.secret("llmd-grafana")["admin-password"] == "admin"

    def test_a_second_update_changes_nothing(self, project: Project) -> None:
        project.up("--expect-no-changes").succeeded()

    def test_the_way_back_leaves_the_release_as_the_script_made_it(
        self, project: Project, by_hand: ByHand, before: dict[Identity, str], script: Live
    ) -> None:
        for program, *arguments in commands("Go back"):
            if program == "helm":
                by_hand.helm(*arguments)
            elif arguments == ["destroy"]:
                project.pulumi("destroy", "--yes", "--skip-preview").succeeded()
            else:
                project.pulumi(*arguments).succeeded()
        assert by_hand.objects() == before
        values = by_hand.helm("get", "values", "llmd", "--namespace", NAMESPACE, "--output", "json")
        assert json.loads(values) == SCRIPTS_VALUES
        assert script.secret("prometheus-web-tls")["tls.key"].startswith("-----BEGIN")
        assert script.find("configmaps", "llmd-grafana-datasources") is None
        assert script.get("configmaps", "llm-d-overview")["data"] == {"overview.json": "{}"}
