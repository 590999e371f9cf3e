"""`llmd-monitoring doctor`: what is wrong with a live installation, and how to mend it."""

from typing import Annotated, Final

import typer
from rich.console import Console

from tools import paths
from tools.doctor.report import as_json, exit_code, show
from tools.errors import UserError

LOCAL: Final = "local"


def doctor(
    stack: Annotated[str, typer.Option(help="Whose settings: the name of a stack file.")] = LOCAL,
    context: Annotated[
        str | None, typer.Option(help="Context of the kubeconfig, in place of the stack's.")
    ] = None,
    namespace: Annotated[
        str | None, typer.Option(help="Namespace of the installation, in place of the stack's.")
    ] = None,
    release: Annotated[
        str | None, typer.Option(help="Helm release of the installation, in place of the stack's.")
    ] = None,
    *,
    json: Annotated[bool, typer.Option("--json", help="Print JSON for machines.")] = False,
) -> None:
    """Check a live installation, whoever installed it; nothing is changed, no secret is shown.

    Exit code: 0 no fault, 1 warnings, 2 errors.
    """
    # They import the SDK and the Kubernetes client, which takes a second; a wrong option is told before.
    from components.preflight.live_cluster import UnreadableError  # noqa: PLC0415
    from tools.doctor.examination import examine, patient  # noqa: PLC0415

    settings = patient(paths.REPO / "stacks", stack, context, namespace, release)
    try:
        findings = examine(settings)
    except UnreadableError as error:
        raise UserError(
            f"The cluster of stack {stack!r} can't be read: {error}",
            "Check kubernetes.context and kubernetes.kubeconfig of its file, or name a context with --context.",
        ) from error
    if json:
        typer.echo(as_json(findings))
    else:
        show(Console(highlight=False, soft_wrap=True), findings)
    raise typer.Exit(exit_code(findings))
