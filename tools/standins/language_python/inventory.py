"""What is installed in a Python environment.

Also run as a script, by the interpreter of a foreign virtual environment: the standard library
only, and nothing newer than Python 3.10.
"""

import json
import re
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

_REQUIREMENT = re.compile(r"^Requires-Dist: *([A-Za-z0-9._-]+)(.*)$", re.MULTILINE)


@dataclass(frozen=True)
class Package:
    """An installed distribution.

    Attributes:
        name: Its name, as PEP 503 writes it.
        version: Its version.
        folder: Its `.dist-info` folder.
        plugin: The content of its `pulumi-plugin.json`, or None.
    """

    name: str
    version: str
    folder: str
    plugin: "dict[str, object] | None"


def canonical(name: str) -> str:
    """A distribution's name as PEP 503 writes it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def installed() -> "list[Package]":
    """Every distribution that this interpreter can import, by name.

    The name of a `.dist-info` folder tells name and version (packaging.python.org, "Recording
    installed projects"). Reading the metadata of every one would take longer than all else that
    happens before a program starts.
    """
    found = {}
    for entry in reversed(sys.path):
        for folder in Path(entry or ".").glob("*.dist-info"):
            name, _, version = folder.stem.partition("-")
            found[canonical(name)] = Package(
                canonical(name), version, str(folder), _plugin(folder.parent / name)
            )
    return sorted(found.values(), key=lambda package: package.name)


def needed(packages: "list[Package]") -> "set[str]":
    """The names of those that another one asks for, extras aside."""
    return {
        canonical(name)
        for package in packages
        for name, marker in _REQUIREMENT.findall(_metadata(Path(package.folder)))
        if "extra ==" not in marker
    }


def parse(text: str) -> "list[Package]":
    """What this module printed when it was run as a script."""
    return [Package(**fields) for fields in json.loads(text)]


def _metadata(folder: Path) -> str:
    path = folder / "METADATA"
    return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""


def _plugin(module: Path) -> "dict[str, object] | None":
    path = module / "pulumi-plugin.json"
    if not path.is_file():
        return None
    content = json.loads(path.read_text(encoding="utf-8"))
    return content if isinstance(content, dict) else None


if __name__ == "__main__":
    json.dump([asdict(package) for package in installed()], sys.stdout)
