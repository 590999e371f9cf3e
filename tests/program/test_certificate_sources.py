"""Where the serving certificate comes from, and that every client follows."""

from typing import Any

import pytest

from tests.api_server import ApiServer
from tests.program.recording import PROJECT, Run, in_clear, refusal_of, revealed, run_program

HOST = "llmd-kube-prometheus-stack-prometheus.llm-d-monitoring.svc.cluster.local"

OURS = "/api/v1/namespaces/llm-d-monitoring/secrets/ours"
CERT_MANAGERS_KINDS = "/apis/cert-manager.io/v1"

EXISTING = {"source": "existingSecret", "existingSecret": "ours"}
CERT_MANAGER = {"source": "certManager"}
CORPORATE = {"source": "certManager", "issuer": {"name": "corporate"}}
SECRETS = {"existingSecret": "ours", "certManager": "prometheus-web-tls-issued"}


@pytest.fixture(autouse=True)
def ready(cluster: ApiServer) -> None:
    """A cluster with cert-manager, in which the program may read no Secret."""
    cluster.objects[CERT_MANAGERS_KINDS] = {"kind": "APIResourceList"}
    cluster.forbidden.add(OURS)


def run(tls: dict[str, Any]) -> Run:
    trust = [{"namespace": "keda", "secret": True}]
    return run_program({f"{PROJECT}:tls": {**tls, "trust": trust}})


@pytest.mark.parametrize("tls", [EXISTING, CERT_MANAGER, CORPORATE], ids=str)
class TestForeignCertificate:
    def test_makes_no_key_and_no_secret_of_ours(self, tls: dict[str, Any]) -> None:
        made = run(tls)
        assert not [resource for resource in made.resources if resource.type.startswith("tls:")]
        names = {str(secret.inputs["metadata"]["name"]) for secret in made.of_type(":Secret")}
        assert names == {"prometheus-web-tls-ca"}

    def test_is_what_prometheus_and_alertmanager_serve(self, tls: dict[str, Any]) -> None:
        name = SECRETS[tls["source"]]
        values = run(tls).one(":Release").inputs["values"]
        for group, spec in (("prometheus", "prometheusSpec"), ("alertmanager", "alertmanagerSpec")):
            served = values[group][spec]["web"]["tlsConfig"]
            assert served["keySecret"] == {"name": name, "key": "tls.key"}
            assert f"/secret/{name}-key/tls.crt" in served["certFile"]

    def test_is_verified_by_every_client_with_the_ca_of_its_secret(
        self, tls: dict[str, Any]
    ) -> None:
        made = run(tls)
        ca = f"CA in Secret llm-d-monitoring/{SECRETS[tls['source']]}"
        for name in ("web-tls-ca", "trust-keda"):
            assert made.one(":ConfigMap", name).inputs["data"] == {"ca.crt": ca}
        secret = made.one(":Secret", "trust-keda-secret").inputs["stringData"]
        assert revealed(secret) == {"secret": {"ca.crt": ca}}
        datasources = made.one(":ConfigMap", "grafana-datasource-config-map").inputs["data"]
        assert ca in str(in_clear(datasources))
        assert made.outputs["autoscaler"]["caCertificate"] == ca
        monitor = made.one(":Release").inputs["values"]["prometheus"]["serviceMonitor"]
        assert monitor["tlsConfig"]["ca"]["configMap"]["name"] == "prometheus-web-tls-ca"

    def test_has_no_recorded_end_as_others_renew_it_at_any_time(self, tls: dict[str, Any]) -> None:
        names = {rule.name for rule in run(tls).of_type(":PrometheusRule")}
        assert names
        assert "rules-llmd-recording-certificate" not in names


class TestRefusal:
    @pytest.mark.parametrize(
        ("tls", "path", "problem"),
        [
            (EXISTING, OURS, "Secret llm-d-monitoring/ours: doesn't exist"),
            (CERT_MANAGER, CERT_MANAGERS_KINDS, "the cluster: has no cert-manager.io/v1"),
        ],
        ids=["existingSecret", "certManager"],
    )
    def test_comes_before_anything_is_planned(
        self, cluster: ApiServer, tls: dict[str, Any], path: str, problem: str
    ) -> None:
        cluster.forbidden.clear()
        cluster.objects.pop(path, None)
        refused = refusal_of({f"{PROJECT}:tls": tls})
        assert problem in refused.message
        assert refused.resources == ()


def certificates(made: Run) -> dict[str, Any]:
    return {
        f"{one.inputs['kind']} {one.inputs['metadata']['name']}": one.inputs["spec"]
        for one in made.resources
        if one.inputs.get("apiVersion") == "cert-manager.io/v1"
    }


class TestCertManager:
    def test_gets_an_issuer_with_a_ca_of_its_own(self) -> None:
        found = certificates(run(CERT_MANAGER))
        assert list(found) == [
            "Issuer llmd-web-tls-root",
            "Certificate llmd-web-tls-ca",
            "Issuer llmd-web-tls",
            "Certificate prometheus-web-tls-issued",
        ]
        assert found["Issuer llmd-web-tls-root"] == {"selfSigned": {}}
        assert found["Certificate llmd-web-tls-ca"]["isCA"] is True
        assert found["Issuer llmd-web-tls"] == {"ca": {"secretName": "llmd-web-tls-ca"}}
        issuer = found["Certificate prometheus-web-tls-issued"]["issuerRef"]
        assert issuer == {"group": "cert-manager.io", "kind": "Issuer", "name": "llmd-web-tls"}

    def test_takes_an_issuer_that_exists(self) -> None:
        found = certificates(run(CORPORATE))
        (certificate,) = found.values()
        assert certificate["issuerRef"] == {
            "group": "cert-manager.io",
            "kind": "ClusterIssuer",
            "name": "corporate",
        }

    def test_is_asked_for_every_name_and_the_lifetimes_of_the_settings(self) -> None:
        tls = {**CORPORATE, "validityHours": 2160, "extraDnsNames": ["prometheus.example.com"]}
        (certificate,) = certificates(run(tls)).values()
        assert {HOST, "prometheus-operated", "prometheus.example.com"} <= set(
            certificate["dnsNames"]
        )
        assert certificate["ipAddresses"] == ["127.0.0.1"]
        assert (certificate["duration"], certificate["renewBefore"]) == ("2160h", "720h")
        assert certificate["secretName"] == "prometheus-web-tls-issued"
        assert certificate["usages"] == ["digital signature", "server auth"]

    def test_has_issued_before_anything_is_built_on_it(self) -> None:
        made = run(CERT_MANAGER)
        for one in made.resources:
            if one.inputs.get("apiVersion") == "cert-manager.io/v1":
                waiting = one.inputs["metadata"]["annotations"]["pulumi.com/waitFor"]
                assert waiting == "condition=Ready"
        certificate = "issued-certificate-prometheus-web-tls-issued"
        assert certificate in made.one(":Release").depends_on
