"""A CA must be published before it signs."""

import pytest

from components.names import Names
from components.preflight.live_cluster import LiveCluster
from components.preflight.trust import untrusted_authority
from components.settings import TlsSettings
from tests.api_server import ApiServer

NAMES = Names(namespace="m", release="llmd", cluster_domain="cluster.local", scheme="https")
PATH = "/api/v1/namespaces/m/configmaps/prometheus-web-tls-ca"


def told(cluster: LiveCluster, *generations: int) -> list[str]:
    tls = TlsSettings.model_validate({"caGenerations": generations})
    return [str(finding) for finding in untrusted_authority(cluster, tls, NAMES)]


def publish(server: ApiServer, annotations: dict[str, str]) -> None:
    server.objects[PATH] = {"metadata": {"annotations": annotations}}


class TestAuthority:
    @pytest.mark.parametrize("generations", [(1,), (1, 2)])
    def test_that_is_published_may_sign(
        self, server: ApiServer, cluster: LiveCluster, generations: tuple[int, ...]
    ) -> None:
        publish(server, {"llmd-monitoring/ca-generations": "1"})
        assert told(cluster, *generations) == []

    def test_that_was_published_second_may_sign(
        self, server: ApiServer, cluster: LiveCluster
    ) -> None:
        publish(server, {"llmd-monitoring/ca-generations": "1,2"})
        assert told(cluster, 2, 1) == []
        assert told(cluster, 2) == []

    @pytest.mark.parametrize("generations", [(2,), (2, 1), (12,)])
    def test_that_no_client_knows_must_not(
        self, server: ApiServer, cluster: LiveCluster, generations: tuple[int, ...]
    ) -> None:
        publish(server, {"llmd-monitoring/ca-generations": "1,11"})
        (finding,) = told(cluster, *generations)
        assert finding.startswith("ConfigMap m/prometheus-web-tls-ca: publishes CA 1 and 11;")
        assert f"update with tls.caGenerations: [1, {generations[0]}] first" in finding

    def test_may_be_any_where_nothing_is_installed(self, cluster: LiveCluster) -> None:
        assert told(cluster, 2) == []

    def test_may_be_any_where_nobody_noted_what_is_published(
        self, server: ApiServer, cluster: LiveCluster
    ) -> None:
        publish(server, {})
        assert told(cluster, 2) == []
