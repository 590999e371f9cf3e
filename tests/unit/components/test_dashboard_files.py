"""What the program installs of the dashboards."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from components.dashboard_files import GRAFANA, OPENSHIFT_CONSOLE, compact_document, file_name
from components.settings.dashboards import DASHBOARD_NAMES
from dashboards.boards import BOARDS

FOLDERS = (GRAFANA, OPENSHIFT_CONSOLE)
CONFIG_MAP_LIMIT = 1024 * 1024


def test_the_setting_offers_every_dashboard_and_no_other() -> None:
    assert tuple(board.name for board in BOARDS) == DASHBOARD_NAMES


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
@pytest.mark.parametrize("name", DASHBOARD_NAMES)
class TestInstalledDocument:
    def test_is_the_committed_one(self, folder: Path, name: str) -> None:
        committed = (folder / file_name(name)).read_text(encoding="utf-8")
        assert json.loads(compact_document(folder, name)) == json.loads(committed)

    def test_is_in_one_line_and_fits_into_a_config_map(self, folder: Path, name: str) -> None:
        document = compact_document(folder, name)
        assert "\n" not in document
        assert len(document.encode()) < CONFIG_MAP_LIMIT / 4

    def test_is_found_by_its_uid(self, folder: Path, name: str) -> None:
        assert f"{json.loads(compact_document(folder, name))['uid']}.json" == file_name(name)


def test_installing_them_needs_nothing_that_makes_them() -> None:
    """Each `pulumi up` imports the components; the builders would cost it time, and a dependency."""
    code = (
        "import sys; import components.platforms.generic, components.grafana_dashboards; "
        "print([m for m in sys.modules if m.split('.')[0] in ('dashboards', 'grafana_foundation_sdk')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout.strip() == "[]"
