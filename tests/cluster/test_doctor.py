"""The doctor finds each fault that is put into a live installation, and none in a healthy one."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import pytest

from components.names import Names
from tests.cluster.conftest import NewProject, Settings
from tests.cluster.faults import (
    Change,
    Fault,
    Pair,
    certificate,
    data,
    endpoint,
    faults_in,
    injected,
    labelled,
    replaced,
    spec,
)
from tests.cluster.live import Live
from tests.cluster.project import NAMESPACE, Project
from tests.cluster.tls_server import serving, serving_plainly
from tests.tls_clients.clients import Client
from tools.doctor.finding import Finding

MODELS = "doctor-models"
CORE = f"/api/v1/namespaces/{NAMESPACE}"
CUSTOM = f"/apis/monitoring.coreos.com/v1/namespaces/{NAMESPACE}"
PROMETHEUS = "llmd-kube-prometheus-stack-prometheus"
SECRET = f"{CORE}/secrets/prometheus-web-tls"
CA = f"{CORE}/configmaps/prometheus-web-tls-ca"
DATASOURCES = f"{CORE}/configmaps/llmd-grafana-datasources"
RELEASE = f"{CORE}/secrets/sh.helm.release.v1.llmd.v1"
DEPLOYMENTS = f"/apis/apps/v1/namespaces/{NAMESPACE}/deployments"
MONITORS = f"/apis/monitoring.coreos.com/v1/namespaces/{MODELS}"
EPP_MONITOR = f"{MONITORS}/servicemonitors/gaie-monitor"

OTHER = certificate(["localhost"])
NAMES = Names(namespace=NAMESPACE, release="llmd", cluster_domain="cluster.local", scheme="https")


def pod_monitor(name: str, *, port: str = "metrics", app: str = "vllm") -> dict[str, object]:
    return {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PodMonitor",
        "metadata": {"name": name},
        "spec": {
            "selector": {"matchLabels": {"app": app}},
            "podMetricsEndpoints": [{"port": port, "path": "/metrics"}],
        },
    }


def deployment_of_a_client(name: str, argument: str) -> dict[str, object]:
    labels = {"app.kubernetes.io/name": name}
    container = {"name": "c", "image": "example.com/client:1", "args": [argument]}
    return {
        "metadata": {"name": name, "labels": labels},
        "spec": {
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": {"containers": [container]}},
        },
    }


FAULTS = (
    Fault(
        name="Helm was killed in an upgrade",
        path=RELEASE,
        change=labelled(status="pending-upgrade"),
        found=("Helm release", "stuck in pending-upgrade"),
    ),
    Fault(
        name="Helm was killed at the installation",
        path=RELEASE,
        change=labelled(status="pending-install"),
        found=("Helm release", "stuck in pending-install"),
    ),
    Fault(
        name="an upgrade failed",
        path=RELEASE,
        change=labelled(status="failed"),
        found=("Helm release", "failed at revision 1"),
    ),
    Fault(name="the serving Secret is gone", path=SECRET, found=("prometheus-web-tls", "exist")),
    Fault(
        name="the serving Secret has no key",
        path=SECRET,
        change=data(tls_key=None),
        found=("prometheus-web-tls", "no tls.key"),
    ),
    Fault(
        name="the certificate is damaged",
        path=SECRET,
        change=data(tls_crt="-----BEGIN"),
        found=("prometheus-web-tls", "no certificate"),
    ),
    Fault(
        name="the key is another certificate's",
        path=SECRET,
        change=data(tls_key=OTHER.key),
        found=("prometheus-web-tls", "isn't the key"),
    ),
    Fault(
        name="somebody else signed the certificate",
        path=SECRET,
        change=data(
            tls_crt=certificate(list(NAMES.served_hosts)).certificate,
        ),
        found=("prometheus-web-tls", "no CA in ca.crt signed tls.crt"),
    ),
    Fault(
        name="the certificate has ended",
        path=SECRET,
        change=data(tls_crt=certificate(list(NAMES.served_hosts), days=-1).certificate),
        found=("prometheus-web-tls", "ended on"),
    ),
    Fault(
        name="the certificate ends soon",
        path=SECRET,
        change=data(tls_crt=certificate(list(NAMES.served_hosts), days=3).certificate),
        found=("prometheus-web-tls", "ends on"),
    ),
    Fault(
        name="the certificate lacks names",
        path=SECRET,
        change=data(tls_crt=OTHER.certificate),
        found=("prometheus-web-tls", "isn't valid for", "prometheus-operated"),
    ),
    Fault(name="the CA is gone", path=CA, found=("prometheus-web-tls-ca", "does not exist")),
    Fault(
        name="the CA is another one",
        path=CA,
        change=data(ca_crt=OTHER.certificate),
        found=(f"{NAMESPACE}/prometheus-web-tls-ca", "doesn't verify"),
    ),
    Fault(
        name="clients of another namespace have an old CA",
        path=f"/api/v1/namespaces/{MODELS}/configmaps/prometheus-web-tls-ca",
        change=data(ca_crt=OTHER.certificate),
        found=(f"{MODELS}/prometheus-web-tls-ca", "doesn't verify"),
    ),
    Fault(
        name="Prometheus serves plain HTTP",
        path=f"{CUSTOM}/prometheuses/{PROMETHEUS}",
        change=spec(web=None),
        found=("llmd-grafana-datasources", "over https, but Prometheus serves http"),
    ),
    Fault(
        name="Prometheus' links have the wrong scheme",
        path=f"{CUSTOM}/prometheuses/{PROMETHEUS}",
        change=spec(externalUrl=f"http://{PROMETHEUS}.{NAMESPACE}.svc:9090"),
        found=(PROMETHEUS, "externalUrl of http"),
    ),
    Fault(
        name="Prometheus scrapes itself over HTTP",
        path=f"{CUSTOM}/servicemonitors/{PROMETHEUS}",
        change=endpoint(scheme="http"),
        found=(f"ServiceMonitor {NAMESPACE}/{PROMETHEUS}", "scrapes http"),
    ),
    Fault(
        name="Prometheus scrapes itself unverified",
        path=f"{CUSTOM}/servicemonitors/{PROMETHEUS}",
        change=endpoint(tlsConfig={"insecureSkipVerify": True}),
        found=(f"ServiceMonitor {NAMESPACE}/{PROMETHEUS}", "insecureSkipVerify"),
    ),
    Fault(
        name="Grafana asks over HTTP",
        path=DATASOURCES,
        change=replaced(f"https://{PROMETHEUS}", f"http://{PROMETHEUS}"),
        found=("llmd-grafana-datasources", "over http, but"),
    ),
    Fault(
        name="there are two default datasources",
        path=f"{CORE}/configmaps",
        added={
            "metadata": {"name": "more-datasources", "labels": {"grafana_datasource": "1"}},
            "data": {"more.yaml": '{"datasources": [{"name": "theirs", "isDefault": true}]}'},
        },
        found=("Grafana", "has 2 default datasources"),
    ),
    Fault(
        name="Grafana's login is gone",
        path=f"{CORE}/secrets/llmd-grafana",
        found=("Secret", "llmd-grafana", "admin-password"),
    ),
    Fault(
        name="Grafana is scaled to none",
        path=f"{DEPLOYMENTS}/llmd-grafana",
        change=spec(replicas=0),
        found=("Deployment", "llmd-grafana", "scaled to none"),
    ),
    Fault(
        name="the operator is gone",
        path=f"{DEPLOYMENTS}/llmd-kube-prometheus-stack-operator",
        found=("llmd-kube-prometheus-stack-operator", "does not exist"),
    ),
    Fault(
        name="Prometheus is gone",
        path=f"{CUSTOM}/prometheuses/{PROMETHEUS}",
        found=(f"Prometheus {NAMESPACE}/{PROMETHEUS}", "does not exist"),
    ),
    Fault(
        name="monitors lack the label",
        path=f"{CUSTOM}/prometheuses/{PROMETHEUS}",
        change=spec(podMonitorSelector={"matchLabels": {"team": "ml"}}),
        found=(f"PodMonitor {MODELS}/", "isn't selected", "team=ml"),
    ),
    Fault(
        name="namespaces lack the label",
        path=f"{CUSTOM}/prometheuses/{PROMETHEUS}",
        change=spec(serviceMonitorNamespaceSelector={"matchLabels": {"scraped": "yes"}}),
        found=(f"ServiceMonitor {MODELS}/", "isn't selected", "scraped=yes"),
    ),
    Fault(
        name="a selector is misspelt",
        path=f"{MONITORS}/podmonitors",
        added=pod_monitor("astray", app="vlmm"),
        found=(f"PodMonitor {MODELS}/astray", "selects no pod"),
    ),
    Fault(
        name="a port's name is misspelt",
        path=f"{MONITORS}/podmonitors",
        added=pod_monitor("wrong-port", port="metrix"),
        found=(f"PodMonitor {MODELS}/wrong-port", "names port 'metrix'"),
    ),
    Fault(
        name="pods are scraped twice",
        path=f"{MONITORS}/podmonitors",
        added=pod_monitor("again"),
        found=(f"PodMonitor {MODELS}/again", "scrape the same port"),
    ),
    Fault(
        name="the EPP's token is gone",
        path=f"/api/v1/namespaces/{MODELS}/secrets/epp-token",
        found=(EPP_MONITOR.rpartition("/")[2], "Secret", "doesn't exist"),
    ),
    Fault(
        name="the EPP's token is empty",
        path=f"/api/v1/namespaces/{MODELS}/secrets/epp-token",
        change=data(token=None),
        found=(EPP_MONITOR.rpartition("/")[2], "Secret", "has no token"),
    ),
    Fault(
        name="a token comes from a file",
        path=f"{CUSTOM}/prometheuses/{PROMETHEUS}",
        change=spec(arbitraryFSAccessThroughSMs={"deny": True}),
        found=("ServiceMonitor", "bearerTokenFile"),
    ),
    Fault(
        name="prometheus-adapter asks over HTTP",
        path="/apis/apps/v1/namespaces/default/deployments",
        added=deployment_of_a_client(
            "prometheus-adapter", f"--prometheus-url=http://{PROMETHEUS}.{NAMESPACE}.svc:9090"
        ),
        found=("Deployment default/prometheus-adapter", "over http, which serves https"),
    ),
    Fault(
        name="the workload-variant-autoscaler asks over HTTP",
        path="/api/v1/namespaces/default/configmaps",
        added={
            "metadata": {
                "name": "wva",
                "labels": {"app.kubernetes.io/name": "workload-variant-autoscaler"},
            },
            "data": {"PROMETHEUS_BASE_URL": f"http://{PROMETHEUS}.{NAMESPACE}:9090"},
        },
        found=("ConfigMap default/wva", "over http, which serves https"),
    ),
)


def surroundings(live: Live) -> None:
    """Makes what an llm-d deployment brings: a pod, a Service, a token and their monitors."""
    client, namespace = live.client, f"/api/v1/namespaces/{MODELS}"
    for path, thing in (
        (
            f"{namespace}/pods",
            {
                "metadata": {"name": "vllm-0", "labels": {"app": "vllm"}},
                "spec": {
                    "containers": [
                        {
                            "name": "vllm",
                            "image": "example.com/vllm:1",
                            "ports": [{"name": "metrics", "containerPort": 8000}],
                        }
                    ]
                },
            },
        ),
        (
            f"{namespace}/services",
            {
                "metadata": {"name": "gaie-epp", "labels": {"app": "epp"}},
                "spec": {"ports": [{"name": "http-metrics", "port": 9090}]},
            },
        ),
        (
            f"{namespace}/secrets",
            {"metadata": {"name": "epp-token"}, "stringData": {"token": "canary-epp-token"}},
        ),
        (f"{MONITORS}/podmonitors", pod_monitor("vllm")),
        (
            f"{MONITORS}/servicemonitors",
            {
                "apiVersion": "monitoring.coreos.com/v1",
                "kind": "ServiceMonitor",
                "metadata": {"name": "gaie-monitor"},
                "spec": {
                    "selector": {"matchLabels": {"app": "epp"}},
                    "endpoints": [
                        {
                            "port": "http-metrics",
                            "authorization": {"credentials": {"name": "epp-token", "key": "token"}},
                        }
                    ],
                },
            },
        ),
    ):
        client.post(path, json=thing).raise_for_status()


@pytest.fixture(scope="class")
def installed(new_project: NewProject, settings: Settings, live: Live) -> Iterator[Project]:
    own = {**settings, "tls": {"protectCa": False, "trust": [{"namespace": MODELS}]}}
    project = new_project(own)
    # The CRDs come with the chart, so the monitors after a first update.
    live.client.post("/api/v1/namespaces", json={"metadata": {"name": MODELS}}).raise_for_status()
    project.up().succeeded()
    yield project
    live.client.delete(f"/api/v1/namespaces/{MODELS}").raise_for_status()


@dataclass(frozen=True, kw_only=True)
class Broken:
    """A fault as clients see it.

    Attributes:
        path: Path of the object on the API server.
        change: What is wrong with it; may need the stack's CA.
        found: Kind of the object that the doctor names.
        go: What a client in Go says.
        python: What a client in Python says.
        serves_tls: Whether the server speaks TLS.
    """

    path: str
    change: Callable[[Pair], Change]
    found: str
    go: str
    python: str
    serves_tls: bool = True


def signed(*names: str, days: int = 365) -> Callable[[Pair], Change]:
    """A change of the serving certificate to another one of the stack's CA."""

    def change(authority: Pair) -> Change:
        pair = certificate(list(names), days=days, authority=authority)
        return data(tls_crt=pair.certificate, tls_key=pair.key)

    return change


UNVERIFIED = "tls: failed to verify certificate: x509: "
BROKEN = {
    "another CA": Broken(
        path=CA,
        change=lambda _: data(ca_crt=OTHER.certificate),
        found="ConfigMap",
        go=f"{UNVERIFIED}certificate signed by unknown authority",
        python="certificate verify failed: unable to get local issuer certificate",
    ),
    "a certificate that has ended": Broken(
        path=SECRET,
        change=signed(*NAMES.served_hosts, days=-1),
        found="Secret",
        go=f"{UNVERIFIED}certificate has expired or is not yet valid: current time ",
        python="certificate verify failed: certificate has expired",
    ),
    "a certificate without the name": Broken(
        path=SECRET,
        change=signed("localhost"),
        found="Secret",
        go=f"{UNVERIFIED}certificate is valid for localhost, not {NAMES.prometheus_host}",
        python="certificate verify failed: Hostname mismatch, certificate is not valid for "
        f"'{NAMES.prometheus_host}'.",
    ),
    "plain HTTP": Broken(
        path=f"{CUSTOM}/prometheuses/{PROMETHEUS}",
        change=lambda _: spec(web=None),
        found="ServiceMonitor",
        go="http: server gave HTTP response to HTTPS client",
        python="[SSL: WRONG_VERSION_NUMBER] wrong version number",
        serves_tls=False,
    ),
}


def quoted(findings: list[Finding], kind: str) -> list[str]:
    """The errors that findings about a kind name, as patterns: dots stand for what differs."""
    whys = [finding.why for finding in findings if finding.where.startswith(kind)]
    quotes = [quote for why in whys for quote in re.findall("`(.+?)`", why)]
    return [re.escape(quote).replace(re.escape("..."), ".+") for quote in quotes]


@pytest.fixture(scope="class")
def authority(installed: Project) -> Pair:
    """The stack's CA and its key, which is in the state alone."""
    certificate = installed.revealed("ca-certificate")["certPem"]
    return Pair(certificate=certificate, key=installed.revealed("ca-key")["privateKeyPem"])


@pytest.mark.usefixtures("installed")
class TestDoctor:
    def test_nothing_is_found_in_a_healthy_installation(
        self, settings: Settings, live: Live
    ) -> None:
        surroundings(live)
        assert faults_in(settings) == []

    @pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
    def test_a_fault_is_found(self, settings: Settings, live: Live, fault: Fault) -> None:
        with injected(live.client, fault):
            found = faults_in(settings)
        texts = [f"{finding.where} {finding.what}" for finding in found]
        assert [text for text in texts if all(words in text for words in fault.found)], texts

    @pytest.mark.parametrize("name", BROKEN)
    def test_the_errors_of_clients_are_named(
        self,
        settings: Settings,
        live: Live,
        authority: Pair,
        clients: Mapping[str, Client],
        name: str,
    ) -> None:
        broken = BROKEN[name]
        change = broken.change(authority)
        with injected(live.client, Fault(name=name, path=broken.path, change=change, found=())):
            found = faults_in(settings)
            secret = live.secret("prometheus-web-tls")
            ca = live.get("configmaps", "prometheus-web-tls-ca")["data"]["ca.crt"]
        pair = {"certificate": secret["tls.crt"], "key": secret["tls.key"]}
        with serving(**pair) if broken.serves_tls else serving_plainly() as address:
            for language, told in {"go": broken.go, "python": broken.python}.items():
                (error,) = clients[language](address, ca, [f"{NAMES.prometheus_url}/"])
                assert told in error
                patterns = quoted(found, broken.found)
                assert any(re.search(pattern, error) for pattern in patterns), (error, patterns)

    def test_nothing_is_left_of_the_faults(self, settings: Settings) -> None:
        assert faults_in(settings) == []
