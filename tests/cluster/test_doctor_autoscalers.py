"""The doctor finds each fault of an autoscaler's way to Prometheus, and none where that is as it was installed."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from tests.cluster.autoscaler_charts import write_charts
from tests.cluster.conftest import NewProject, Settings
from tests.cluster.faults import Fault, certificate, data, faults_in, injected, rewritten, spec
from tests.cluster.foreign import existing, namespace
from tests.cluster.live import Live
from tests.cluster.project import NAMESPACE, Project

NAMESPACES = ("scaling", "keda", "wva", "llm")
PROMETHEUS = "llmd-kube-prometheus-stack-prometheus"
URL = f"https://{PROMETHEUS}.{NAMESPACE}.svc.cluster.local:9090"
OTHER = certificate(["localhost"]).certificate

ADAPTER = "/apis/apps/v1/namespaces/scaling/deployments/prometheus-adapter"
ADAPTERS_CA = "/api/v1/namespaces/scaling/configmaps/llmd-autoscaler-ca"
VARIANT = "/apis/apps/v1/namespaces/wva/deployments/workload-variant-autoscaler-controller-manager"
VARIANTS_CA = "/api/v1/namespaces/wva/configmaps/workload-variant-autoscaler-prometheus-ca"
VARIANTS_CONFIG = (
    "/api/v1/namespaces/wva/configmaps/workload-variant-autoscaler-variantautoscaling-config"
)
KEDAS_CA = "/api/v1/namespaces/keda/configmaps/llmd-autoscaler-ca"
KEDA_API = "/apis/keda.sh/v1alpha1"
SCALED_OBJECTS = f"{KEDA_API}/namespaces/llm/scaledobjects"
AUTHENTICATIONS = f"{KEDA_API}/namespaces/llm/triggerauthentications"
AUTHENTICATION = f"{AUTHENTICATIONS}/llmd-prometheus"
TRIGGERS_CA = "/api/v1/namespaces/llm/secrets/llmd-autoscaler-ca"


def scaled_object(name: str, *, url: str = URL, **trigger: Any) -> dict[str, Any]:  # noqa: ANN401
    metadata = {
        "serverAddress": url,
        "unsafeSsl": "false",
        "query": "sum(llmd:requests_waiting:sum)",
        "threshold": "5",
        **trigger.pop("metadata", {}),
    }
    return {
        "apiVersion": "keda.sh/v1alpha1",
        "kind": "ScaledObject",
        "metadata": {"name": name},
        "spec": {
            "scaleTargetRef": {"name": "decode"},
            "triggers": [{"type": "prometheus", "metadata": metadata, **trigger}],
        },
    }


def authentication(*references: dict[str, str], kind: str) -> dict[str, Any]:
    return {
        "apiVersion": "keda.sh/v1alpha1",
        "kind": kind,
        "metadata": {"name": "theirs"},
        "spec": {"secretTargetRef": list(references)},
    }


OURS: dict[str, Any] = {"authenticationRef": {"name": "llmd-prometheus"}}
OF_CLUSTER: dict[str, Any] = {
    "authenticationRef": {"name": "theirs", "kind": "ClusterTriggerAuthentication"}
}
CLUSTER_AUTHENTICATION = authentication(
    {"parameter": "ca", "name": "prometheus-ca", "key": "ca.crt"},
    kind="ClusterTriggerAuthentication",
)

FAULTS = (
    Fault(
        name="prometheus-adapter's CA is an old one",
        path=ADAPTERS_CA,
        change=data(ca_crt=OTHER),
        found=("Deployment scaling/prometheus-adapter", "llmd-autoscaler-ca", "doesn't verify"),
    ),
    Fault(
        name="prometheus-adapter's CA is gone",
        path=ADAPTERS_CA,
        found=("Deployment scaling/prometheus-adapter", "llmd-autoscaler-ca", "doesn't exist"),
    ),
    Fault(
        name="prometheus-adapter's CA has another key",
        path=ADAPTERS_CA,
        change=data(ca_crt=None),
        found=("Deployment scaling/prometheus-adapter", "llmd-autoscaler-ca", "has no ca.crt"),
    ),
    Fault(
        name="prometheus-adapter has no CA",
        path=ADAPTER,
        change=rewritten("--prometheus-ca-file=/etc/llmd-prometheus-ca/ca.crt", "--v=4"),
        found=("Deployment scaling/prometheus-adapter", "names no CA"),
    ),
    Fault(
        name="prometheus-adapter asks over HTTP",
        path=ADAPTER,
        change=rewritten("--prometheus-url=https:", "--prometheus-url=http:"),
        found=("Deployment scaling/prometheus-adapter", "over http, which serves https"),
    ),
    Fault(
        name="Prometheus serves plain HTTP, and the adapter asks over HTTPS",
        path=f"/apis/monitoring.coreos.com/v1/namespaces/{NAMESPACE}/prometheuses/{PROMETHEUS}",
        change=spec(web=None),
        found=("Deployment scaling/prometheus-adapter", "over https, which serves http"),
    ),
    Fault(
        name="Prometheus serves plain HTTP, and a trigger asks over HTTPS",
        path=f"/apis/monitoring.coreos.com/v1/namespaces/{NAMESPACE}/prometheuses/{PROMETHEUS}",
        change=spec(web=None),
        found=("ScaledObject llm/decode", "over https, which serves http"),
    ),
    Fault(
        name="the workload-variant autoscaler's CA is an old one",
        path=VARIANTS_CA,
        change=data(ca_crt=OTHER),
        found=("Deployment wva/", "workload-variant-autoscaler-prometheus-ca", "doesn't verify"),
    ),
    Fault(
        name="the workload-variant autoscaler's CA is the chart's comment",
        path=VARIANTS_CA,
        change=data(ca_crt="# CA certificate not provided - using system CA bundle\n"),
        found=("Deployment wva/", "workload-variant-autoscaler-prometheus-ca", "doesn't verify"),
    ),
    Fault(
        name="the workload-variant autoscaler's CA is gone",
        path=VARIANTS_CA,
        found=("Deployment wva/", "workload-variant-autoscaler-prometheus-ca", "doesn't exist"),
    ),
    Fault(
        name="the workload-variant autoscaler doesn't verify",
        path=VARIANTS_CONFIG,
        change=rewritten('SKIP_VERIFY": "false"', 'SKIP_VERIFY": "true"', below="data"),
        found=("Deployment wva/", "PROMETHEUS_TLS_INSECURE_SKIP_VERIFY"),
    ),
    Fault(
        name="the workload-variant autoscaler asks over HTTP",
        path=VARIANTS_CONFIG,
        change=rewritten("https://", "http://", below="data"),
        found=("ConfigMap wva/", "over http, which serves https"),
    ),
    Fault(
        name="the CA of KEDA's operator is gone",
        path=KEDAS_CA,
        found=("Deployment keda/keda-operator", "llmd-autoscaler-ca", "doesn't exist"),
    ),
    Fault(
        name="a trigger's CA is an old one",
        path=TRIGGERS_CA,
        change=data(ca_crt=OTHER),
        found=("TriggerAuthentication llm/llmd-prometheus", "reads ca", "doesn't verify"),
    ),
    Fault(
        name="a trigger's CA is gone",
        path=TRIGGERS_CA,
        found=("TriggerAuthentication llm/llmd-prometheus", "llmd-autoscaler-ca", "doesn't exist"),
    ),
    Fault(
        name="a trigger's CA has another key",
        path=AUTHENTICATION,
        change=rewritten('"ca.crt"', '"tls.crt"'),
        found=("TriggerAuthentication llm/llmd-prometheus", "llmd-autoscaler-ca", "has no tls.crt"),
    ),
    Fault(
        name="a trigger's token is gone",
        path=AUTHENTICATION,
        change=rewritten(
            '"secretTargetRef": [',
            '"secretTargetRef": [{"parameter": "bearerToken", "name": "tokens", "key": "token"}, ',
        ),
        found=("TriggerAuthentication llm/llmd-prometheus", "bearerToken", "tokens", "exist"),
    ),
    Fault(
        name="the authentication is gone",
        path=AUTHENTICATION,
        found=("ScaledObject llm/decode", "llm/llmd-prometheus", "doesn't exist"),
    ),
    Fault(
        name="a trigger doesn't verify",
        path=SCALED_OBJECTS,
        added=scaled_object("careless", metadata={"unsafeSsl": "true"}),
        found=("ScaledObject llm/careless", "unsafeSsl"),
    ),
    Fault(
        name="a trigger asks over HTTP",
        path=SCALED_OBJECTS,
        added=scaled_object("plain", url=URL.replace("https", "http")),
        found=("ScaledObject llm/plain", "over http, which serves https"),
    ),
    Fault(
        name="a trigger leaves the CA to the operator, which has an old one",
        path=KEDAS_CA,
        change=data(ca_crt=OTHER),
        found=("ScaledObject llm/of-the-operator", "names no CA"),
    ),
    Fault(
        name="an authentication of the whole cluster has no CA beside KEDA",
        path="/api/v1/namespaces/keda/secrets/prometheus-ca",
        found=("ClusterTriggerAuthentication theirs", "keda/prometheus-ca", "doesn't exist"),
    ),
)


@pytest.fixture(scope="class")
def namespaces(live: Live) -> Iterator[dict[str, Live]]:
    with existing(live.client, *map(namespace, NAMESPACES)):
        yield {name: replace(live, namespace=name) for name in NAMESPACES}


@pytest.fixture(scope="class")
def own(small: Settings) -> Settings:
    """The settings of a stack that installs every autoscaler."""

    def installed(namespace: str, chart: str, **keys: object) -> dict[str, object]:
        path = {"path": f"./charts/{chart}", "timeoutSeconds": 60}
        return {"namespace": namespace, "provide": "installed", "chart": path, **keys}

    return {
        **small,
        "autoscalers": {
            "prometheusAdapter": installed("scaling", "prometheus-adapter", externalMetrics=False),
            "keda": installed("keda", "keda", triggerNamespaces=["llm"]),
            "workloadVariant": installed("wva", "workload-variant-autoscaler"),
        },
    }


@pytest.fixture(scope="class")
def project(namespaces: dict[str, Live], new_project: NewProject, own: Settings) -> Project:
    del namespaces  # They outlive it.
    made = new_project(own)
    write_charts(made.folder / "charts")
    made.up().succeeded()
    return made


@pytest.fixture(scope="class")
def workloads(project: Project, live: Live) -> None:
    """What users bring: triggers of every kind that is right."""
    del project  # Its kinds come first.
    authority = live.get("configmaps", "prometheus-web-tls-ca")["data"]
    secret = {"metadata": {"name": "prometheus-ca"}, "stringData": authority}
    for path, thing in (
        ("/api/v1/namespaces/keda/secrets", secret),
        (f"{KEDA_API}/clustertriggerauthentications", CLUSTER_AUTHENTICATION),
        (SCALED_OBJECTS, scaled_object("decode", **OURS)),
        (SCALED_OBJECTS, scaled_object("of-the-cluster", **OF_CLUSTER)),
        (SCALED_OBJECTS, scaled_object("of-the-operator")),
        (SCALED_OBJECTS, scaled_object("of-others", url="https://prometheus.example.com")),
    ):
        strictly = {"fieldValidation": "Strict"}
        live.client.post(path, params=strictly, json=thing).raise_for_status()


@pytest.mark.usefixtures("workloads")
class TestDoctor:
    def test_nothing_is_found_where_all_is_as_it_was_installed(self, own: Settings) -> None:
        assert faults_in(own) == []

    @pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
    def test_a_fault_is_found(self, own: Settings, live: Live, fault: Fault) -> None:
        with injected(live.client, fault):
            found = faults_in(own)
        texts = [f"{finding.where} {finding.what}" for finding in found]
        assert [text for text in texts if all(words in text for words in fault.found)], texts

    def test_nothing_is_left_of_the_faults(self, own: Settings) -> None:
        assert faults_in(own) == []
