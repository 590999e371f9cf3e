"""What is installed in a Python environment.

Also run as a script, by the interpreter of a foreign virtual environment: the standard library
only, and nothing newer than Python 3.10.
"""

import json
import re
import sys
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path


@dataclass(frozen=True)
class Package:
    """An installed distribution.

    Attributes:
        name: Its name, as PEP 503 writes it.
        version: Its version.
        required: Whether another installed one needs it.
        plugin: The content of its `pulumi-plugin.json`, or None.
    """

    name: str
    version: str
    required: bool
    plugin: "dict[str, object] | None"


def canonical(name: str) -> str:
    """A distribution's name as PEP 503 writes it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _needs(distribution: metadata.Distribution) -> set[str]:
    names = set()
    for requirement in distribution.requires or []:
        found = re.match(r"[A-Za-z0-9._-]+", requirement)
        if found and "extra ==" not in requirement:
            names.add(canonical(found.group()))
    return names


def _plugin(distribution: metadata.Distribution) -> "dict[str, object] | None":
    module = str(distribution.metadata["Name"]).replace("-", "_")
    path = Path(str(distribution.locate_file(module))) / "pulumi-plugin.json"
    if not path.is_file():
        return None
    content = json.loads(path.read_text(encoding="utf-8"))
    return content if isinstance(content, dict) else None


def installed() -> "list[Package]":
    """Every distribution that this interpreter can import, by name."""
    distributions = {
        canonical(str(found.metadata["Name"])): found
        for found in reversed(list(metadata.distributions()))
        if found.metadata["Name"]
    }
    needed = set().union(*map(_needs, distributions.values())) if distributions else set()
    return [
        Package(name, found.version, name in needed, _plugin(found))
        for name, found in sorted(distributions.items())
    ]


def parse(text: str) -> "list[Package]":
    """What this module printed when it was run as a script."""
    return [Package(**fields) for fields in json.loads(text)]


if __name__ == "__main__":
    json.dump([asdict(package) for package in installed()], sys.stdout)
