"""Which version of which chart a release would install."""

import io
import tarfile
import threading
from pathlib import Path

import pytest

from tools.standins.kubernetes.private_files import PrivateFiles
from tools.standins.kubernetes.release.arguments import read_arguments
from tools.standins.kubernetes.release.chart import ChartError, resolve_version
from tools.standins.kubernetes.release.helm import Helm

HELM = Helm(connection=None, files=PrivateFiles(), cancelled=threading.Event())


def version(chart: str | Path) -> str:
    return resolve_version(read_arguments({"chart": str(chart)}), HELM)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    chart = tmp_path / "tiny"
    chart.mkdir()
    (chart / "Chart.yaml").write_text("name: tiny\nversion: 1.2.3\n")
    return chart


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "tiny.tgz"
    with tarfile.open(path, "w:gz") as packed:
        for name, text in (
            ("tiny/charts/sub/Chart.yaml", "version: 9.9.9"),
            ("tiny/Chart.yaml", "version: 1.2.4"),
        ):
            member = tarfile.TarInfo(name)
            member.size = len(text)
            packed.addfile(member, io.BytesIO(text.encode()))
    return path


def test_a_chart_on_disk_is_read_from_there(
    folder: Path, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert version(folder) == "1.2.3"
    assert version(archive) == "1.2.4"
    monkeypatch.chdir(folder.parent)
    assert version("./tiny") == version("tiny") == "1.2.3"


def test_a_path_that_is_not_there_is_named() -> None:
    with pytest.raises(ChartError, match=r"path '\./no/such' not found from"):
        version("./no/such")


def test_a_folder_that_is_no_chart_is_named(tmp_path: Path) -> None:
    with pytest.raises(ChartError, match=r"holds no Chart\.yaml"):
        version(tmp_path)


def test_a_file_that_is_no_archive_is_named(tmp_path: Path) -> None:
    (tmp_path / "x.tgz").write_text("x")
    with pytest.raises(ChartError, match="is not a chart archive"):
        version(tmp_path / "x.tgz")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name: tiny", "names no version"),
        ("- 1", "names no version"),
        ("version: 1.0.0\ntype: library", "library charts are not installable"),
    ],
)
def test_a_chart_that_can_not_be_installed(folder: Path, text: str, message: str) -> None:
    (folder / "Chart.yaml").write_text(text)
    with pytest.raises(ChartError, match=message):
        version(folder)


def test_no_chart_at_all() -> None:
    with pytest.raises(ChartError, match="no chart is given"):
        version("")
