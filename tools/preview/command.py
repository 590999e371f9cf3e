"""`llmd-monitoring preview`: what an update would change, at the terminal or as a report."""

from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console

from tools import paths
from tools.errors import UserError

_DEFAULT_BASE: Final = "main"


def preview(
    stack: Annotated[
        list[str] | None,
        typer.Option(
            help="Which stack; may be repeated in a report. Else: local, or all in a report."
        ),
    ] = None,
    diff: Annotated[bool, typer.Option(help="Show each field that would change.")] = False,
    base: Annotated[
        str | None,
        typer.Option(help="Revision that the report compares with.", show_default=_DEFAULT_BASE),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Write a report on all chosen stacks into this folder.")
    ] = None,
    engine: Annotated[
        bool,
        typer.Option(
            help="Ask the engine for the report too; needs each stack's backend, secrets and cluster."
        ),
    ] = False,
) -> None:
    """Show what an update of a stack would change; nothing is changed.

    With --out a report compares what two revisions render, which needs no credentials: a comment
    (preview.md), a page (preview.html) and a document (preview.json). It ends with 0 where nothing
    changes, 3 with changes, 4 where something is replaced or deleted, 1 with an error.
    """
    if out is not None:
        _report(tuple(stack or ()), base or _DEFAULT_BASE, out, engine=engine)
        return
    if base is not None or engine:
        raise UserError("--base and --engine are the report's; name its folder: --out DIR.")
    # Imported here, so that `llmd-monitoring --help` is quick.
    from tools.stack.command import LOCAL, preview_stack  # noqa: PLC0415

    chosen = tuple(stack or (LOCAL,))
    if len(chosen) > 1:
        raise UserError("Several stacks make a report; name its folder: --out DIR.")
    preview_stack(chosen[0], diff=diff)


def _report(stacks: tuple[str, ...], base: str, out: Path, *, engine: bool) -> None:
    from tools.preview.differences import differences  # noqa: PLC0415
    from tools.preview.reporting.counting import in_words  # noqa: PLC0415
    from tools.preview.reporting.files import write  # noqa: PLC0415

    report = differences(paths.REPO, base=base, stacks=stacks, engine=engine)
    write(report, out)
    console = Console(highlight=False, soft_wrap=True)
    for each in report.stacks:
        told = in_words(each.changes) or each.error or ""
        console.print(f"{each.name}: {each.level}" + (f" ({told})" if told else ""), markup=False)
    console.print(f"The report is in {out}.", markup=False)
    raise typer.Exit(report.exit_code)
