"""How an autoscaler reaches Prometheus is read from its Deployment, and from what that refers to."""

from collections.abc import Mapping
from typing import Any, cast

import pytest

from components.names import Names
from components.preflight.live_cluster import LiveCluster
from tools.doctor.clients import Client, clients
from tools.doctor.installation import Installation

NAMES = Names(namespace="m", release="llmd", cluster_domain="cluster.local", scheme="https")
URL = "https://prometheus-operated.m:9090"
CA = "/etc/ssl/certs/prometheus-ca.crt"

CONFIG_FILE = f"""prometheus:
PROMETHEUS_BASE_URL: "{URL}"
PROMETHEUS_TLS_INSECURE_SKIP_VERIFY: "true"
# PROMETHEUS_CA_CERT_PATH: "/elsewhere"
PROMETHEUS_CA_CERT_PATH: {CA}
"""
KEYS = {
    "PROMETHEUS_BASE_URL": URL,
    "PROMETHEUS_TLS_INSECURE_SKIP_VERIFY": "false",
    "PROMETHEUS_CA_CERT_PATH": CA,
}


class Cluster:
    """One Deployment and one ConfigMap of the name `config`."""

    def __init__(self, pod: Mapping[str, Any], held: Mapping[str, str]) -> None:
        metadata = {"namespace": "scaling", "name": "autoscaler"}
        self._deployment = {"metadata": metadata, "spec": {"template": {"spec": pod}}}
        self._held = held

    def list(self, path: str, *, label_selector: str) -> tuple[Mapping[str, Any], ...]:
        assert path == "/apis/apps/v1/deployments"
        assert label_selector
        return (self._deployment,)

    def find(self, path: str) -> Mapping[str, Any] | None:
        found = path == "/api/v1/namespaces/scaling/configmaps/config"
        return {"data": self._held} if found else None


def found(pod: Mapping[str, Any], held: Mapping[str, str] | None = None) -> list[Client]:
    cluster = cast("LiveCluster", Cluster(pod, held or {}))
    return list(clients(Installation(cluster=cluster, names=NAMES)))


def with_arguments(*arguments: str) -> dict[str, Any]:
    return {"containers": [{"args": list(arguments)}]}


class TestPrometheusAdapter:
    def test_has_arguments(self) -> None:
        (made,) = found(
            with_arguments(f"--prometheus-url={URL}", "--prometheus-ca-file=/etc/ca/ca.crt")
        )
        assert (made.where, made.namespace) == ("Deployment scaling/autoscaler", "scaling")
        assert (made.url, made.ca_file, made.verifies) == (URL, "/etc/ca/ca.crt", True)

    def test_verifies_with_what_its_image_has_without_a_file(self) -> None:
        (made,) = found(with_arguments(f"--prometheus-url={URL}"))
        assert made.ca_file == ""

    @pytest.mark.parametrize(
        "other", ["--prometheus-auth-incluster", "--prometheus-auth-config=/etc/kubeconfig"]
    )
    def test_with_trust_of_another_kind_is_left_out(self, other: str) -> None:
        assert found(with_arguments(f"--prometheus-url={URL}", other)) == []


class TestWorkloadVariantAutoscaler:
    def test_has_an_environment_from_a_config_map(self) -> None:
        environment = [
            {"name": key, "valueFrom": {"configMapKeyRef": {"name": "config", "key": key}}}
            for key in KEYS
        ]
        (made,) = found({"containers": [{"env": environment}]}, KEYS)
        assert (made.url, made.ca_file, made.verifies) == (URL, CA, True)

    def test_has_an_environment_of_values(self) -> None:
        environment = [{"name": key, "value": value} for key, value in KEYS.items()]
        (made,) = found({"containers": [{"env": environment}]})
        assert (made.url, made.ca_file, made.verifies) == (URL, CA, True)

    def test_has_a_file_in_later_versions(self) -> None:
        volumes = [{"name": "tmp", "emptyDir": {}}, {"name": "c", "configMap": {"name": "config"}}]
        pod = {"containers": [{}], "volumes": volumes}
        (made,) = found(pod, {"config.yaml": CONFIG_FILE})
        assert (made.url, made.ca_file, made.verifies) == (URL, CA, False)


def test_others_are_none() -> None:
    assert found(with_arguments("--leader-elect", "--ca-dir=/custom/ca")) == []
