"""Which provider plug-ins the installed Python packages ask for."""

import os
import re
import shutil
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from tools.standins.language_python.inventory import Package
from tools.standins.protocol.stubs import plugin_pb2

WITHOUT_PLUGIN: Final = frozenset({"pulumi-policy", "pulumi-esc-sdk"})
"""Packages that are named like a provider's SDK and are none."""

_PRE_RELEASES: Final = {"a": "alpha", "b": "beta", "rc": "rc"}


def semantic_version(version: str) -> str | None:
    """A Python version (PEP 440) as the semantic version of its plug-in.

    Returns:
        The version, or None where a plug-in's version can't be told from the package's.
    """
    found = re.fullmatch(r"(\d+(?:\.\d+)*)(?:(a|b|rc)(\d+))?", version)
    if found is None:
        return None
    numbers = [*found[1].split("."), "0", "0"][: max(3, found[1].count(".") + 1)]
    suffix = f"-{_PRE_RELEASES[found[2]]}.{found[3]}" if found[2] else ""
    return ".".join(numbers) + suffix


def is_on_path(plugin: str) -> bool:
    """Whether the engine takes this provider plug-in from PATH, whatever its version."""
    ignored = os.environ.get("PULUMI_IGNORE_AMBIENT_PLUGINS", "").lower() in {"1", "true"}
    return not ignored and shutil.which(f"pulumi-resource-{plugin}") is not None


def _text(plugin: Mapping[str, object], key: str) -> str:
    return str(plugin.get(key) or "")


def _dependency(package: Package) -> plugin_pb2.PackageDependency | None:
    plugin = package.plugin
    if plugin is None:
        plugin = {"resource": package.name.startswith("pulumi-")}
    parameterized = plugin.get("parameterization") or plugin.get("extensionParameterization")
    if package.name in WITHOUT_PLUGIN or parameterized or not plugin.get("resource"):
        return None
    version = _text(plugin, "version").removeprefix("v") or semantic_version(package.version)
    if version is None:
        return None
    return plugin_pb2.PackageDependency(
        name=_text(plugin, "name") or package.name.removeprefix("pulumi-"),
        version=f"v{version}",
        kind="resource",
        server=_text(plugin, "server"),
    )


def required(
    packages: Iterable[Package], *, found: Callable[[str], bool]
) -> list[plugin_pb2.PackageDependency]:
    """The plug-ins that the engine has to have in its cache for the packages of an environment.

    `pulumi-plugin.json` of a package decides; without one the package's name and version do. A
    parameterized package is left out: the engine learns its plug-in when the program registers it.

    Args:
        packages: What is installed.
        found: Whether a plug-in is there already. `pulumi install` would download it all the same.
    """
    dependencies = filter(None, map(_dependency, packages))
    return [dependency for dependency in dependencies if not found(dependency.name)]
