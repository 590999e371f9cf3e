"""The dashboards' files are written from the code, and those of former dashboards removed."""

from pathlib import Path

import pytest

from tools.docs import dashboards


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Writes elsewhere than into the repository."""
    monkeypatch.setattr(dashboards, "FOLDER", tmp_path)
    monkeypatch.setattr(dashboards, "CONSOLE_FOLDER", tmp_path / "openshift")
    return tmp_path


def test_every_file_is_up_to_date() -> None:
    stale = [
        path
        for path, text in dashboards.documents().items()
        if path.read_text(encoding="utf-8") != text
    ]
    assert stale == [], f"stale; run: {dashboards.COMMAND}"


def test_writes_what_is_missing_and_says_so(folder: Path) -> None:
    written = dashboards.write()
    assert set(written) == set(dashboards.documents())
    assert dashboards.write() == ()


def test_removes_what_no_dashboard_makes_any_more(folder: Path) -> None:
    dashboards.write()
    former = folder / "llmd-former.json"
    former.write_text("{}", encoding="utf-8")
    assert dashboards.write() == (former,)
    assert not former.exists()
