"""Serves a fleet's metrics, each target at its own address, and the switches for failures."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, Final

from aiohttp import web

from tools.emulators.exposition import expose
from tools.emulators.failures import Failure
from tools.emulators.fleet import Listener
from tools.emulators.gateway import Gateway
from tools.emulators.world import Deployment, Target, World
from tools.errors import UserError

TICK_SECONDS: Final = 0.1
"""The simulation's resolution."""

Authorized = Callable[[str, str], Awaitable[int]]
"""Returns the HTTP status for a bearer token, 200, 401 or 403, asked for by a user of the cluster."""


async def serve(world: World, control: Path, authorized: Authorized) -> None:
    """Serves until cancelled, in real time.

    Args:
        world: What to serve.
        control: The Unix socket of the switches.
        authorized: What decides about tokens of scrapes.

    Raises:
        UserError: An address can't be listened on.
    """
    world.go_on(TICK_SECONDS)
    async with AsyncExitStack() as stack:
        for target in world.targets:
            await stack.enter_async_context(_Listening(target, authorized))
        gateways = [await _open_gateway(stack, one) for one in _with_gateways(world)]
        runner = web.AppRunner(control_application(world), access_log=None)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.UnixSite(runner, str(control)).start()
        await _live(world, gateways)


def _with_gateways(world: World) -> list[Deployment]:
    return [one for one in world.deployments if one.description.gateway is not None]


async def _open_gateway(stack: AsyncExitStack, deployment: Deployment) -> Gateway:
    description = deployment.description
    listen = description.gateway
    assert listen is not None  # noqa: S101 - it was asked before
    gateway = Gateway(description.model, deployment.pool, deployment.pool.seed, TICK_SECONDS)
    deployment.followers.append(gateway.follow)
    # A client that goes away is seen by what becomes of its handler.
    runner = web.AppRunner(gateway.application(), access_log=None, handler_cancellation=True)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    await _listen(runner, listen, f"The gateway of {deployment.name}")
    return gateway


async def _listen(runner: web.AppRunner, listen: Listener, who: str) -> None:
    try:
        await web.TCPSite(runner, listen.host, listen.port).start()
    except OSError as error:
        raise UserError(
            f"{who} can't listen on {listen.host}:{listen.port}: {error.strerror or error}."
        ) from None


async def _live(world: World, gateways: list[Gateway]) -> None:
    loop = asyncio.get_running_loop()
    last = loop.time()
    while True:
        await asyncio.sleep(TICK_SECONDS)
        now = loop.time()
        # A machine that was asleep or busy catches up in steps of the usual size.
        while now - last >= TICK_SECONDS:
            world.go_on(TICK_SECONDS)
            last += TICK_SECONDS
        for gateway in gateways:
            gateway.step_ends(last)


class _Listening:
    """The server of one target; it closes a connection without an answer while the target is down."""

    def __init__(self, target: Target, authorized: Authorized) -> None:
        self._target = target
        self._authorized = authorized
        application = web.Application()
        application.router.add_get("/metrics", self._scrape)
        self._runner = web.AppRunner(application, access_log=None)

    async def __aenter__(self) -> None:
        await self._runner.setup()
        await _listen(self._runner, self._target.listen, self._target.pod)

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def _scrape(self, request: web.Request) -> web.StreamResponse:
        target = self._target
        if not target.reachable():
            if request.transport is not None:
                request.transport.abort()
            return web.Response(status=503)
        if target.asks_as is not None:
            scheme, _, token = request.headers.get("Authorization", "").partition(" ")
            known = token if scheme == "Bearer" else ""
            status = await self._authorized(known, target.asks_as)
            if status != web.HTTPOk.status_code:
                return web.Response(status=status)
        exposition = expose(target.registry, target.style)
        return web.Response(body=exposition.body, headers={"Content-Type": exposition.content_type})


def control_application(world: World) -> web.Application:
    """Returns the switches as a web application.

    `GET /` tells what is on; `PUT` and `DELETE /failures/NAME` switch a failure, `PUT` and `DELETE /pause` the clients,
    each with `?namespace=` for one namespace; `GET /totals` tells what was done.
    """
    application = web.Application()

    async def state(_: web.Request) -> web.Response:
        return web.json_response(
            {
                one.name: {"failures": sorted(one.failures), "paused": one.pool.paused}
                for one in world.deployments
            }
        )

    async def totals(_: web.Request) -> web.Response:
        return web.json_response(world.totals())

    async def switch(request: web.Request) -> web.Response:
        name = request.match_info["name"]
        if name not in list(Failure):
            known = ", ".join(Failure)
            raise web.HTTPNotFound(text=f"There is no failure {name!r}; there are: {known}.\n")
        for deployment in _selected(world, request):
            if request.method == "PUT":
                deployment.failures.add(Failure(name))
            else:
                deployment.failures.discard(Failure(name))
        return await state(request)

    async def pause(request: web.Request) -> web.Response:
        for deployment in _selected(world, request):
            deployment.pool.paused = request.method == "PUT"
        return await state(request)

    application.router.add_get("/", state)
    application.router.add_get("/totals", totals)
    for method in ("PUT", "DELETE"):
        application.router.add_route(method, "/failures/{name}", switch)
        application.router.add_route(method, "/pause", pause)
    return application


def _selected(world: World, request: web.Request) -> list[Deployment]:
    namespace: Any = request.query.get("namespace")
    found = world.select(namespace)
    if not found:
        known = ", ".join(sorted({one.description.namespace for one in world.deployments}))
        raise web.HTTPNotFound(text=f"Nothing runs in {namespace!r}; there are: {known}.\n")
    return found
