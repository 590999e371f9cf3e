"""The pinned version of a part, read from its go.mod: one place that says it."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from tools.errors import UserError
from tools.toolchain.parts import MODULES, Part
from tools.toolchain.versions import Version


@dataclass(frozen=True, kw_only=True)
class Pin:
    """What a go.mod and its go.sum fix.

    Attributes:
        part: The part that is pinned.
        module_version: The version as Go writes it, such as `v0.316.0`.
        version: The version of the programs, such as 3.16.0.
        go: The Go version that the module asks for.
        folder: Where its go.mod lies.
        digest: Changes whenever go.mod or go.sum does.
    """

    part: Part
    module_version: str
    version: Version
    go: Version
    folder: Path
    digest: str


def pin_of(part: Part, modules: Path = MODULES) -> Pin:
    """Reads the pin of a part.

    Args:
        part: The part to look up.
        modules: The folder that holds the folders with go.mod and go.sum.

    Raises:
        UserError: go.mod doesn't name the part's module or the Go version.
    """
    folder = modules / part.folder
    text = (folder / "go.mod").read_text(encoding="utf-8")
    required = re.search(rf"^(?:require)?\s*{re.escape(part.module)} (v\S+)", text, re.MULTILINE)
    go = re.search(r"^go (\S+)$", text, re.MULTILINE)
    if required is None or go is None:
        raise UserError(
            f"{folder / 'go.mod'} has no line `require {part.module} v...` or no line `go ...`.",
            "Restore the file: git checkout -- " + str(folder),
        )
    sums = folder / "go.sum"
    digest = hashlib.sha256(text.encode())
    digest.update(sums.read_bytes() if sums.exists() else b"")
    return Pin(
        part=part,
        module_version=required[1],
        version=part.version_of_pin(Version.parse(required[1])),
        go=Version.parse(go[1]),
        folder=folder,
        digest=digest.hexdigest(),
    )
