"""The whole set-up after the Python environment: programs, plug-ins, files, shell."""

import os
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from rich.console import Console

from tools.errors import UserError
from tools.paths import STATE_DIR, VENV_DIR
from tools.toolchain.download import Downloader
from tools.toolchain.files import write_text
from tools.toolchain.lock import only_set_up
from tools.toolchain.module_files import MODULE_FILES, provide_files
from tools.toolchain.obtain import Means, obtain
from tools.toolchain.parts import PARTS, part_named
from tools.toolchain.pins import pin_of
from tools.toolchain.plugins import PLUGINS, choice, provide_plugin
from tools.toolchain.progress import Activity, Progress
from tools.toolchain.pulumi_logs import go_without_logs
from tools.toolchain.shell import env_file, with_hook
from tools.toolchain.workshop import Workshop

_PLUGINS: Final = "plugins"
CHOICES: Final = (
    *(part.name for part in PARTS),
    *(files.name for files in MODULE_FILES),
    _PLUGINS,
)
"""What can be asked for one by one."""


def chosen(only: Sequence[str], *, live: bool) -> tuple[str, ...]:
    """What a set-up is to make, in the order in which it is made.

    Args:
        only: Names out of `CHOICES`; empty for what `up` needs.
        live: Also what the live tests need.

    Raises:
        UserError: A name isn't known.
    """
    unknown = [name for name in only if name not in CHOICES]
    if unknown:
        raise UserError(
            f"There is no part {', '.join(unknown)}.", f"Parts are: {', '.join(CHOICES)}."
        )
    if only:
        return tuple(name for name in CHOICES if name in only)
    skipped = set() if live else {part.name for part in PARTS if part.optional}
    return tuple(name for name in CHOICES if name not in skipped)


def bootstrap(
    wanted: Sequence[str], *, offline: bool, console: Console, workshop: Workshop
) -> None:
    """Makes what is missing; does nothing where nothing is.

    Args:
        wanted: Names out of `CHOICES`.
        offline: Don't try the programs' own download sites; Go modules still come through GOPROXY.
        console: Where to report.
        workshop: Where to put everything.

    Raises:
        UserError: A part can't be had.
    """
    choice(os.environ)
    with ExitStack() as stack:
        stack.enter_context(only_set_up(workshop, console.print))
        workshop.remove_leftovers()
        downloader = None if offline else Downloader()
        if downloader is not None:
            stack.callback(downloader.close)
        means = Means(path=os.environ.get("PATH", os.defpath), downloader=downloader)
        progress = Progress(console, len(wanted))
        for name in wanted:
            with progress.part(name) as activity:
                _provide(name, workshop, means, activity)
        go_without_logs(workshop.pulumi_home)
        write_shell_files(workshop, VENV_DIR)


def _provide(name: str, workshop: Workshop, means: Means, activity: Activity) -> None:
    if name == _PLUGINS:
        for plugin in PLUGINS:
            provide_plugin(plugin, workshop, os.environ, means.downloader, activity)
        return
    files = next((files for files in MODULE_FILES if files.name == name), None)
    if files is not None:
        pin = pin_of(part_named(files.part), workshop.modules)
        provide_files(files, pin, workshop, means.downloader, activity)
        return
    obtain(pin_of(part_named(name), workshop.modules), workshop, means, activity)


def write_shell_files(workshop: Workshop, venv: Path) -> None:
    """Writes `env.sh`, and makes the virtual environment's `activate` source it."""
    env_sh = workshop.root / "env.sh"
    text = env_file(
        folders=(workshop.bin, workshop.plugins, venv / "bin"),
        pulumi_home=workshop.pulumi_home,
        state_dir=STATE_DIR,
    )
    write_text(env_sh, text)
    activate = venv / "bin" / "activate"
    if activate.exists():
        write_text(activate, with_hook(activate.read_text(encoding="utf-8"), env_sh))
