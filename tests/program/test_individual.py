"""A stack that watches only what carries its label."""

from typing import Any

import pytest
import yaml

from tests.api_server import ApiServer
from tests.embedded_chart.rendering import Helm, Rendered
from tests.program.recording import (
    PROJECT,
    Run,
    refusal_of,
    revealed,
    run_program,
    stack_configuration,
)

LABEL = {"monitoring-ns": "team-monitoring"}
STACK = "generic-individual"


@pytest.fixture
def run() -> Run:
    return run_program(stack_configuration(STACK))


@pytest.fixture
def rendered(helm: Helm, run: Run) -> Rendered:
    values: Any = revealed(run.one(":Release").inputs["values"])
    return helm.template(values, "--namespace", "team-monitoring", release="team")


def labels_of(resource: Any) -> Any:  # noqa: ANN401 - a resource or a manifest
    metadata = resource["metadata"] if isinstance(resource, dict) else resource.inputs["metadata"]
    return metadata.get("labels", {})


def test_labels_its_namespaces(run: Run) -> None:
    for name in ("monitoring-namespace", "team-models.monitors-namespace"):
        assert labels_of(run.one(":NamespacePatch", name)).items() >= LABEL.items()


def test_labels_its_monitors(run: Run) -> None:
    monitors = [*run.of_type(":PodMonitor"), *run.of_type(":ServiceMonitor")]
    assert len(monitors) == 3
    for monitor in monitors:
        assert labels_of(monitor).items() >= LABEL.items()


def test_selects_by_that_label_and_by_no_other(rendered: Rendered) -> None:
    spec = rendered.only("Prometheus")["spec"]
    selectors = {key: value for key, value in spec.items() if key.endswith("Selector")}
    assert len(selectors) == 10
    assert list(selectors.values()) == [{"matchLabels": LABEL}] * 10


def test_selects_what_its_own_chart_makes(rendered: Rendered) -> None:
    made = [one for one in rendered if one["kind"] in {"ServiceMonitor", "PrometheusRule"}]
    assert made
    for one in made:
        assert labels_of(one).items() >= LABEL.items(), one["metadata"]["name"]


def test_every_part_of_the_chart_is_selected(helm: Helm) -> None:
    """Also exporters and Grafana, whose own charts have other keys for labels."""
    configuration = stack_configuration(STACK)
    del configuration[f"{PROJECT}:exporters"]
    values: Any = revealed(run_program(configuration).one(":Release").inputs["values"])
    rendered = helm.template(values, release="team")
    names = rendered.names("ServiceMonitor")
    assert any("grafana" in name for name in names)
    assert any("node-exporter" in name for name in names)
    assert any("kube-state-metrics" in name for name in names)
    for name in names:
        assert labels_of(rendered.get("ServiceMonitor", name)).items() >= LABEL.items(), name


def test_operator_keeps_to_its_namespace(rendered: Rendered) -> None:
    deployment = rendered.get("Deployment", "team-kube-prometheus-stack-operator")
    (container,) = deployment["spec"]["template"]["spec"]["containers"]
    for kind in ("prometheus", "alertmanager", "thanos-ruler"):
        assert f"--{kind}-instance-namespaces=team-monitoring" in container["args"]


def test_a_preview_tells_of_an_operator_that_manages_its_namespace(
    cluster: ApiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pulumi.runtime.is_dry_run", lambda: True)
    path = "/apis/apps/v1/deployments"
    text = """
      metadata:
        namespace: monitoring
        name: theirs
        labels: {app.kubernetes.io/name: prometheus-operator}
      spec: {template: {spec: {containers: [{image: prometheus-operator:v0.93.1}]}}}
    """
    cluster.objects[path] = {"items": [yaml.safe_load(text)]}
    refusal = refusal_of(stack_configuration(STACK), stack=STACK)
    assert refusal.resources == ()
    assert "Deployment monitoring/theirs: is a Prometheus operator" in refusal.message
    existing = {**stack_configuration(STACK), f"{PROJECT}:operator": {"install": "existing"}}
    release = run_program(existing).one(":Release").inputs
    assert release["skipCrds"] is True
    assert release["values"]["prometheusOperator"]["enabled"] is False
