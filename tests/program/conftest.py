from pathlib import Path

import pytest
import yaml

from tests.embedded_chart.conftest import helm

__all__ = ["helm", "project_folder"]


@pytest.fixture(autouse=True)
def project_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs the program in a folder where the embedded cluster's kubeconfig is, as in a project that is up."""
    kubeconfig = tmp_path / ".cluster" / "kubeconfig"
    kubeconfig.parent.mkdir()
    kubeconfig.write_text(yaml.safe_dump({"contexts": [{"name": "llmd-local"}]}))
    monkeypatch.chdir(tmp_path)
