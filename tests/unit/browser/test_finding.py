"""The browser that was got for the project wins over one on PATH, and needs its own libraries."""

from pathlib import Path

from tools.browser.finding import LIBRARIES, PROGRAM, find_browser


def program(folder: Path, name: str) -> Path:
    folder.mkdir(exist_ok=True)
    made = folder / name
    made.write_text("#!/bin/sh\n", encoding="utf-8")
    made.chmod(0o755)
    return made


class TestBrowser:
    def test_is_none_where_there_is_none(self, tmp_path: Path) -> None:
        assert find_browser(tmp_path / "none", path=str(tmp_path)) is None

    def test_is_one_on_path_with_the_machines_libraries(self, tmp_path: Path) -> None:
        chrome = program(tmp_path / "bin", "google-chrome")
        found = find_browser(tmp_path / "none", path=str(tmp_path / "bin"))
        assert found is not None
        assert (found.program, found.libraries) == (chrome, None)
        assert "LD_LIBRARY_PATH" not in found.environment({}, tmp_path)

    def test_is_the_projects_own_before_all(self, tmp_path: Path) -> None:
        program(tmp_path / "bin", "google-chrome")
        own = program(tmp_path / "own", PROGRAM)
        found = find_browser(tmp_path / "own", path=str(tmp_path / "bin"))
        assert found is not None
        assert found.program == own
        variables = found.environment({"HOME": "/home/somebody"}, tmp_path)
        assert variables["LD_LIBRARY_PATH"] == str(tmp_path / "own" / LIBRARIES)
        assert variables["HOME"] == str(tmp_path)
