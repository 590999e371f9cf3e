"""The chart on a real API server: installed, upgraded and removed."""

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from kubernetes import client, config

from tests.embedded_chart.rendering import Helm, Manifest, Values
from tools.cluster.embedded import EmbeddedCluster

WITHOUT_THE_HOST = {"nodeExporter": {"enabled": False}}
"""The node exporter is the one workload that needs the host."""


class Installation:
    """A release in a namespace of its own."""

    def __init__(self, *, helm: Helm, kubeconfig: Path, name: str) -> None:
        self._helm = helm
        self._kubeconfig = kubeconfig
        self.name = name
        self.api: client.ApiClient = config.new_client_from_config(  # type: ignore[no-untyped-call]
            str(kubeconfig)
        )

    def helm(self, *arguments: str, values: Values | None = None) -> str:
        where = ("--kubeconfig", str(self._kubeconfig), "--namespace", self.name)
        return self._helm.run(*arguments, *where, values=values)

    def upgrade(self, values: Values) -> None:
        chart = str(self._helm.chart)
        self.helm(
            *("upgrade", "--install", self.name, chart, "-f", "-", "--wait", "--timeout", "3m"),
            values=values,
        )

    def admin_password(self) -> str:
        secret = client.CoreV1Api(self.api).read_namespaced_secret(
            f"{self.name}-grafana", self.name
        )
        assert secret.data
        return str(secret.data["admin-password"])

    def workloads(self) -> list[Any]:
        apps = client.AppsV1Api(self.api)
        return list(apps.list_namespaced_deployment(self.name).items)

    def create_rule(self, body: Manifest) -> None:
        client.CustomObjectsApi(self.api).create_namespaced_custom_object(
            "monitoring.coreos.com", "v1", self.name, "prometheusrules", body
        )


@pytest.fixture
def installation(complete_chart: Helm, embedded_cluster: EmbeddedCluster) -> Iterator[Installation]:
    """Nothing yet, in a namespace that admits restricted pods only."""
    name = f"chart-{uuid.uuid4().hex[:8]}"
    made = Installation(helm=complete_chart, kubeconfig=embedded_cluster.kubeconfig, name=name)
    core = client.CoreV1Api(made.api)
    labels = {"pod-security.kubernetes.io/enforce": "restricted"}
    core.create_namespace(
        client.V1Namespace(metadata=client.V1ObjectMeta(name=name, labels=labels))
    )
    try:
        yield made
    finally:
        made.helm("uninstall", name, "--ignore-not-found", "--wait")
        core.delete_namespace(name)
        made.api.close()  # type: ignore[no-untyped-call]


def test_everything_is_ready_in_a_restricted_namespace(installation: Installation) -> None:
    installation.upgrade(WITHOUT_THE_HOST)
    ready = {one.metadata.name: one.status.ready_replicas for one in installation.workloads()}
    full_name = f"{installation.name}-kube-prometheus-stack"[:26].rstrip("-")
    assert ready == {
        f"{installation.name}-grafana": 1,
        f"{installation.name}-kube-state-metrics": 1,
        f"{full_name}-operator": 1,
    }


def test_an_upgrade_keeps_the_administrators_password(installation: Installation) -> None:
    installation.upgrade(WITHOUT_THE_HOST)
    before = installation.admin_password()
    installation.upgrade(
        {**WITHOUT_THE_HOST, "prometheus": {"prometheusSpec": {"retention": "3d"}}}
    )
    assert installation.admin_password() == before


def test_a_rule_is_taken_though_no_operator_answers_the_webhooks(
    installation: Installation,
) -> None:
    webhooks = {"admissionWebhooks": {"failurePolicy": "Fail"}}
    installation.upgrade({**WITHOUT_THE_HOST, "prometheusOperator": webhooks})
    installation.create_rule(
        {
            "apiVersion": "monitoring.coreos.com/v1",
            "kind": "PrometheusRule",
            "metadata": {"name": "own"},
            "spec": {"groups": []},
        }
    )


def test_an_uninstallation_leaves_nothing(installation: Installation) -> None:
    installation.upgrade(WITHOUT_THE_HOST)
    installation.helm("uninstall", installation.name, "--wait")
    core = client.CoreV1Api(installation.api)
    left = [
        *installation.workloads(),
        *core.list_namespaced_service(installation.name).items,
        *core.list_namespaced_secret(installation.name).items,
        *client.RbacAuthorizationV1Api(installation.api).list_cluster_role().items,
        *client.AdmissionregistrationV1Api(installation.api)
        .list_validating_webhook_configuration()
        .items,
    ]
    assert [one.metadata.name for one in left if installation.name in one.metadata.name] == []
