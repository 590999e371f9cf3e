"""The real Prometheus serves the program's certificate, and scrapes itself with it."""

import ssl

import httpx
import pytest
import yaml

from components.names import Names
from tests.live.world import World

NAMES = Names(
    namespace="llm-d-monitoring", release="llmd", cluster_domain="cluster.local", scheme="https"
)


class TestTls:
    @pytest.mark.parametrize("host", [*NAMES.served_hosts, *NAMES.served_addresses])
    def test_a_client_with_the_published_ca_verifies_every_name(
        self, world: World, host: str
    ) -> None:
        with world.connect(host) as client:
            assert client.get("-/ready").is_success

    def test_another_name_is_refused(self, world: World) -> None:
        with (
            world.connect("prometheus.elsewhere.svc") as client,
            pytest.raises(httpx.ConnectError, match="certificate verify failed"),
        ):
            client.get("-/ready")

    def test_plain_http_gets_the_answer_that_people_know(self, world: World) -> None:
        transport = httpx.HTTPTransport(uds=str(world.folder / "prometheus.sock"))
        with httpx.Client(transport=transport) as client:
            answer = client.get("http://localhost:9090/-/ready")
        assert answer.status_code == httpx.codes.BAD_REQUEST
        assert "Client sent an HTTP request to an HTTPS server" in answer.text

    def test_a_client_that_trusts_other_authorities_refuses_it(self, world: World) -> None:
        transport = httpx.HTTPTransport(
            uds=str(world.folder / "prometheus.sock"), verify=ssl.create_default_context()
        )
        with (
            httpx.Client(transport=transport) as client,
            pytest.raises(httpx.ConnectError, match="certificate verify failed"),
        ):
            client.get("https://localhost:9090/-/ready")

    def test_it_scrapes_itself_and_its_reloader_verified(self, world: World) -> None:
        own = [
            target
            for target in world.prometheus.targets()
            if target["labels"]["job"] == NAMES.prometheus
        ]
        assert len(own) == 2
        assert {target["health"] for target in own} == {"up"}
        assert all(target["scrapeUrl"].startswith("https://") for target in own)
        assert world.prometheus.value(f'sum(up{{job="{NAMES.prometheus}"}})') == 2

    def test_every_scrape_verifies_but_the_kubelets(self, world: World) -> None:
        configuration = yaml.safe_load(world.prometheus.configuration())
        unverified = [
            scrape["job_name"]
            for scrape in configuration["scrape_configs"]
            if scrape.get("tls_config", {}).get("insecure_skip_verify")
        ]
        # Kubelets have certificates that nobody has signed; that monitor is the chart's.
        assert all("/llmd-kube-prometheus-stack-kubelet/" in job for job in unverified)
