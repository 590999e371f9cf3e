"""Autoscalers, on the real engine and a real API server whose pods are simulated."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from tests.cluster.autoscaler_charts import write_charts
from tests.cluster.conftest import NewProject, Settings
from tests.cluster.foreign import existing, namespace
from tests.cluster.live import Live
from tests.cluster.project import Project

NAMESPACES = ("scaling", "keda", "wva")
DIGEST = "llmd-monitoring/prometheus-ca-digest"
DEPLOYMENTS = {
    "scaling": "prometheus-adapter",
    "keda": "keda-operator",
    "wva": "workload-variant-autoscaler-controller-manager",
}


def autoscaler(namespace: str, chart: str, **small: Any) -> dict[str, Any]:  # noqa: ANN401
    chart_on_disk = {"path": f"./charts/{chart}", "timeoutSeconds": 60}
    return {
        "namespace": namespace,
        "provide": "installed",
        "chart": chart_on_disk,
        **small,
    }


ADAPTER = autoscaler("scaling", "prometheus-adapter", externalMetrics=False)
KEDA = autoscaler("keda", "keda", triggerNamespaces=["scaling"])
VARIANT = autoscaler("wva", "workload-variant-autoscaler")
ALL = {"prometheusAdapter": ADAPTER, "keda": KEDA, "workloadVariant": VARIANT}


@pytest.fixture(scope="class")
def namespaces(live: Live) -> Iterator[dict[str, Live]]:
    """Namespaces of the autoscalers."""
    with existing(live.client, *map(namespace, NAMESPACES)):
        yield {name: replace(live, namespace=name) for name in NAMESPACES}


@pytest.fixture(scope="class")
def project(namespaces: dict[str, Live], new_project: NewProject, small: Settings) -> Project:
    del namespaces  # They outlive it.
    made = new_project({**small, "autoscalers": ALL})
    write_charts(made.folder / "charts")
    return made


def template(namespaces: dict[str, Live], namespace: str) -> dict[str, Any]:
    deployment = namespaces[namespace].get("deployments", DEPLOYMENTS[namespace])
    found: dict[str, Any] = deployment["spec"]["template"]
    return found


def digests(namespaces: dict[str, Live]) -> dict[str, str]:
    return {
        name: template(namespaces, name)["metadata"]["annotations"][DIGEST] for name in NAMESPACES
    }


class TestAutoscalers:
    """The steps build on each other."""

    digest = ""

    def test_are_installed_with_the_ca_that_is_served(
        self, project: Project, namespaces: dict[str, Live], live: Live
    ) -> None:
        project.up().succeeded()
        authority = live.get("configmaps", "prometheus-web-tls-ca")["data"]["ca.crt"]
        mounted = namespaces["scaling"].get("configmaps", "llmd-autoscaler-ca")["data"]["ca.crt"]
        name = "workload-variant-autoscaler-prometheus-ca"
        given = namespaces["wva"].get("configmaps", name)["data"]["ca.crt"]
        assert mounted == given == authority
        (container,) = template(namespaces, "scaling")["spec"]["containers"]
        url, ca = container["args"]
        assert url.startswith("--prometheus-url=https://")
        assert ca == "--prometheus-ca-file=/etc/llmd-prometheus-ca/ca.crt"
        (TestAutoscalers.digest,) = set(digests(namespaces).values())

    def test_a_trigger_refers_to_the_ca(self, namespaces: dict[str, Live]) -> None:
        path = "/apis/keda.sh/v1alpha1/namespaces/scaling/triggerauthentications/llmd-prometheus"
        found = namespaces["scaling"].client.get(path)
        (reference,) = found.raise_for_status().json()["spec"]["secretTargetRef"]
        assert reference["parameter"] == "ca"
        assert reference["key"] in namespaces["scaling"].get("secrets", reference["name"])["data"]

    def test_nothing_changes_without_a_change(self, project: Project) -> None:
        project.up("--expect-no-changes").succeeded()

    def test_another_ca_starts_each_anew(
        self, project: Project, small: Settings, namespaces: dict[str, Live]
    ) -> None:
        tls = {**small["tls"], "caGenerations": [1, 2]}
        project.configure({**small, "tls": tls, "autoscalers": ALL})
        project.up().succeeded()
        (digest,) = set(digests(namespaces).values())
        assert digest != self.digest

    def test_http_is_followed_in_the_same_update(
        self, project: Project, small: Settings, namespaces: dict[str, Live]
    ) -> None:
        plain = {"prometheusAdapter": ADAPTER, "keda": KEDA}
        tls = {**small["tls"], "enabled": False}
        project.configure({**small, "tls": tls, "autoscalers": plain})
        project.up().succeeded()
        (container,) = template(namespaces, "scaling")["spec"]["containers"]
        (url,) = container["args"]
        assert url.startswith("--prometheus-url=http://")
        assert namespaces["scaling"].find("secrets", "llmd-autoscaler-ca") is None
        assert namespaces["wva"].find("deployments", DEPLOYMENTS["wva"]) is None

    def test_dropped_ones_leave_nothing(
        self, project: Project, small: Settings, namespaces: dict[str, Live]
    ) -> None:
        project.configure(small)
        project.up().succeeded()
        for place in namespaces.values():
            assert not place.list("deployments")
            assert set(place.list("configmaps")) <= {"kube-root-ca.crt"}
