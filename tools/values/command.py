"""`llmd-monitoring values`: values files for llm-d's charts and for autoscalers."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from tools import paths
from tools.errors import UserError
from tools.values.files import contents, write

_CERTIFICATES: Final = re.compile(
    r"\s*(-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----\s*)+"
)


def values(
    stack: Annotated[str, typer.Option(help="Whose settings: the name of a stack file.")],
    out: Annotated[Path, typer.Option(help="Folder to write to; made where it is missing.")],
    ca_file: Annotated[
        Path | None,
        typer.Option(help="The stack's CA in PEM, for autoscalers that want it in their values."),
    ] = None,
) -> None:
    """Write values files for llm-d's charts, so that each target is scraped once, and for autoscalers."""
    ca_cert_pem = None if ca_file is None else read_ca(ca_file)
    written = write(contents(chart_values(paths.REPO / "stacks", stack, ca_cert_pem)), out)
    for file in written:
        typer.echo(f"wrote {file}")
    if not written:
        typer.echo(f"{out} is up to date.")


def chart_values(
    stacks: Path, stack: str, ca_cert_pem: str | None = None
) -> Mapping[str, Mapping[str, Mapping[str, Any]]]:
    """Returns the values of a stack by namespace and folder.

    Raises:
        UserError: There is no such stack, its settings have mistakes, it lists neither a deployment nor an autoscaler,
            or one of these wants the CA.
    """
    # Imports the SDK, which takes a second; a wrong option is told before.
    from components.overlay import overlay  # noqa: PLC0415
    from components.platforms.autoscaler_values import (  # noqa: PLC0415
        values_files,
        wants_ca_in_values,
    )
    from components.platforms.values import helm_values  # noqa: PLC0415
    from tools.values.stack_settings import stack_settings  # noqa: PLC0415

    settings = stack_settings(stacks, stack)
    if ca_cert_pem is None and wants_ca_in_values(settings):
        raise UserError(
            f"Stack {stack!r} has values for workload-variant-autoscaler, which wants the CA in them.",
            f"Write it to a file (`pulumi stack output autoscaler --stack {stack} --json | jq -r .caCertificate "
            "> ca.crt`) and add --ca-file ca.crt.",
        )
    values = overlay(helm_values(settings), values_files(settings, ca_cert_pem=ca_cert_pem))
    if not values:
        raise UserError(
            f"Stack {stack!r} lists no llm-d deployment, so there are no values to write.",
            "List them in its file below llmd-monitoring:models, or autoscalers below llmd-monitoring:autoscalers; "
            "docs/settings.md describes the keys.",
        )
    return values


def read_ca(file: Path) -> str:
    """Returns the certificates of a file, which holds nothing else.

    Raises:
        UserError: It can't be read, or isn't certificates alone.
    """
    try:
        text = file.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(
            f"{file} can't be read as a certificate.", "Name a file in PEM with --ca-file."
        ) from error
    if not _CERTIFICATES.fullmatch(text):
        raise UserError(
            f"{file} holds something else than certificates.",
            "Name a file with the CA's certificate alone, in PEM, with --ca-file.",
        )
    return text
