"""The stack's outputs, which scripts and other charts read."""

from collections.abc import Mapping
from typing import Any

import pytest

from components.names import Names, Scheme
from components.outputs import autoscaler_output, ca_config_map, grafana_output
from components.settings import GrafanaSettings
from tests.unit.components.documents import Document

URL = "llmd-kube-prometheus-stack-prometheus.llm-d-monitoring.svc.cluster.local:9090"


def named(scheme: Scheme = "https") -> Names:
    return Names(
        namespace="llm-d-monitoring",
        release="llmd",
        cluster_domain="cluster.local",
        scheme=scheme,
    )


def grafana(document: Document) -> Mapping[str, Any] | None:
    return grafana_output(GrafanaSettings.model_validate(document), named())


class TestCaConfigMap:
    def test_says_where_clients_find_the_ca(self) -> None:
        assert ca_config_map(named()) == {
            "namespace": "llm-d-monitoring",
            "name": "prometheus-web-tls-ca",
            "key": "ca.crt",
        }

    def test_is_none_without_tls(self) -> None:
        assert ca_config_map(named("http")) is None


class TestGrafana:
    def test_says_how_to_reach_it(self) -> None:
        assert grafana({}) == {
            "url": "http://llmd-grafana.llm-d-monitoring.svc.cluster.local",
            "namespace": "llm-d-monitoring",
            "service": "llmd-grafana",
            "adminSecret": {
                "name": "llmd-grafana",
                "userKey": "admin-user",
                "passwordKey": "admin-password",
            },
            "datasourceUid": "prometheus",
        }

    @pytest.mark.parametrize(
        ("document", "secret"),
        [
            (
                {"adminPassword": "canary-4711"},
                {
                    "name": "llmd-grafana-admin",
                    "userKey": "admin-user",
                    "passwordKey": "admin-password",
                },
            ),
            (
                {"adminSecret": {"name": "ours", "userKey": "u", "passwordKey": "p"}},
                {"name": "ours", "userKey": "u", "passwordKey": "p"},
            ),
        ],
    )
    def test_names_the_secret_of_the_login_and_never_shows_it(
        self, document: Document, secret: Document
    ) -> None:
        output = grafana(document)
        assert output is not None
        assert output["adminSecret"] == secret
        assert "canary-4711" not in str(output)

    def test_is_none_where_it_is_off(self) -> None:
        assert grafana({"enabled": False}) is None


class TestAutoscaler:
    def test_gets_url_and_ca(self) -> None:
        ca = ca_config_map(named())
        assert autoscaler_output(
            prometheus_url="https://x", ca_config_map=ca, ca_cert_pem="the CA"
        ) == {"prometheusUrl": "https://x", "caConfigMap": ca, "caCertificate": "the CA"}
