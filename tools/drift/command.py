"""`llmd-monitoring drift`: what somebody changed by hand since a stack was updated."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from tools import paths
from tools.errors import UserError
from tools.stack.command import LOCAL, local_variables
from tools.toolchain.environment import environment


def drift(
    stack: Annotated[str, typer.Option(help="Which stack.")] = LOCAL,
    out: Annotated[
        Path | None, typer.Option(help="Write a text and a document into this folder.")
    ] = None,
    *,
    json: Annotated[bool, typer.Option("--json", help="Print JSON for machines.")] = False,
) -> None:
    """Compare what a stack made with its cluster; nothing is changed, no secret is shown.

    The program's own objects are compared by the engine, those of its charts with Helm's record. It ends with 0
    where everything is as it was made, 3 with drift, 1 with an error.
    """
    # They import the Kubernetes client, which takes a second; a wrong option is told before.
    from tools.drift.examination import find_drift  # noqa: PLC0415
    from tools.drift.report import Report  # noqa: PLC0415
    from tools.drift.reporting.document import document  # noqa: PLC0415
    from tools.drift.reporting.files import write  # noqa: PLC0415
    from tools.drift.reporting.table import show  # noqa: PLC0415

    try:
        report = Report(stack=stack, drifts=find_drift(paths.REPO, stack, _variables(stack)))
    except UserError as error:
        if out is None:
            raise
        report = Report(stack=stack, error=" ".join(str(error).split()))
    if out is not None:
        write(report, out)
    if json:
        typer.echo(document(report), nl=False)
    else:
        show(Console(highlight=False, soft_wrap=True), report)
    raise typer.Exit(report.exit_code)


def _variables(stack: str) -> Mapping[str, str]:
    """The local stack has a backend of its own, whatever the shell is set to."""
    return local_variables(os.environ) if stack == LOCAL else environment()
