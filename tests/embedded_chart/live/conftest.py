"""A real API server for the embedded chart."""

import dataclasses
import shutil
from pathlib import Path

import pytest

from tests.cluster_fixture import embedded_cluster
from tests.embedded_chart.rendering import Helm
from tools.paths import CHART_CRD_DIR, CHART_DIR, CRD_DIR

__all__ = ["embedded_cluster"]


@pytest.fixture(scope="session")
def complete_chart(helm: Helm, tmp_path_factory: pytest.TempPathFactory) -> Helm:
    """Helm with the chart as the set-up leaves it: with the operator's CRDs."""
    chart = tmp_path_factory.mktemp("complete") / CHART_DIR.name
    crd_dir = chart / CHART_CRD_DIR.relative_to(CHART_DIR)
    shutil.copytree(CHART_DIR, chart)
    shutil.copytree(CRD_DIR, crd_dir, dirs_exist_ok=True)
    assert list(Path(crd_dir).glob("*.yaml")), f"{CRD_DIR} is empty. Run `make tools`."
    return dataclasses.replace(helm, chart=chart)
