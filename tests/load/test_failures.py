"""A server that fails in every way: the generator goes on, counts it by kind, and ends in time."""

import asyncio
from collections import Counter

import pytest

from tests.load.sending import by_result, free_port, scenario, send_to, sent
from tools.load.emulator.behaviour import Behaviour, Fault
from tools.load.emulator.delays import constant
from tools.load.emulator.server import Emulator
from tools.load.measuring.histogram import merged

WHOLE = [{"stream": False}]
STREAMED = [{"stream": True, "outputTokens": {"constant": 4}}]

RESULTS = {
    Fault.RESET: "reset",
    Fault.CLOSE: "reset",
    Fault.STALL: "timeout",
    Fault.GARBAGE: "garbage",
    Fault.GARBAGE_JSON: "garbage",
    Fault.GARBAGE_STREAM: "garbage",
    Fault.HALF_BODY: "truncated",
    Fault.HALF_STREAM: "truncated",
    Fault.STREAM_ERROR: "stream_error",
    Fault.INTERNAL: "http_500",
}


class TestFailingServer:
    @pytest.mark.parametrize("fault", Fault)
    def test_each_failure_is_counted_by_its_kind(self, fault: Fault) -> None:
        plan = scenario(requests=WHOLE, timeoutSeconds=0.5, durationSeconds=0.5)
        tally, _ = sent(plan, Behaviour(fault=fault))
        assert by_result(tally) == Counter({RESULTS[fault]: 20})

    @pytest.mark.parametrize("fault", Fault)
    def test_one_failure_does_not_touch_the_others(self, fault: Fault) -> None:
        plan = scenario(requests=STREAMED, timeoutSeconds=2)
        tally, _ = sent(plan, Behaviour(fault=fault, fault_every=4))
        assert by_result(tally) == Counter({"ok": 30, RESULTS[fault]: 10})

    def test_nobody_listening_is_refused(self) -> None:
        plan = scenario(durationSeconds=0.5)
        tally = asyncio.run(send_to(f"http://127.0.0.1:{free_port()}", plan))
        assert by_result(tally) == Counter(refused=20)

    def test_unknown_host_is_unreachable(self) -> None:
        plan = scenario(durationSeconds=0.1)
        tally = asyncio.run(send_to("http://nowhere.invalid", plan))
        assert by_result(tally) == Counter(unreachable=4)

    def test_plain_server_behind_https_is_a_failure_of_tls(self) -> None:
        async def ask() -> Counter[str]:
            async with Emulator().serving() as url:
                plan = scenario(durationSeconds=0.1)
                return by_result(await send_to(url.replace("http:", "https:"), plan))

        assert asyncio.run(ask()) == Counter(tls=4)

    def test_server_that_goes_away_in_the_middle_and_comes_back(self) -> None:
        port = free_port()

        async def ask() -> Counter[str]:
            plan = scenario(durationSeconds=1.5, requests=[{"outputTokens": {"constant": 1}}])
            run = asyncio.create_task(send_to(f"http://127.0.0.1:{port}", plan))
            for _ in range(2):
                async with Emulator().serving(port):
                    await asyncio.sleep(0.5)
                await asyncio.sleep(0.25)
            return by_result(await run)

        counted = asyncio.run(ask())
        assert sum(counted.values()) == 60
        assert counted["ok"] >= 20
        assert counted["refused"] >= 5
        assert set(counted) <= {"ok", "refused", "reset", "truncated"}


class TestEnd:
    def test_comes_in_time_when_nothing_ever_replies(self) -> None:
        plan = scenario(durationSeconds=0.5, drainSeconds=0.2)
        tally, _ = sent(plan, Behaviour(fault=Fault.STALL))
        assert by_result(tally) == Counter(unfinished=20)

    def test_users_of_a_closed_loop_end_too(self) -> None:
        closed = {"closed": {"concurrency": 5}}
        plan = scenario(durationSeconds=0.3, drainSeconds=0.2, arrivals=closed)
        tally, _ = sent(plan, Behaviour(fault=Fault.STALL))
        assert by_result(tally) == Counter(unfinished=5)

    @pytest.mark.parametrize(
        "arrivals", [{"constant": {"rate": 40}}, {"closed": {"concurrency": 4}}]
    )
    def test_comes_early_when_stopped(self, arrivals: dict[str, object]) -> None:
        plan = scenario(durationSeconds=600, arrivals=arrivals)
        tally, emulator = sent(plan, stop_after=0.5)
        assert sum(tally.results.values()) < 100
        assert sum(interval.sent for interval in tally.intervals.values()) == sum(
            emulator.measures.received.values()
        )


class TestOverload:
    """A server slower than the rate: nothing is hidden."""

    PLAN = scenario(
        arrivals={"constant": {"rate": 100}},
        maxInFlight=10,
        requests=WHOLE,
        drainSeconds=2,
    )

    def test_what_was_never_sent_is_counted(self) -> None:
        tally, emulator = sent(self.PLAN, Behaviour(first_token=constant(0.2)))
        counted = by_result(tally)
        assert sum(counted.values()) == 100
        assert counted["ok"] + counted["unfinished"] == emulator.measures.received["ok"]
        assert counted["unsent"] >= 20

    def test_waiting_to_be_sent_counts_as_latency(self) -> None:
        tally, emulator = sent(self.PLAN, Behaviour(first_token=constant(0.2)))
        client = merged(one.end_to_end for one in tally.intervals.values())
        server = emulator.measures.end_to_end
        # The server sees 0.2 s each. The last ones that were sent had been due about half a second before.
        assert client.largest >= max(server) + 0.2
        assert client.total >= sum(server) + tally.lateness.total * 0.9
