"""`llmd-monitoring tools ...`: the set-up of a machine."""

import os
import time
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tools.browser.obtaining import obtain_browser
from tools.toolchain.bootstrap import CHOICES, bootstrap, chosen
from tools.toolchain.inventory import inventory
from tools.toolchain.lock import only_set_up
from tools.toolchain.progress import elapsed
from tools.toolchain.workshop import Workshop

app = typer.Typer(
    help="The programs and plug-ins that everything here runs on.", no_args_is_help=True
)


@app.command("bootstrap")
def bootstrap_command(
    *,
    only: Annotated[
        list[str] | None,
        typer.Option(help=f"Make this part alone; may be repeated. One of: {', '.join(CHOICES)}."),
    ] = None,
    live: Annotated[
        bool,
        typer.Option(
            "--live", help="Also Prometheus, its operator and kubectl, for the live tests."
        ),
    ] = False,
    offline: Annotated[
        bool,
        typer.Option(
            "--offline",
            help="Don't try the programs' own download sites. Go modules still come through "
            "GOPROXY or the module cache.",
        ),
    ] = False,
) -> None:
    """Get every program ready: from PATH when it fits, else downloaded, else built.

    Run it as often as you like; it makes what is missing and goes on where it was interrupted.
    LLMD_PLUGINS=official|stand-in decides which Pulumi plug-ins are used; without it, official
    ones where they can be had.
    """
    start = time.monotonic()
    console = Console()
    wanted = chosen(only or (), live=live)
    bootstrap(wanted, offline=offline, console=console, workshop=Workshop())
    spent = elapsed(time.monotonic() - start)
    parts = "1 part" if len(wanted) == 1 else f"{len(wanted)} parts"
    console.print(f"Tool chain ready: {parts} ({spent})", highlight=False)


@app.command()
def browser() -> None:
    """Get a headless Chromium, 240 MB, for the tests of the preview's page; one on PATH serves as well."""
    workshop = Workshop()
    with only_set_up(workshop, Console().print):
        made = obtain_browser(workshop)
    Console().print("Browser ready." if made else "Browser ready: it was there.", highlight=False)


@app.command()
def versions() -> None:
    """Show each part: the pinned version, the one that is there, and where it came from.

    Parts that only the live tests need are made by `bootstrap --live`.
    """
    table = Table("part", "pinned", "found", box=None, pad_edge=False)
    table.add_column("where from", overflow="fold")
    for row in inventory(Workshop(), os.environ):
        missing = "-" if row.optional else "[red]missing[/]"
        table.add_row(row.name, row.pinned, row.found or missing, escape(row.source))
    Console().print(table)
