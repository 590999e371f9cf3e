"""Where Helm finds the chart."""

import pytest

from components.helm_release import ChartOrigin
from components.kube_prometheus_stack import chart_origin
from components.settings import ChartSettings
from tests.unit.components.documents import Document


@pytest.mark.parametrize(
    ("document", "chart", "repository", "version"),
    [
        (
            {},
            "oci://ghcr.io/prometheus-community/charts/kube-prometheus-stack",
            None,
            "88.5.3",
        ),
        (
            {"version": "89.0.0"},
            "oci://ghcr.io/prometheus-community/charts/kube-prometheus-stack",
            None,
            "89.0.0",
        ),
        (
            {"repository": "oci://registry.example.com/mirror/"},
            "oci://registry.example.com/mirror/kube-prometheus-stack",
            None,
            "88.5.3",
        ),
        (
            {"repository": "https://charts.example.com", "version": "88.0.0"},
            "kube-prometheus-stack",
            "https://charts.example.com",
            "88.0.0",
        ),
        ({"path": "./charts/stack.tgz"}, "./charts/stack.tgz", None, None),
    ],
    ids=["default", "version", "registry", "repository", "path"],
)
def test_the_settings_name_one_chart(
    document: Document, chart: str, repository: str | None, version: str | None
) -> None:
    assert chart_origin(ChartSettings.model_validate(document)) == ChartOrigin(
        chart=chart, repository=repository, version=version
    )
