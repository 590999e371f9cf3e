"""The way into a simulated deployment: an OpenAI-compatible server whose requests the simulation works on.

It holds no metric. What its requests do to those of the Endpoint Picker and the model servers is what the simulation
makes of them. Which requests are wrong, and in what way, is decided as by the emulated server of the load generator;
those that the Endpoint Picker can't read end there (`BadRequest`), the others at a model server, with its status.
"""

import asyncio
import json
import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import web

from tools.emulators.engine import CAPACITY_TOKENS
from tools.emulators.events import Answered, Generated, Refused, Role, TurnedAway
from tools.emulators.pool import Pool, Step
from tools.emulators.prefixes import Prefixes
from tools.emulators.requests import Rejection, Request
from tools.load.emulator.checking import PATHS, Accepted, Refusal, check
from tools.load.emulator.replies import content, event, role, token, usage

_OVERLOAD: Final = 429
_INTERNAL: Final = 500
_LARGEST_BODY: Final = 64 << 20
_FAIRNESS: Final = ("x-llm-d-inference-fairness-id", "x-gateway-inference-fairness-id")
_NO_TENANT: Final = "default-flow"
_UNREADABLE: Final = {"malformed_json", "empty_body", "missing_field", "wrong_type"}
"""What the Endpoint Picker, which reads the prompt, can't read."""


@dataclass(frozen=True, kw_only=True)
class _Ended:
    """The end of an answer, with its HTTP status."""

    status: int


_News = int | _Ended
"""So many tokens more, or the end."""


class Gateway:
    """One deployment's gateway.

    Args:
        model: The served model's name.
        pool: The simulation.
        seed: Of what is left to chance.
        tick: Seconds between two steps of the simulation.
    """

    def __init__(self, model: str, pool: Pool, seed: int, tick: float) -> None:
        self._model = model
        self._pool = pool
        self._tick = tick
        self._dice = random.Random(f"{seed} gateway")  # noqa: S311 - repeatable on purpose
        self._prefixes = Prefixes()
        self._clients: dict[Request, asyncio.Queue[_News]] = {}
        self._stepped = 0.0

    def application(self) -> web.Application:
        """Returns it as a web application."""
        application = web.Application(client_max_size=_LARGEST_BODY)
        application.router.add_get("/v1/models", self._models)
        application.router.add_route("*", "/{path:.*}", self._ask)
        return application

    def follow(self, step: Step) -> None:
        """Tells clients what a step brought them."""
        if not self._clients:
            return
        prefillers = set(self._pool.of_role(Role.PREFILL))
        for address, events in step.engines.items():
            if address not in prefillers:
                self._generated(one for one in events if isinstance(one, Generated))
        for happened in step.pool:
            match happened:
                case Refused():
                    rejection = happened.request.rejection
                    self._end(happened.request, rejection.status if rejection else _OVERLOAD)
                case TurnedAway():
                    self._end(happened.request, happened.status)
                case Answered():
                    status = _INTERNAL if happened.failed else web.HTTPOk.status_code
                    self._end(happened.sequence.request, status)
                case _:
                    pass

    def step_ends(self, now: float) -> None:
        """Notes when the simulation took its last step, by the clock of the event loop."""
        self._stepped = now

    def _generated(self, events: Iterable[Generated]) -> None:
        for one in events:
            if (client := self._clients.get(one.sequence.request)) is not None:
                client.put_nowait(one.count)

    def _end(self, request: Request, status: int) -> None:
        if (client := self._clients.get(request)) is not None:
            client.put_nowait(_Ended(status=status))

    async def _models(self, _: web.Request) -> web.Response:
        served = {"id": self._model, "object": "model"}
        return web.json_response({"object": "list", "data": [served]})

    async def _ask(self, http: web.Request) -> web.StreamResponse:
        body = await http.read()
        verdict = check(
            method=http.method,
            path=http.path,
            content_type=http.headers.get("Content-Type", ""),
            body=body,
            model=self._model,
            context=CAPACITY_TOKENS,
        )
        request = self._request(http, body, verdict)
        client = self._clients[request] = asyncio.Queue()
        self._pool.submit(request)
        try:
            if isinstance(verdict, Accepted) and verdict.stream:
                return await self._streamed(http, verdict, client)
            return await self._whole(verdict, client)
        except (asyncio.CancelledError, ConnectionError):
            self._pool.abandon(request)
            raise
        finally:
            del self._clients[request]

    def _request(self, http: web.Request, body: bytes, verdict: Accepted | Refusal) -> Request:
        since = asyncio.get_running_loop().time() - self._stepped
        tenant = next((http.headers[one] for one in _FAIRNESS if one in http.headers), _NO_TENANT)
        arrived = self._pool.now + min(self._tick, max(1e-6, since))
        if isinstance(verdict, Refusal):
            return Request(
                arrived=arrived,
                prompt_tokens=len(body.split()),
                output_tokens=1,
                cached_tokens=0,
                streaming=False,
                aborts_after=None,
                limited=True,
                tenant=tenant,
                luck=self._dice.random(),
                model=_unserved(body, verdict),
                rejection=Rejection(by_picker=verdict.reason in _UNREADABLE, status=verdict.status),
            )
        prompt = _prompt(json.loads(body), PATHS[http.path])
        return Request(
            arrived=arrived,
            prompt_tokens=verdict.prompt_tokens,
            output_tokens=verdict.output_tokens,
            cached_tokens=self._prefixes.look_up(prompt),
            streaming=verdict.stream,
            aborts_after=None,
            limited=True,
            tenant=tenant,
            luck=self._dice.random(),
        )

    async def _whole(
        self, verdict: Accepted | Refusal, client: "asyncio.Queue[_News]"
    ) -> web.Response:
        while not isinstance(news := await client.get(), _Ended):
            pass
        if isinstance(verdict, Accepted) and news.status == web.HTTPOk.status_code:
            return web.json_response(content(verdict))
        reason = verdict.reason if isinstance(verdict, Refusal) else "the model server failed"
        return _error(news.status, reason)

    async def _streamed(
        self, http: web.Request, asked: Accepted, client: "asyncio.Queue[_News]"
    ) -> web.StreamResponse:
        news = await client.get()
        if isinstance(news, _Ended):
            return _error(news.status, "the model server failed")
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream; charset=utf-8"})
        await response.prepare(http)
        if asked.chat:
            await response.write(event(role()))
        word = event(token(asked))
        while not isinstance(news, _Ended):
            await response.write(word * news)
            news = await client.get()
        await response.write(event({"choices": [], "usage": usage(asked)}) + b"data: [DONE]\n\n")
        await response.write_eof()
        return response


def _unserved(body: bytes, refusal: Refusal) -> str | None:
    """The model that nobody serves; none where the path says nothing about models."""
    if refusal.reason == "unknown_path":
        return ""
    if refusal.reason == "unknown_model":
        return str(json.loads(body).get("model", ""))
    return None


def _prompt(body: Mapping[str, Any], key: str) -> str:
    prompt = body[key]
    return prompt if isinstance(prompt, str) else str(prompt[0].get("content", ""))


def _error(status: int, message: str) -> web.Response:
    return web.json_response({"error": {"message": message, "code": status}}, status=status)
