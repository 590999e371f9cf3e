import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.cluster_fixture import embedded_cluster
from tools.paths import REPO

__all__ = ["embedded_cluster"]


@pytest.fixture
def server() -> Iterator[str]:
    """The URL of an emulated server in a process of its own."""
    command = [sys.executable, "-m", "tools.load.emulator"]
    with subprocess.Popen(command, cwd=REPO, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.terminate()
