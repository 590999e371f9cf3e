"""From what the user typed to the report."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import SecretStr
from rich.console import Console
from rich.table import Table

from tools import paths
from tools.errors import UserError
from tools.load.reporting import table
from tools.load.reporting.page import page
from tools.load.reporting.report import Report, report_of
from tools.load.running.display import display
from tools.load.running.run import Plan, execute
from tools.load.scenario.model import Scenario
from tools.load.scenario.overriding import overridden
from tools.load.scenario.reading import built_in, read_scenario
from tools.load.target.address import base_url
from tools.load.target.consent import require_consent
from tools.load.target.gateway import entrance
from tools.load.target.kubectl import kubectl
from tools.load.target.models import first_model
from tools.load.target.port_forward import PortForward, port_forward
from tools.load.verifying.prometheus import Access
from tools.load.verifying.verification import Verification

DASHBOARDS: Final = paths.REPO / "dashboards" / "json"
"""The project's own dashboards."""


@dataclass(frozen=True, kw_only=True)
class Request:
    """What the user asks for; see `llmd-monitoring load --help`."""

    url: str | None
    scenario: str
    duration: float | None
    rate: float | None
    concurrency: int | None
    models: tuple[str, ...]
    seed: int
    yes: bool
    target_ca: Path | None
    namespace: str | None
    gateway: str | None
    context: str | None
    verify: str | None
    ca: Path | None
    dashboards: Path | None
    prometheus_token: SecretStr | None
    json: Path | None
    html: Path | None
    api_key: SecretStr | None


def show_scenarios(console: Console) -> None:
    """Lists what is built in."""
    listed = Table(box=None, pad_edge=False)
    for heading in ("scenario", "seconds", "what it is for"):
        listed.add_column(heading)
    for name in built_in():
        scenario = read_scenario(name)
        listed.add_row(name, f"{scenario.duration_seconds:g}", scenario.description)
    console.print(listed)


async def run(request: Request, console: Console) -> Report:
    """Does it all.

    Raises:
        UserError: Something in the request can't be done; nothing was sent then.
    """
    scenario = overridden(
        read_scenario(request.scenario),
        duration=request.duration,
        rate=request.rate,
        concurrency=request.concurrency,
    )
    for file in (request.json, request.html):
        _require_writable(file)
    verification = _verification(request)
    async with _target(request) as target:
        report = await _run_at(target, scenario, request, verification, console)
    table.show(report, console)
    if request.json is not None:
        request.json.write_text(report.model_dump_json(by_alias=True, indent=2) + "\n", "utf-8")
    if request.html is not None:
        request.html.write_text(page(report), encoding="utf-8")
    return report


@dataclass(frozen=True, kw_only=True)
class _Target:
    """Where to send to.

    Attributes:
        base: Base URL.
        forward: The port-forward that leads there, if one does.
    """

    base: str
    forward: PortForward | None = None


@asynccontextmanager
async def _target(request: Request) -> AsyncIterator[_Target]:
    """What the user names, by a port-forward where that is a namespace."""
    if (request.url is None) == (request.namespace is None):
        have = (
            "neither a URL nor --namespace" if request.url is None else "both a URL and --namespace"
        )
        raise UserError(
            f"{have} is given; allowed: one of them",
            next_step="For example: llmd-monitoring load http://localhost:8000",
        )
    if request.namespace is None:
        if request.gateway is not None:
            raise UserError("--gateway is given without --namespace, where it would be")
        yield _Target(base=base_url(request.url or ""))
        return
    cluster = kubectl(request.namespace, request.context)
    async with port_forward(cluster, await entrance(cluster, request.gateway)) as forward:
        yield _Target(base=forward.base, forward=forward)


def _verification(request: Request) -> Verification | None:
    if request.verify is None:
        for option, value in (("--ca", request.ca), ("--dashboards", request.dashboards)):
            if value is not None:
                raise UserError(f"{option} is given without --verify, which it is for")
        return None
    token = request.prometheus_token
    folder = request.dashboards
    if folder is None and DASHBOARDS.is_dir():
        folder = DASHBOARDS
    return Verification(
        access=Access(
            url=base_url(request.verify),
            tls=None if request.ca is None else trusting(request.ca),
            token=None if token is None else token.get_secret_value(),
        ),
        namespace=request.namespace,
        dashboards=folder,
    )


async def _run_at(
    target: _Target,
    scenario: Scenario,
    request: Request,
    verification: Verification | None,
    console: Console,
) -> Report:
    require_consent(target.base, scenario, given=request.yes)
    plan = Plan(
        name=request.scenario,
        scenario=scenario,
        base=target.base,
        models=request.models or (await _model(target, request),),
        seed=request.seed,
        ca_file=None if request.target_ca is None else str(request.target_ca.resolve()),
        api_key=request.api_key,
    )
    before = None if verification is None else verification.before()
    with display(console, scenario.duration_seconds) as shown:
        shown.say(
            f"{request.scenario} to {target.base} for {scenario.duration_seconds:g} s, seed {plan.seed}"
        )
        finished = await execute(plan, shown, target.forward)
    if verification is None or before is None:
        return report_of(finished)
    try:
        verdict = await verification.verdict(
            before, finished.tally, lambda line: console.print(line, markup=False)
        )
    except UserError as error:
        # What was measured isn't lost with what Prometheus would have said.
        return report_of(finished, unverified=error.message)
    return report_of(finished, verdict)


async def _model(target: _Target, request: Request) -> str:
    tls = None if request.target_ca is None else trusting(request.target_ca)
    key = None if request.api_key is None else request.api_key.get_secret_value()
    try:
        return await asyncio.to_thread(first_model, target.base, tls=tls, api_key=key)
    except UserError as error:
        why = "" if target.forward is None else await target.forward.explanation()
        if not why:
            raise
        raise UserError(f"{error.message}; kubectl says: {why}", error.next_step) from None


def trusting(ca: Path) -> ssl.SSLContext:
    """Verifies with this CA alone.

    Raises:
        UserError: The file holds no certificate.
    """
    try:
        return ssl.create_default_context(cafile=ca)
    except OSError as error:
        raise UserError(
            f"the CA file {ca} can't be used: {error.strerror or error}; allowed: certificates in PEM"
        ) from None


def _require_writable(file: Path | None) -> None:
    """A run of an hour must not end with a report that can't be written."""
    if file is None:
        return
    try:
        with file.open("a", encoding="utf-8"):
            pass
    except OSError as error:
        raise UserError(f"the report can't be written to {file}: {error.strerror}") from None
