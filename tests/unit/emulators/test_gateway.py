"""Requests from outside that the simulation works on."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

from aiohttp import ClientResponse, ClientSession
from aiohttp.test_utils import TestClient, TestServer

from tests.unit.emulators.fleets import MODEL, fleet, names, value
from tools.emulators.failures import Failure
from tools.emulators.gateway import Gateway
from tools.emulators.prefixes import Prefixes
from tools.emulators.world import Deployment, World

TICK = 0.1
CHAT = "/v1/chat/completions"
DECODERS = ("decode-0", "decode-1")

Client = TestClient[Any, Any]


def asked(words: int = 300, tokens: int = 20, *, stream: bool = False) -> dict[str, Any]:
    """Returns the body of a chat."""
    prompt = " ".join(f"w{number}" for number in range(words))
    message = {"role": "user", "content": prompt}
    return {"model": MODEL, "max_tokens": tokens, "stream": stream, "messages": [message]}


@asynccontextmanager
async def entered(world: World) -> AsyncIterator[Client]:
    """A client of the first deployment of a world with no other clients, in which time flies."""
    deployment = world.deployments[0]
    deployment.pool.paused = True
    gateway = Gateway(MODEL, deployment.pool, 1, TICK)
    deployment.followers.append(gateway.follow)

    async def live() -> None:
        while True:
            world.go_on(TICK)
            gateway.step_ends(asyncio.get_running_loop().time())
            await asyncio.sleep(0.001)

    server = TestServer(gateway.application())
    await server.start_server()
    living = asyncio.create_task(live())
    try:
        async with TestClient(server) as client:
            yield client
    finally:
        living.cancel()
        with suppress(asyncio.CancelledError):
            await living


def tried(world: World, act: Callable[[Client], Awaitable[None]]) -> Deployment:
    """Does something with a client; returns the deployment afterwards."""

    async def run() -> None:
        async with entered(world) as client:
            await act(client)

    asyncio.run(asyncio.wait_for(run(), 30))
    return world.deployments[0]


async def read(response: ClientResponse) -> Any:  # noqa: ANN401 - JSON
    return json.loads(await response.text())


def in_decoders(world: World, name: str, **labels: str) -> float:
    return sum(value(world, pod, name, labels) for pod in DECODERS)


class TestAnswers:
    def test_a_whole_one_has_the_tokens_that_were_generated(self) -> None:
        world = World(fleet())

        async def act(client: Client) -> None:
            response = await client.post(CHAT, json=asked(tokens=20))
            assert response.status == 200
            assert (await read(response))["usage"] == {
                "prompt_tokens": 300,
                "completion_tokens": 20,
                "total_tokens": 320,
            }

        tried(world, act)
        assert value(world, "epp-0", "llm_d_epp_request_total") == 1
        assert in_decoders(world, "vllm:generation_tokens_total") == 20
        assert in_decoders(world, "vllm:prompt_tokens_total") == 300

    def test_a_stream_brings_each_token(self) -> None:
        world = World(fleet())

        async def act(client: Client) -> None:
            response = await client.post(CHAT, json=asked(tokens=20, stream=True))
            text = await response.text()
            assert text.count('" word"') == 20
            assert text.endswith("data: [DONE]\n\n")

        tried(world, act)
        first = "llm_d_epp_request_ttft_seconds_count"
        assert value(world, "epp-0", first, {"streaming": "true"}) == 1

    def test_the_served_model_is_listed(self) -> None:
        async def act(client: Client) -> None:
            listed = await read(await client.get("/v1/models"))
            assert [one["id"] for one in listed["data"]] == [MODEL]

        tried(World(fleet()), act)


class TestWhatTheSimulationMakesOfIt:
    def test_a_long_prompt_goes_over_prefill(self) -> None:
        world = World(fleet())

        async def act(client: Client) -> None:
            for words in (40, 2000):
                await (await client.post(CHAT, json=asked(words=words))).read()

        tried(world, act)
        decisions = "llm_d_epp_disagg_decision_total"
        assert value(world, "epp-0", decisions, {"decision_type": "decode-only"}) == 1
        assert value(world, "epp-0", decisions, {"decision_type": "prefill-decode"}) == 1
        assert in_decoders(world, "vllm:nixl_xfer_time_seconds_count") == 1

    def test_a_prefix_is_found_the_second_time(self) -> None:
        world = World(fleet())

        async def act(client: Client) -> None:
            for _ in range(2):
                await (await client.post(CHAT, json=asked(words=200))).read()

        tried(world, act)
        assert in_decoders(world, "vllm:prefix_cache_queries_total") == 400
        # The last token is computed anyhow, and only whole blocks of 16 are kept.
        assert in_decoders(world, "vllm:prefix_cache_hits_total") == 192

    def test_a_failure_reaches_the_client(self) -> None:
        world = World(fleet())
        world.deployments[0].failures.add(Failure.ERRORS)
        statuses: list[int] = []

        async def act(client: Client) -> None:
            for _ in range(40):
                response = await client.post(CHAT, json=asked(words=20, tokens=2))
                statuses.append(response.status)

        tried(world, act)
        assert set(statuses) == {200, 500}
        assert in_decoders(world, "http_requests_total", status="5xx") == statuses.count(500)

    def test_overload_is_refused(self) -> None:
        world = World(fleet())
        world.deployments[0].failures.add(Failure.REJECTIONS)
        statuses: list[int] = []

        async def act(client: Client) -> None:
            for _ in range(40):
                response = await client.post(CHAT, json=asked(words=20, tokens=2))
                statuses.append(response.status)

        tried(world, act)
        assert set(statuses) == {200, 429}
        errors = {"error_code": "ResourceExhausted"}
        refused = value(world, "epp-0", "llm_d_epp_request_error_total", errors)
        assert refused == statuses.count(429)

    def test_a_client_that_goes_away_frees_its_place(self) -> None:
        world = World(fleet())

        async def act(client: Client) -> None:
            url = client.make_url(CHAT)
            async with ClientSession() as leaving:
                response = await leaving.post(url, json=asked(tokens=20_000, stream=True))
                await response.content.readany()
                response.close()
            pool = world.deployments[0].pool
            while pool.in_flight:
                await asyncio.sleep(0.01)

        deployment = tried(world, act)
        broken_off = sum(one.totals.broken_off for one in deployment.pool.engines.values())
        assert broken_off == 1
        assert in_decoders(world, "vllm:num_requests_running") == 0
        assert in_decoders(world, "vllm:request_success_total") == 0

    def test_a_tenant_gets_series_of_its_own(self) -> None:
        world = World(fleet())

        async def act(client: Client) -> None:
            headers = {"x-llm-d-inference-fairness-id": "somebody"}
            await (await client.post(CHAT, json=asked(), headers=headers)).read()

        tried(world, act)
        tenant = {"fairness_id": "somebody"}
        assert value(world, "epp-0", "llm_d_epp_request_total", tenant) == 1
        assert value(world, "epp-0", "llm_d_epp_request_duration_seconds_count", tenant) == 1


class TestMistakes:
    def test_what_the_endpoint_picker_cannot_read_ends_there(self) -> None:
        world = World(fleet())
        json_type = {"Content-Type": "application/json"}

        async def act(client: Client) -> None:
            for body in (b'{"model": "m", "messages": [', b"", b'{"model": "m"}'):
                response = await client.post(CHAT, data=body, headers=json_type)
                assert response.status == 400

        tried(world, act)
        bad = {"error_code": "BadRequest", "model_name": ""}
        assert value(world, "epp-0", "llm_d_epp_request_error_total", bad) == 3
        assert value(world, "epp-0", "llm_d_epp_request_total") == 0
        assert "http_requests_total" not in names(world, "decode-0")

    def test_what_a_model_server_turns_away_is_an_error_of_no_endpoint_picker(self) -> None:
        world = World(fleet())
        unknown = {**asked(), "model": "nope"}

        async def act(client: Client) -> None:
            assert (await client.post(CHAT, json=unknown)).status == 404
            assert (await client.post(CHAT, json=asked(tokens=-1))).status == 400
            assert (await client.put(CHAT, json=asked())).status == 405
            assert (await client.post("/v1/nothing", json=asked())).status == 404

        deployment = tried(world, act)
        assert (
            deployment.pool.totals.routed == value(world, "epp-0", "llm_d_epp_request_total") == 4
        )
        assert value(world, "epp-0", "llm_d_epp_request_total", {"model_name": "nope"}) == 1
        assert value(world, "epp-0", "llm_d_epp_request_total", {"model_name": ""}) == 1
        assert "llm_d_epp_request_error_total" not in names(world, "epp-0")
        assert in_decoders(world, "http_requests_total", status="4xx") == 4
        assert in_decoders(world, "vllm:prompt_tokens_total") == 0


class TestPrefixes:
    def test_are_known_up_to_the_first_difference(self) -> None:
        prefixes = Prefixes()
        first = [f"a{number}" for number in range(100)]
        assert prefixes.look_up(" ".join(first)) == 0
        second = [*first[:40], *(f"b{number}" for number in range(60))]
        assert prefixes.look_up(" ".join(second)) == 32

    def test_are_forgotten_when_others_come(self) -> None:
        prefixes = Prefixes(blocks=10)
        first, second = (" ".join(f"{name}{n}" for n in range(161)) for name in "ab")
        prefixes.look_up(first)
        prefixes.look_up(second)
        assert prefixes.look_up(first) == 0
