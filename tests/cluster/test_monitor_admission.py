"""Every monitor is accepted by a real API server that takes no unknown field."""

import copy
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import yaml

from components.monitors.managed_prometheus import epp_monitoring, server_monitoring
from components.monitors.manifest import Manifest
from components.monitors.prometheus_operator import by_namespace, monitoring
from components.settings.models import ModelSettings
from components.settings.targets import TargetSettings
from tests.cluster.definitions import defined
from tests.cluster.managed_prometheus import BINDING, POD_MONITORING, POLICY
from tests.polling import eventually
from tests.unit.components.monitors.examples import LABELS, deployment
from tools.cluster.embedded import EmbeddedCluster
from tools.paths import CRD_DIR

NAMESPACE = "monitor-admission"
POLICIES = "/apis/admissionregistration.k8s.io/v1"
PATIENCE_SECONDS = 30

DEPLOYMENTS: dict[str, dict[str, Any]] = {
    "recipes and router": {"epp": [{"release": "a"}, {"release": "b", "inferencePool": False}]},
    "charts of the guides before": {
        "deployment": "modelservice",
        "generation": "gaie",
        "epp": [
            {"release": "a", "tokenSecret": "theirs"},
            {"release": "b", "inferencePool": False},
        ],
    },
    "wide expert parallelism": {
        "decode": {"ports": [f"rank{rank}" for rank in range(8)], "interval": "5s"},
        "prefill": {"enabled": False},
        "podLabels": {"llm-d.ai/guide": "wide-ep-lws"},
    },
    "SGLang, no token": {
        "engine": "sglang",
        "epp": [{"release": "a", "authentication": False}],
        "labels": {"team": "inference"},
    },
}


def model(name: str) -> ModelSettings:
    return deployment(namespace=NAMESPACE, **DEPLOYMENTS[name])


@pytest.fixture(scope="module")
def client(embedded_cluster: EmbeddedCluster) -> Iterator[httpx.Client]:
    """An administrator, in a namespace of the tests'."""
    with embedded_cluster.connect() as connected:
        made = connected.post("/api/v1/namespaces", json={"metadata": {"name": NAMESPACE}})
        made.raise_for_status()
        yield connected
        connected.delete(f"/api/v1/namespaces/{NAMESPACE}").raise_for_status()


def answer(client: httpx.Client, manifest: Manifest) -> httpx.Response:
    """What the API server says to an object; it is not stored."""
    prefix = "/apis/" if "/" in manifest["apiVersion"] else "/api/"
    namespace = manifest["metadata"].get("namespace")
    place = f"/namespaces/{namespace}" if namespace else ""
    return client.post(
        f"{prefix}{manifest['apiVersion']}{place}/{manifest['kind'].lower()}s",
        json=manifest,
        params={"dryRun": "All", "fieldValidation": "Strict"},
    )


def message(client: httpx.Client, manifest: Manifest) -> str:
    """Why the API server refused an object."""
    response = answer(client, manifest)
    assert response.is_client_error, response.text
    return str(response.json()["message"])


def accepted(client: httpx.Client, manifest: Manifest) -> None:
    response = answer(client, manifest)
    assert response.status_code == httpx.codes.CREATED, response.text


@pytest.fixture(scope="module")
def operators_definitions(client: httpx.Client) -> Iterator[None]:
    """The operator's own definitions of the two kinds of monitors."""
    files = (f"monitoring.coreos.com_{kind}s.yaml" for kind in ("podmonitor", "servicemonitor"))
    texts = [(CRD_DIR / file).read_text(encoding="utf-8") for file in files]
    with defined(client, [yaml.safe_load(text) for text in texts]):
        yield


@pytest.fixture(scope="module")
def googles_definitions(client: httpx.Client) -> Iterator[None]:
    """A definition and policies that refuse what Google's refuse."""
    with defined(client, [POD_MONITORING]):
        for kind, manifest in (("policies", POLICY), ("policybindings", BINDING)):
            client.post(f"{POLICIES}/validatingadmission{kind}", json=manifest).raise_for_status()
        try:
            wait_for_policy(client)
            yield
        finally:
            for kind, manifest in (("policybindings", BINDING), ("policies", POLICY)):
                path = f"{POLICIES}/validatingadmission{kind}/{manifest['metadata']['name']}"
                client.delete(path).raise_for_status()


def wait_for_policy(client: httpx.Client) -> None:
    eventually(
        lambda: answer(client, with_rule(".*")).status_code != httpx.codes.CREATED,
        "the policy to come into force",
        seconds=PATIENCE_SECONDS,
    )


def with_rule(regex: str) -> Manifest:
    """A PodMonitoring with one more rule."""
    (monitor, *_) = server_monitoring(model("recipes and router"), LABELS).monitors
    changed = copy.deepcopy(monitor)
    rules = changed["spec"]["endpoints"][0]["metricRelabeling"]
    rules.append({"action": "drop", "sourceLabels": ["__name__"], "regex": regex})
    return changed


@pytest.mark.usefixtures("operators_definitions")
class TestPrometheusOperator:
    @pytest.mark.parametrize("name", DEPLOYMENTS)
    def test_takes_every_object(self, client: httpx.Client, name: str) -> None:
        made = monitoring(model(name), LABELS)
        for manifest in (*made.access, *made.monitors):
            accepted(client, manifest)

    def test_takes_the_objects_of_what_surrounds_llm_d(self, client: httpx.Client) -> None:
        autoscaler = {"namespace": NAMESPACE, "ca": {"name": "ca"}, "serverName": "a.b.svc"}
        given = {"gpu": {"namespace": NAMESPACE}, "autoscaler": autoscaler}
        made = by_namespace((), TargetSettings.model_validate(given), LABELS)[NAMESPACE]
        assert len(made.monitors) == 2
        for manifest in (*made.access, *made.monitors):
            accepted(client, manifest)

    def test_takes_no_unknown_field(self, client: httpx.Client) -> None:
        (monitor, *_) = monitoring(model("recipes and router"), LABELS).monitors
        wrong = copy.deepcopy(monitor)
        wrong["spec"]["podMetricsEndpoints"][0]["intervall"] = "5s"
        assert 'unknown field "spec.podMetricsEndpoints[0].intervall"' in message(client, wrong)


@pytest.mark.usefixtures("googles_definitions")
class TestManagedPrometheus:
    @pytest.mark.parametrize("name", DEPLOYMENTS)
    def test_takes_every_object(self, client: httpx.Client, name: str) -> None:
        epps = epp_monitoring(model(name), LABELS, "gke-gmp-system")
        servers = server_monitoring(model(name), LABELS)
        for manifest in (*servers.monitors, *epps.access, *epps.monitors):
            accepted(client, manifest)

    @pytest.mark.parametrize("regex", [".*", "i.*", "(a|)", "name"])
    def test_takes_no_rule_that_may_touch_a_protected_label(
        self, client: httpx.Client, regex: str
    ) -> None:
        assert "protected label" in message(client, with_rule(regex))

    def test_takes_no_port_twice(self, client: httpx.Client) -> None:
        wrong = with_rule("vllm:.*")
        wrong["spec"]["endpoints"] *= 2
        assert "a port is scraped twice" in message(client, wrong)

    def test_takes_no_endpoint_without_an_interval(self, client: httpx.Client) -> None:
        wrong = with_rule("vllm:.*")
        del wrong["spec"]["endpoints"][0]["interval"]
        assert "interval: Required value" in message(client, wrong)
