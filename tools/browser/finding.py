"""Which browser there is: one of the machine's, or the one that `llmd-monitoring tools browser` has got."""

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tools.paths import TOOLS_DIR

BROWSER_DIR: Final = TOOLS_DIR / "browser"
PROGRAM: Final = "chromium"
LIBRARIES: Final = "lib"

_ON_PATH: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@dataclass(frozen=True, kw_only=True)
class Browser:
    """A Chromium, of whatever make.

    Attributes:
        program: Its executable.
        libraries: Folder of shared libraries that it needs besides the machine's; `None` for none.
    """

    program: Path
    libraries: Path | None = None

    def environment(self, base: Mapping[str, str], home: Path) -> dict[str, str]:
        """Returns the variables to run it with; whatever it keeps goes to a folder of its own."""
        variables = {**base, "HOME": str(home)}
        if self.libraries is not None:
            variables["LD_LIBRARY_PATH"] = str(self.libraries)
        return variables


def find_browser(folder: Path = BROWSER_DIR, path: str | None = None) -> Browser | None:
    """Returns the browser that was got for this project, else one on PATH; `None` where there is none."""
    if (folder / PROGRAM).exists():
        return Browser(program=folder / PROGRAM, libraries=folder / LIBRARIES)
    searched = os.environ.get("PATH", os.defpath) if path is None else path
    found = (shutil.which(name, path=searched) for name in _ON_PATH)
    return next((Browser(program=Path(each)) for each in found if each), None)
