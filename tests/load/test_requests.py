"""Requests to a server that behaves."""

from collections import Counter
from typing import Any

import pytest

from tests.load.sending import by_result, scenario, sent
from tools.load.emulator.behaviour import Behaviour
from tools.load.emulator.delays import constant
from tools.load.measuring.histogram import merged
from tools.load.scenario.malformed import MalformedKind

EVERY_KIND = {
    "arrivals": {"constant": {"rate": 150}},
    "malformed": {"share": 0.7, "slowBodySeconds": 0.2, "overlongTokens": 9000},
}

STATUSES = {
    "malformed_json": 400,
    "empty_body": 400,
    "unknown_model": 404,
    "missing_field": 400,
    "wrong_type": 400,
    "invalid_temperature": 400,
    "negative_max_tokens": 400,
    "huge_max_tokens": 400,
    "overlong_context": 400,
    "wrong_content_type": 415,
    "no_content_type": 415,
    "unknown_path": 404,
    "wrong_method": 405,
}
"""What the server answers to each kind that it refuses."""


class TestGoodRequests:
    @pytest.mark.parametrize("endpoint", ["chat", "completions"])
    @pytest.mark.parametrize("stream", [True, False])
    def test_end_well_and_server_and_client_count_alike(self, endpoint: str, stream: bool) -> None:
        sort = {"endpoint": endpoint, "stream": stream, "outputTokens": {"constant": 4}}
        tally, emulator = sent(scenario(requests=[sort]))
        assert tally.results == Counter({(endpoint, "ok"): 40})
        assert emulator.measures.received == Counter(ok=40)
        assert tally.output_tokens == emulator.measures.output_tokens == 160
        assert tally.prompt_tokens == emulator.measures.prompt_tokens

    def test_streams_have_a_first_token_and_gaps_between_all_others(self) -> None:
        tally, emulator = sent(scenario())
        intervals = tally.intervals.values()
        assert merged(one.first_token for one in intervals).count == 40
        assert merged(one.between_tokens for one in intervals).count == 40 * 3
        assert len(emulator.measures.between_tokens) == 40 * 3

    def test_latency_is_never_below_the_servers_own(self) -> None:
        tally, emulator = sent(scenario())
        client = merged(one.end_to_end for one in tally.intervals.values())
        assert client.total >= sum(emulator.measures.end_to_end)

    def test_closed_loop_has_no_more_in_flight_than_users(self) -> None:
        tally, emulator = sent(scenario(arrivals={"closed": {"concurrency": 3}}))
        assert by_result(tally)["ok"] == emulator.measures.received["ok"] > 3
        spent = sum(emulator.measures.end_to_end)
        assert spent <= 3 * (tally.last_sent + max(emulator.measures.end_to_end))

    def test_thinking_users_ask_less(self) -> None:
        thinking = {"closed": {"concurrency": 3, "thinkSeconds": 5}}
        tally, _ = sent(scenario(arrivals=thinking))
        assert sum(tally.results.values()) == 3


class TestMalformedRequests:
    def test_of_each_kind_arrive_as_often_as_they_were_sent(self) -> None:
        tally, emulator = sent(scenario(**EVERY_KIND))
        measures = emulator.measures
        kinds = Counter[str]()
        for (kind, _), number in tally.results.items():
            kinds[kind] += number
        assert set(kinds) == {"chat", *MalformedKind}
        for kind in STATUSES:
            assert kinds[kind] == measures.received[kind], kind
        assert kinds["broken_body"] == measures.lost["broken_body"]
        whole = ("chat", "slow_body", "disconnect_early", "disconnect_stream")
        assert sum(kinds[kind] for kind in whole) == measures.received["ok"]

    @pytest.mark.parametrize("kind", sorted(STATUSES))
    def test_are_counted_with_the_status_of_the_refusal(self, kind: str) -> None:
        only = {"share": 1, "kinds": {kind: 1}, "overlongTokens": 9000}
        tally, _ = sent(scenario(malformed=only, durationSeconds=0.2))
        assert set(tally.results) == {(kind, f"http_{STATUSES[kind]}")}

    @pytest.mark.parametrize(
        ("kind", "lost"),
        [
            ("broken_body", "broken_body"),
            ("disconnect_early", "stream's begin"),
            ("disconnect_stream", "stream"),
        ],
    )
    def test_of_a_client_that_leaves_leave(self, kind: str, lost: str) -> None:
        sort = {"outputTokens": {"constant": 500}}
        only: dict[str, Any] = {"share": 1, "kinds": {kind: 1}}
        plan = scenario(malformed=only, requests=[sort], durationSeconds=0.2)
        slow = Behaviour(first_token=constant(0.5 if kind == "disconnect_early" else 0.05))
        tally, emulator = sent(plan, slow)
        assert tally.results == Counter({(kind, "left"): 8})
        assert emulator.measures.lost == Counter({lost: 8})

    def test_do_not_enter_the_latencies(self) -> None:
        tally, _ = sent(scenario(malformed={"share": 1, "kinds": {"slow_body": 1}}))
        assert not merged(one.end_to_end for one in tally.intervals.values()).count
        assert tally.output_tokens == 0
