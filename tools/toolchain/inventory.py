"""What the tool chain consists of at the moment, as a table."""

from collections.abc import Mapping
from dataclasses import dataclass

from tools.toolchain.installed import version_of
from tools.toolchain.module_files import MODULE_FILES
from tools.toolchain.parts import PARTS, part_named
from tools.toolchain.pins import pin_of
from tools.toolchain.plugins import PLUGINS, where_from
from tools.toolchain.stamps import read_stamp
from tools.toolchain.workshop import Workshop


@dataclass(frozen=True, kw_only=True)
class Row:
    """One program, plug-in or set of files.

    Attributes:
        name: What it is.
        pinned: The version that we build or ask for.
        found: The version that is there; empty when it is missing.
        source: Where it came from.
        optional: Whether `up` does without it.
    """

    name: str
    pinned: str
    found: str
    source: str
    optional: bool = False


def inventory(workshop: Workshop, variables: Mapping[str, str]) -> list[Row]:
    """Looks at everything; programs are asked for their versions.

    Args:
        workshop: Where the tool chain lies.
        variables: The user's environment.
    """
    return [*_programs(workshop), *_files(workshop), *_plugins(workshop, variables)]


def _programs(workshop: Workshop) -> list[Row]:
    rows: list[Row] = []
    for part in PARTS:
        stamp = read_stamp(workshop.stamps / f"{part.name}.json")
        source = f"{stamp.source}: {stamp.detail}" if stamp else ""
        for program in part.programs:
            version = version_of(program, workshop.bin / program.name)
            rows.append(
                Row(
                    name=program.name,
                    pinned=str(pin_of(part, workshop.modules).version),
                    found=str(version or ""),
                    source=source if version else "",
                    optional=part.optional,
                )
            )
    return rows


def _files(workshop: Workshop) -> list[Row]:
    rows: list[Row] = []
    for files in MODULE_FILES:
        stamp = read_stamp(workshop.stamps / f"{files.name}.json")
        there = stamp if stamp is not None and stamp.intact() else None
        rows.append(
            Row(
                name=files.name,
                pinned=str(pin_of(part_named(files.part), workshop.modules).version),
                found=there.version if there else "",
                source=f"{there.source}: {there.detail}" if there else "",
            )
        )
    return rows


def _plugins(workshop: Workshop, variables: Mapping[str, str]) -> list[Row]:
    rows: list[Row] = []
    for plugin in PLUGINS:
        provided = where_from(plugin, workshop, variables)
        rows.append(
            Row(
                name=plugin.executable,
                pinned=str(plugin.version or "as pulumi"),
                found=str(provided.version or "unknown") if provided else "",
                source=f"{provided.source}: {provided.detail}" if provided else "",
            )
        )
    return rows
