"""Pulumi's plug-ins: the official ones where they can be had, else our stand-ins.

Pulumi looks for a plug-in on PATH first, then (a language host only) beside the real file of the
`pulumi` that runs, then in `$PULUMI_HOME/plugins` for exactly the version that the program's
package asks for. A folder there counts only when it is a real one, no symbolic link.
https://github.com/pulumi/pulumi/blob/master/sdk/go/common/workspace/plugins.go
"""

import os
import shlex
import shutil
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from importlib.metadata import version as package_version
from pathlib import Path
from typing import Final

from tools.errors import UserError
from tools.paths import VENV_DIR
from tools.toolchain.download import Downloader
from tools.toolchain.environment import environment
from tools.toolchain.files import read_text, write_text
from tools.toolchain.installed import users_path
from tools.toolchain.links import link
from tools.toolchain.progress import Activity
from tools.toolchain.versions import Version
from tools.toolchain.workshop import Workshop

_STAND_INS: Final = "tools.standins"
_SCRIPT_BYTES: Final = 4096
_PLUGIN_FOLDER: Final = "plug-in folder"
CHOICE_VARIABLE: Final = "LLMD_PLUGINS"
_INSTALL_SECONDS: Final = 180
_DOWNLOAD_SITES: Final = ("https://get.pulumi.com", "https://github.com")


class Choice(StrEnum):
    """Which plug-ins to use; the environment variable `LLMD_PLUGINS` decides."""

    AUTO = "auto"
    OFFICIAL = "official"
    STAND_IN = "stand-in"


@dataclass(frozen=True, kw_only=True)
class Plugin:
    """A plug-in that the program needs.

    Attributes:
        kind: `language` or `resource`.
        name: Pulumi's name for it.
        stand_in: Our module in its place, below `tools.standins`.
        package: The Python package whose version it must have; None for a language host.
    """

    kind: str
    name: str
    stand_in: str
    package: str | None

    @property
    def executable(self) -> str:
        """The file name that Pulumi looks for."""
        return f"pulumi-{self.kind}-{self.name}"

    @property
    def version(self) -> Version | None:
        """The version that the installed Python package asks for."""
        return Version.parse(package_version(self.package)) if self.package else None


PLUGINS: Final = (
    Plugin(kind="language", name="python", stand_in="language_python", package=None),
    Plugin(kind="resource", name="kubernetes", stand_in="kubernetes", package="pulumi-kubernetes"),
    Plugin(kind="resource", name="tls", stand_in="tls", package="pulumi-tls"),
)


@dataclass(frozen=True, kw_only=True)
class Provided:
    """How a plug-in is provided."""

    plugin: Plugin
    source: str
    detail: str
    version: Version | None


def choice(variables: Mapping[str, str]) -> Choice:
    """What the user wants.

    Raises:
        UserError: `LLMD_PLUGINS` is set to something else.
    """
    given = variables.get(CHOICE_VARIABLE) or Choice.AUTO
    try:
        return Choice(given)
    except ValueError:
        raise UserError(
            f"{CHOICE_VARIABLE} is {given!r}; allowed are {', '.join(Choice)}.",
            f"Correct it, or unset {CHOICE_VARIABLE}.",
        ) from None


def stand_in_script(plugin: Plugin) -> str:
    """The executable in an official plug-in's place."""
    python = shlex.quote(str(VENV_DIR / "bin" / "python"))
    return f'#!/bin/sh\nexec {python} -m {_STAND_INS}.{plugin.stand_in} "$@"\n'


def provide_plugin(
    plugin: Plugin,
    workshop: Workshop,
    variables: Mapping[str, str],
    downloader: Downloader | None,
    activity: Activity,
) -> Provided:
    """Makes a plug-in available to Pulumi.

    A stand-in that serves already stays without another look at the network; an official plug-in
    that has turned up on this machine replaces it.

    Args:
        plugin: Which one.
        workshop: Where to put it.
        variables: The user's environment.
        downloader: Tells whether Pulumi's site can be reached; None to do without.
        activity: Where to report; stays silent when there is nothing to do.

    Returns:
        How it is provided.

    Raises:
        UserError: The official one is demanded and can't be had.
    """
    wanted = choice(variables)
    ambient = workshop.plugins / plugin.executable
    if wanted is not Choice.STAND_IN:
        found = _official(plugin, workshop, variables)
        if found is not None:
            return found
        serves = wanted is Choice.AUTO and read_text(ambient) == stand_in_script(plugin)
        if plugin.package and not serves and downloader is not None:
            activity.now(f"asking Pulumi's site for {plugin.executable}")
            _install(plugin, workshop, downloader)
            found = _official(plugin, workshop, variables)
            if found is not None:
                return found
        if wanted is Choice.OFFICIAL:
            raise UserError(
                f"{CHOICE_VARIABLE}=official, but {plugin.executable} is neither on PATH nor in "
                f"Pulumi's plug-in folder, and it can't be installed from Pulumi's site.",
                f"Install Pulumi (https://www.pulumi.com/docs/install/), or unset "
                f"{CHOICE_VARIABLE} to use the stand-in.",
            )
    if write_text(ambient, stand_in_script(plugin), mode=0o755):
        activity.note(f"our stand-in serves as {plugin.executable}")
    return _stand_in(plugin)


def where_from(plugin: Plugin, workshop: Workshop, variables: Mapping[str, str]) -> Provided | None:
    """How a plug-in is provided at the moment; None when it isn't. Changes nothing."""
    ambient = workshop.plugins / plugin.executable
    if read_text(ambient) == stand_in_script(plugin):
        return _stand_in(plugin)
    return None if choice(variables) is Choice.STAND_IN else _found(plugin, workshop, variables)


def _stand_in(plugin: Plugin) -> Provided:
    return Provided(
        plugin=plugin,
        source="stand-in",
        detail=f"{_STAND_INS}.{plugin.stand_in}",
        version=plugin.version,
    )


def _found(plugin: Plugin, workshop: Workshop, variables: Mapping[str, str]) -> Provided | None:
    """The official plug-in on this machine."""
    path = users_path(variables.get("PATH", ""), without=(workshop.root, VENV_DIR))
    for place in path.split(os.pathsep):
        on_path = shutil.which(plugin.executable, path=place) if place else None
        if on_path is not None and not _is_a_stand_in(Path(on_path)):
            return Provided(plugin=plugin, source="PATH", detail=on_path, version=None)
    beside = (workshop.bin / "pulumi").resolve().parent / plugin.executable
    if plugin.kind == "language" and os.access(beside, os.X_OK):
        return Provided(plugin=plugin, source="with pulumi", detail=str(beside), version=None)
    return _cached(plugin, workshop, variables)


def _is_a_stand_in(executable: Path) -> bool:
    """Whether it is a stand-in of another clone, whose environment is active in this shell."""
    try:
        with executable.open("rb") as file:
            return _STAND_INS.encode() in file.read(_SCRIPT_BYTES)
    except OSError:
        return False  # It may be run but not read.


def _cached(plugin: Plugin, workshop: Workshop, variables: Mapping[str, str]) -> Provided | None:
    needed = plugin.version
    if needed is None:
        return None
    folders = [
        (version, folder)
        for home in (workshop.pulumi_home, *_users_pulumi_homes(variables))
        for folder in sorted((home / "plugins").glob(f"{plugin.kind}-{plugin.name}-v*"))
        if os.access(folder / plugin.executable, os.X_OK)
        and (version := Version.first_in(folder.name)) is not None
        and version.major == needed.major
    ]
    if not folders:
        return None
    version, folder = next((one for one in folders if one[0] == needed), max(folders))
    return Provided(plugin=plugin, source=_PLUGIN_FOLDER, detail=str(folder), version=version)


def _official(plugin: Plugin, workshop: Workshop, variables: Mapping[str, str]) -> Provided | None:
    """The official plug-in on this machine, made visible to our Pulumi."""
    found = _found(plugin, workshop, variables)
    if found is None:
        return None
    ambient = workshop.plugins / plugin.executable
    if found.source == _PLUGIN_FOLDER and found.version != plugin.version:
        # Pulumi takes only the exact version out of a plug-in folder, but any one on PATH.
        link(ambient, Path(found.detail) / plugin.executable)
        return found
    if found.source == _PLUGIN_FOLDER:
        folder = Path(found.detail)
        _link_contents(folder, workshop.pulumi_home / "plugins" / folder.name)
    ambient.unlink(missing_ok=True)
    return found


def _users_pulumi_homes(variables: Mapping[str, str]) -> list[Path]:
    """Where the user's Pulumi keeps its plug-ins; in our own shell PULUMI_HOME is ours."""
    homes = [Path(variables["HOME"]) / ".pulumi"] if variables.get("HOME") else []
    return homes + ([Path(variables["PULUMI_HOME"])] if variables.get("PULUMI_HOME") else [])


def _link_contents(source: Path, target: Path) -> None:
    """Makes a folder of links, since Pulumi overlooks a link to a folder."""
    if source == target:
        return
    target.mkdir(parents=True, exist_ok=True)
    for file in source.iterdir():
        link(target / file.name, file)


def _install(plugin: Plugin, workshop: Workshop, downloader: Downloader) -> None:
    """Lets Pulumi install the plug-in from its own site, when that can be reached."""
    if plugin.version is None or not any(map(downloader.reachable, _DOWNLOAD_SITES)):
        return
    with suppress(OSError, subprocess.TimeoutExpired):
        subprocess.run(
            [
                str(workshop.bin / "pulumi"),
                *("plugin", "install", plugin.kind, plugin.name, f"v{plugin.version}"),
            ],
            env=environment(pulumi_home=workshop.pulumi_home),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_INSTALL_SECONDS,
            check=False,
        )
