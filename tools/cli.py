"""The command line `llmd-monitoring`: nothing but the assembly of its subcommands."""

import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Final

import typer
from rich.console import Console

from tools.errors import UserError

GROUPS: Final = {"tools": "tools.toolchain.command", "cluster": "tools.cluster.command"}
"""Groups of subcommands, and the modules whose `app` holds them."""

COMMANDS: Final = {
    "up": "tools.stack.command",
    "preview": "tools.preview.command",
    "down": "tools.stack.command",
    "drift": "tools.drift.command",
    "promote": "tools.promotion.command",
    "emulate": "tools.emulators.command",
    "load": "tools.load.command",
    "values": "tools.values.command",
    "doctor": "tools.doctor.command",
}
"""Single subcommands, and the modules whose function of that name runs them."""


def assembled(arguments: Sequence[str]) -> typer.Typer:
    """The application for a command line.

    Args:
        arguments: What was typed. When it begins with a subcommand only that one is imported,
            for a quick start.
    """
    app = typer.Typer(
        name="llmd-monitoring",
        help="Monitoring for llm-d on Kubernetes: tool chain, embedded cluster and local stack.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
    )
    app.callback()(_no_options)
    first = arguments[0] if arguments else ""
    known = first in GROUPS or first in COMMANDS
    for name, module in GROUPS.items():
        if name == first or not known:
            app.add_typer(import_module(module).app, name=name)
    for name, module in COMMANDS.items():
        if name == first or not known:
            app.command(name)(getattr(import_module(module), name))
    return app


def _no_options() -> None:
    """A callback makes Typer keep the subcommand's name even when there is only one."""


def main() -> None:
    """Runs the command line; what a user can solve is told without a traceback."""
    try:
        assembled(sys.argv[1:])(prog_name="llmd-monitoring")
    except UserError as error:
        console = Console(stderr=True, highlight=False, soft_wrap=True)
        console.print("Error:", style="bold red", end=" ")
        console.print(error.message, markup=False)
        if error.next_step:
            console.print(error.next_step, markup=False)
        sys.exit(1)


if __name__ == "__main__":
    main()
