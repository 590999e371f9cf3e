"""Where the tests of the embedded chart find helm and the operator's CRDs."""

import shutil
from pathlib import Path

import pytest
import yaml

from tests.embedded_chart.rendering import Helm, Manifest
from tools.paths import BIN_DIR, CRD_DIR


@pytest.fixture(scope="session")
def helm(tmp_path_factory: pytest.TempPathFactory) -> Helm:
    """The helm of the tool chain, else the one on PATH."""
    found = shutil.which("helm", path=str(BIN_DIR)) or shutil.which("helm")
    if found is None:
        pytest.fail(f"No helm in {BIN_DIR} nor on PATH. Run `make tools`, then try again.")
    return Helm(binary=Path(found), home=tmp_path_factory.mktemp("helm"))


@pytest.fixture(scope="session")
def crds() -> dict[str, Manifest]:
    """The CRDs of the kinds that the chart makes, by kind."""
    plurals = ("prometheuses", "alertmanagers", "servicemonitors", "prometheusrules")
    files = [CRD_DIR / f"monitoring.coreos.com_{plural}.yaml" for plural in plurals]
    missing = [file.name for file in files if not file.is_file()]
    if missing:
        pytest.fail(f"{CRD_DIR} lacks {', '.join(missing)}. Run `make tools`, then try again.")
    loaded = [yaml.load(file.read_text(), Loader=yaml.CSafeLoader) for file in files]
    return {crd["spec"]["names"]["kind"]: crd for crd in loaded}
