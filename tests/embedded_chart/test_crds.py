"""What the chart makes fits the operator's CRDs, and the CRDs come and go with `crds.enabled`."""

import dataclasses
import shutil
from pathlib import Path

import pytest
import yaml

from tests.embedded_chart.rendering import Helm, Manifest
from tests.embedded_chart.structural_schema import problems
from tests.embedded_chart.test_prometheus import CLIENT, PASSED_ON, WEB
from tools.paths import CHART_CRD_DIR, CHART_DIR

HTTPS = {"scheme": "https", "tlsConfig": CLIENT}
EVERYTHING = {
    "kubeDns": {"enabled": True},
    "prometheus": {"prometheusSpec": PASSED_ON, "serviceMonitor": HTTPS},
    "alertmanager": {"serviceMonitor": HTTPS, "alertmanagerSpec": {**HTTPS, "web": WEB}},
    "kubelet": {"serviceMonitor": {"resource": True, "interval": "15s"}},
}


@pytest.mark.parametrize("values", [{}, EVERYTHING], ids=["defaults", "everything"])
def test_every_custom_resource_fits_its_schema(
    helm: Helm, crds: dict[str, Manifest], values: dict[str, object]
) -> None:
    checked = [one for one in helm.template(values) if one["kind"] in crds]
    assert {one["kind"] for one in checked} == set(crds)
    found = {
        f"{one['kind']} {one['metadata']['name']}": problems(crds[one["kind"]], one)
        for one in checked
    }
    assert {name: issues for name, issues in found.items() if issues} == {}


@pytest.mark.parametrize(
    ("field", "value", "problem"),
    [
        ("retentions", "10d", "spec.retentions: unknown"),
        ("retention", "ten days", "spec.retention: 'ten days' doesn't match"),
        ("replicas", "2", "spec.replicas: '2' is no integer"),
        ("logLevel", "loud", "spec.logLevel: 'loud' is none of"),
        ("web", {"tlsConfig": {"cert": {"secret": {"name": "a"}}}}, ".secret.key: missing"),
    ],
)
def test_the_check_finds_what_the_api_server_would_not_take(
    helm: Helm, crds: dict[str, Manifest], field: str, value: object, problem: str
) -> None:
    prometheus = helm.template().only("Prometheus")
    prometheus["spec"][field] = value
    (found,) = problems(crds["Prometheus"], prometheus)
    assert problem in found


@pytest.mark.parametrize(("enabled", "installed"), [(True, {"things.example.com"}), (False, set())])
def test_the_crds_come_with_crds_enabled_only(
    helm: Helm,
    tmp_path: Path,
    enabled: bool,
    installed: set[str],
) -> None:
    chart = tmp_path / "chart"
    crd_dir = chart / CHART_CRD_DIR.relative_to(CHART_DIR)
    shutil.copytree(CHART_DIR, chart, ignore=shutil.ignore_patterns("*.coreos.com_*"))
    crd_dir.mkdir(parents=True, exist_ok=True)
    crd = {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "things.example.com"},
    }
    (crd_dir / "things.yaml").write_text(yaml.safe_dump(crd))
    copy = dataclasses.replace(helm, chart=chart)
    rendered = copy.template({"crds": {"enabled": enabled}}, "--include-crds")
    assert rendered.names("CustomResourceDefinition") == installed
