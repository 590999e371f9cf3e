"""`llmd-monitoring load`: requests and errors on demand."""

import asyncio
import os
import secrets
from pathlib import Path
from typing import Annotated, Final

import typer
from pydantic import SecretStr
from rich.console import Console

from tools.errors import UserError

API_KEY: Final = "LLMD_LOAD_API_KEY"
PROMETHEUS_TOKEN: Final = "LLMD_LOAD_PROMETHEUS_TOKEN"  # noqa: S105 - the name of a variable

_INTERRUPTED: Final = 130
_NOT_AS_SENT: Final = 1


def load(  # noqa: PLR0917 - Typer's options are what the user sees
    url: Annotated[
        str | None, typer.Argument(help="The server, with or without /v1.", show_default=False)
    ] = None,
    scenario: Annotated[
        str, typer.Option("--scenario", "-s", help="A built-in scenario, or a YAML file.")
    ] = "smoke",
    list_scenarios: Annotated[
        bool, typer.Option("--list", help="List the built-in scenarios.")
    ] = False,
    duration: Annotated[
        float | None, typer.Option(help="Seconds, in place of the scenario's.", min=0.1)
    ] = None,
    rate: Annotated[
        float | None, typer.Option(help="Mean requests a second, in place of the scenario's.")
    ] = None,
    concurrency: Annotated[
        int | None, typer.Option(help="Users of a closed loop, in place of a rate.", min=1)
    ] = None,
    model: Annotated[
        list[str] | None,
        typer.Option(help="Model to ask; may be repeated. Else: the first listed."),
    ] = None,
    seed: Annotated[
        int | None, typer.Option(help="Repeats the run that had this seed.", min=0)
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="Confirm a remote target or more than an hour.")
    ] = False,
    target_ca: Annotated[
        Path | None, typer.Option(help="CA that the server is verified with (PEM).")
    ] = None,
    namespace: Annotated[
        str | None,
        typer.Option("--namespace", "-n", help="Port-forward to a gateway in this namespace."),
    ] = None,
    gateway: Annotated[
        str | None, typer.Option(help="Its Gateway or Service; else: the only Gateway.")
    ] = None,
    context: Annotated[
        str | None, typer.Option(help="Context of the kubeconfig; else: its current one.")
    ] = None,
    verify: Annotated[
        str | None, typer.Option(help="URL of the Prometheus to compare counts with afterwards.")
    ] = None,
    ca: Annotated[
        Path | None, typer.Option(help="CA that Prometheus is verified with (PEM).")
    ] = None,
    dashboards: Annotated[
        Path | None,
        typer.Option(help="Folder of dashboards whose empty panels are listed after --verify."),
    ] = None,
    json: Annotated[Path | None, typer.Option(help="Write the report here as JSON.")] = None,
    html: Annotated[Path | None, typer.Option(help="Write the report here as a page.")] = None,
) -> None:
    """Send requests to an OpenAI-compatible server at a set rate, good ones and malformed ones.

    The server's API key comes from the environment variable LLMD_LOAD_API_KEY, a bearer token for Prometheus
    from LLMD_LOAD_PROMETHEUS_TOKEN.
    """
    # Imported here, so that `llmd-monitoring --help` is quick.
    from tools.load import session  # noqa: PLC0415

    console = Console(highlight=False, soft_wrap=True)
    if list_scenarios:
        session.show_scenarios(console)
        return
    request = session.Request(
        url=url,
        scenario=scenario,
        duration=duration,
        rate=rate,
        concurrency=concurrency,
        models=tuple(model or ()),
        seed=secrets.randbelow(1_000_000) if seed is None else seed,
        yes=yes,
        target_ca=target_ca,
        namespace=namespace,
        gateway=gateway,
        context=context,
        verify=verify,
        ca=ca,
        dashboards=dashboards,
        prometheus_token=_secret(PROMETHEUS_TOKEN),
        json=json,
        html=html,
        api_key=_secret(API_KEY),
    )
    report = asyncio.run(session.run(request, console))
    if report.target_lost is not None:
        raise UserError(
            report.target_lost, next_step="The report is about what was sent until then."
        )
    if report.interrupted:
        raise typer.Exit(_INTERRUPTED)
    if report.verified is False:
        raise typer.Exit(_NOT_AS_SENT)


def _secret(variable: str) -> SecretStr | None:
    value = os.environ.get(variable)
    if not value:
        return None
    if not (value.isascii() and value.isprintable()):
        raise UserError(
            f"the environment variable {variable} holds what no header may hold; allowed: ASCII "
            "characters without line breaks"
        )
    return SecretStr(value)
