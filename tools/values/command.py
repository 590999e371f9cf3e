"""`llmd-monitoring values`: values files for llm-d's charts."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from tools import paths
from tools.errors import UserError
from tools.values.files import contents, write


def values(
    stack: Annotated[str, typer.Option(help="Whose settings: the name of a stack file.")],
    out: Annotated[Path, typer.Option(help="Folder to write to; made where it is missing.")],
) -> None:
    """Write values files for llm-d's charts, so that each target is scraped once."""
    written = write(contents(chart_values(paths.REPO / "stacks", stack)), out)
    for file in written:
        typer.echo(f"wrote {file}")
    if not written:
        typer.echo(f"{out} is up to date.")


def chart_values(stacks: Path, stack: str) -> Mapping[str, Mapping[str, Mapping[str, Any]]]:
    """Returns the values of a stack by namespace and folder.

    Raises:
        UserError: There is no such stack, its settings have mistakes, or it lists no deployment.
    """
    # Imports the SDK, which takes a second; a wrong option is told before.
    from components.platforms.values import helm_values  # noqa: PLC0415
    from tools.values.stack_settings import stack_settings  # noqa: PLC0415

    settings = stack_settings(stacks, stack)
    if not settings.models:
        raise UserError(
            f"Stack {stack!r} lists no llm-d deployment, so there are no values to write.",
            "List them in its file below llmd-monitoring:models; docs/settings.md describes the keys.",
        )
    return helm_values(settings)
