"""Takes the picture of a preview's page: `python -m tools.docs.screenshot report/preview.html docs/preview.png`."""

import asyncio
import sys
from pathlib import Path
from typing import Final

from tools.browser.devtools import opened
from tools.browser.finding import Browser, find_browser
from tools.errors import UserError

_WIDTH: Final = 1100
_HEIGHT: Final = 820
_ARRANGED: Final = """
for (const id of ["sides"]) { document.getElementById(id).click(); }
for (const change of [...document.querySelectorAll(".change")].slice(0, 2)) { change.open = true; }
"""


async def taken(browser: Browser, page: Path) -> bytes:
    """Returns a picture of a page, side by side, its first changes open."""
    async with opened(browser, page) as shown:
        await shown.resize(_WIDTH, _HEIGHT)
        await shown.evaluate(_ARRANGED)
        return await shown.screenshot()


def main() -> None:
    """Writes the picture."""
    page, picture = map(Path, sys.argv[1:])
    browser = find_browser()
    if browser is None:
        raise UserError("There is no browser.", "Get one: llmd-monitoring tools browser")
    picture.write_bytes(asyncio.run(taken(browser, page)))


if __name__ == "__main__":
    main()
