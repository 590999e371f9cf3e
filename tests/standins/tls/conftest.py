from pathlib import Path

import pytest

from tests.standins.language_python.project import Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    plugins = {"pulumi-language-python": "language_python", "pulumi-resource-tls": "tls"}
    return Project.create(tmp_path, plugins)
