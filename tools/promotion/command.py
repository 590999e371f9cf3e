"""`llmd-monitoring promote`: bring what one stack has run to the next."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.table import Table

from tools import paths

PROJECT: Final = "llmd-monitoring"


def promote(
    source: Annotated[str, typer.Option("--from", help="The stack that has run it.")],
    target: Annotated[str, typer.Option("--to", help="The stack that gets it.")],
    yes: Annotated[bool, typer.Option("--yes", help="Write the target's stack file.")] = False,
) -> None:
    """Show what a stack would get that another one has, and write it to its stack file.

    Refused unless the source stack runs the program of this working tree and the settings of its file. Settings
    that belong to a stack, such as its cluster or the size of its volumes, and encrypted ones stay.
    """
    # Imported here, so that `llmd-monitoring --help` is quick.
    from tools.promotion.plan import plan  # noqa: PLC0415
    from tools.promotion.proof import require_deployed  # noqa: PLC0415
    from tools.promotion.stack_file import read  # noqa: PLC0415

    console = Console(highlight=False, soft_wrap=True)
    first, second = (read(stack_path(paths.REPO, name), PROJECT) for name in (source, target))
    revision = require_deployed(paths.REPO, source)
    promotion = plan(first, second)
    console.print(f"{source} runs {revision[:12]}, and so will {target}.", markup=False)
    for leaf in promotion.by_hand:
        key = ".".join(leaf)
        console.print(f"Encrypted, so set it by hand where it is wanted: {key}", markup=False)
    if promotion.empty:
        console.print(f"The settings of {target} have everything.", markup=False)
        return
    console.print(_table(target, promotion.before, {**promotion.changes}, promotion.removals))
    if not yes:
        console.print("Nothing was written; --yes writes it.", markup=False)
        return
    second.path.write_text(second.text(promotion.changes, promotion.removals), encoding="utf-8")
    console.print(f"Written: {second.path.relative_to(paths.REPO)}. Commit it.", markup=False)


def stack_path(project: Path, stack: str) -> Path:
    """Returns where a stack's file is."""
    return project / "stacks" / f"Pulumi.{stack}.yaml"


def _table(
    target: str,
    before: Mapping[tuple[str, ...], object],
    changes: Mapping[tuple[str, ...], object],
    removals: tuple[tuple[str, ...], ...],
) -> Table:
    table = Table()
    for heading in ("setting", f"{target} now", f"{target} then"):
        table.add_column(heading, overflow="fold")
    for leaf in sorted({*changes, *removals}):
        now = str(before[leaf]) if leaf in before else "default"
        table.add_row(".".join(leaf), now, str(changes[leaf]) if leaf in changes else "default")
    return table
