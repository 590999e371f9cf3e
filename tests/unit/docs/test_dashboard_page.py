"""The page about the dashboards is made from them, and is up to date."""

from dashboards.boards import BOARDS
from tools.docs.dashboard_page import COMMAND, DOCUMENT, document
from tools.paths import REPO

PAGE = document()


def test_the_page_is_up_to_date() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == PAGE, f"stale; run: {COMMAND}"


def test_every_dashboard_is_listed_with_its_file() -> None:
    for board in BOARDS:
        assert f"[`{board.uid}`](../dashboards/json/{board.uid}.json)" in PAGE
        assert (REPO / "dashboards" / "json" / f"{board.uid}.json").exists()


def test_every_panel_that_may_be_empty_is_listed_with_what_it_needs() -> None:
    chapter = PAGE.partition("## Why a panel is empty")[2]
    for board in BOARDS:
        for panel in board.panels:
            if panel.needs is not None:
                assert panel.title in chapter
                assert panel.needs.value in chapter
