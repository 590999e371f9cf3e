"""A certificate that isn't ours is looked at before anything is planned."""

import base64
from typing import Any

import pytest

from components.names import Names
from components.platforms.names import names_of
from components.preflight.certificate_source import no_cert_manager, unfit_certificate
from components.preflight.live_cluster import LiveCluster
from components.settings import Settings
from tests.api_server import ApiServer
from tests.issuing import Pair, authority, leaf

NAMESPACE = "m"
PATH = f"/api/v1/namespaces/{NAMESPACE}/secrets/ours"
CA = authority("corporate")
OTHER = authority("other")


def settings_with(**more: Any) -> Settings:  # noqa: ANN401 - keys of any kind
    tls = {"source": "existingSecret", "existingSecret": "ours", **more.pop("tls", {})}
    return Settings.model_validate({"namespace": NAMESPACE, "tls": tls, **more})


SETTINGS = settings_with()
NAMES: Names = names_of(SETTINGS, "https")
HOSTS = (NAMES.prometheus_host, NAMES.alertmanager_host)
FIT = leaf(*HOSTS, by=CA)


def secret(pair: Pair = FIT, *, ca: str = CA.certificate, without: str = "") -> dict[str, Any]:
    data = {"tls.crt": pair.certificate, "tls.key": pair.key, "ca.crt": ca}
    data.pop(without, None)
    encoded = {key: base64.b64encode(value.encode()).decode() for key, value in data.items()}
    return {"metadata": {"name": "ours"}, "data": encoded}


def told(cluster: LiveCluster, settings: Settings = SETTINGS) -> list[str]:
    return [str(finding) for finding in unfit_certificate(cluster, settings, NAMES)]


class TestYourSecret:
    def test_may_serve_where_it_fits(self, server: ApiServer, cluster: LiveCluster) -> None:
        server.objects[PATH] = secret()
        assert told(cluster) == []

    def test_may_have_one_name_for_all_of_the_namespace(
        self, server: ApiServer, cluster: LiveCluster
    ) -> None:
        server.objects[PATH] = secret(leaf("*.m.svc.cluster.local", by=CA))
        assert told(cluster) == []

    def test_may_come_with_intermediates(self, server: ApiServer, cluster: LiveCluster) -> None:
        between = authority("between", by=CA)
        pair = leaf(*HOSTS, by=between)
        chain = Pair(certificate=pair.certificate + between.certificate, key=pair.key)
        server.objects[PATH] = secret(chain)
        assert told(cluster) == []

    def test_must_be_there(self, cluster: LiveCluster) -> None:
        (finding,) = told(cluster)
        assert finding.startswith("Secret m/ours: doesn't exist, and tls.existingSecret names it;")

    def test_must_not_be_one_that_goes_with_another_source(
        self, server: ApiServer, cluster: LiveCluster
    ) -> None:
        made = secret()
        made["metadata"]["labels"] = {"app.kubernetes.io/managed-by": "llmd-monitoring"}
        server.objects[PATH] = made
        (finding,) = told(cluster)
        assert "is one that tls.source: generated made" in finding

    @pytest.mark.parametrize("key", ["tls.crt", "tls.key", "ca.crt"])
    def test_must_have_every_key(self, server: ApiServer, cluster: LiveCluster, key: str) -> None:
        server.objects[PATH] = secret(without=key)
        (finding,) = told(cluster)
        assert f"has no {key};" in finding

    @pytest.mark.parametrize(
        ("broken", "problem"),
        [
            (secret(Pair(certificate=FIT.certificate, key=OTHER.key)), "tls.key isn't the key of"),
            (secret(Pair(certificate="nothing", key=FIT.key)), "tls.crt is no certificate"),
            (secret(ca="nothing"), "ca.crt is no certificate"),
            (secret(ca=OTHER.certificate), "no CA in ca.crt signed tls.crt"),
            (secret(leaf(HOSTS[0], by=CA)), f"tls.crt isn't valid for {HOSTS[1]};"),
            (secret(leaf(*HOSTS, by=CA, begins_in=-9, ends_in=-1)), "tls.crt ended on "),
            (secret(leaf(*HOSTS, by=CA, begins_in=1)), "tls.crt begins on "),
        ],
        ids=["key", "certificate", "CA", "chain", "names", "ended", "not begun"],
    )
    def test_must_be_right(
        self, server: ApiServer, cluster: LiveCluster, broken: dict[str, Any], problem: str
    ) -> None:
        server.objects[PATH] = broken
        (finding,) = told(cluster)
        assert problem in finding
        assert "; next: " in finding

    def test_tells_all_that_is_wrong_at_once_and_no_key(
        self, server: ApiServer, cluster: LiveCluster
    ) -> None:
        old = leaf("elsewhere", by=OTHER, begins_in=-9, ends_in=-1)
        server.objects[PATH] = secret(Pair(certificate=old.certificate, key=FIT.key))
        found = told(cluster)
        assert len(found) == 4
        assert not any("PRIVATE KEY" in finding for finding in found)

    def test_needs_the_names_that_the_settings_ask_for(
        self, server: ApiServer, cluster: LiveCluster
    ) -> None:
        server.objects[PATH] = secret()
        asking = settings_with(
            tls={"extraDnsNames": ["prometheus.example.com"], "extraIpAddresses": ["10.0.0.1"]}
        )
        (finding,) = told(cluster, asking)
        assert "tls.crt isn't valid for prometheus.example.com, 10.0.0.1;" in finding

    def test_needs_no_name_of_an_alertmanager_that_isnt_run(
        self, server: ApiServer, cluster: LiveCluster
    ) -> None:
        server.objects[PATH] = secret(leaf(NAMES.prometheus_host, by=CA))
        assert told(cluster, settings_with(alertmanager={"enabled": False})) == []


class TestCertManager:
    def test_must_be_there(self, server: ApiServer, cluster: LiveCluster) -> None:
        (finding,) = no_cert_manager(cluster)
        assert str(finding).startswith("the cluster: has no cert-manager.io/v1, and")
        server.objects["/apis/cert-manager.io/v1"] = {"kind": "APIResourceList"}
        assert list(no_cert_manager(cluster)) == []
