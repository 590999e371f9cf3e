from collections import Counter

import pytest

from tools.load.measuring.tally import Tally
from tools.load.verifying.counters import EVERY, SERVED, comparisons, selector
from tools.load.verifying.verdict import Compared, Verdict
from tools.load.verifying.verification import compare, growth


def tally(prompt_tokens: int = 0, output_tokens: int = 0, **results: int) -> Tally:
    counted = Counter({("chat", result): number for result, number in results.items()})
    return Tally(
        interval_seconds=1.0,
        results=counted,
        prompt_tokens=prompt_tokens,
        output_tokens=output_tokens,
    )


def compared(sent: Tally, **grown: float) -> dict[str, Compared]:
    """The comparisons by what they are about; `grown` names the begin of a metric's name."""
    nothing: dict[str, dict[str, float]] = {counter: {} for counter in EVERY}
    after = {
        counter: {"one": value}
        for counter in EVERY
        for name, value in grown.items()
        if counter.replace(":", "_").startswith(name)
    }
    return {line.what: line for line in compare(comparisons(sent), nothing, {**nothing, **after})}


class TestGrowth:
    def test_is_the_difference_of_each_series(self) -> None:
        assert growth({"a": 5, "b": 1}, {"a": 7, "b": 1}) == 2

    def test_of_a_new_series_is_its_value(self) -> None:
        assert growth({}, {"a": 7}) == 7

    def test_of_a_restarted_counter_is_its_value(self) -> None:
        assert growth({"a": 50}, {"a": 3}) == 3

    def test_of_a_series_that_went_is_nothing(self) -> None:
        assert growth({"a": 50}, {}) == 0


class TestSelector:
    def test_names_the_namespace_where_there_is_one(self) -> None:
        for counter in EVERY:
            assert "%" not in selector(counter, None)
            assert selector(counter, "llm").endswith(',namespace="llm"}')

    def test_leaves_prefill_pods_out(self) -> None:
        assert all("prefill" in counter for counter in SERVED)


class TestComparison:
    def test_agrees_when_as_much_was_counted_as_sent(self) -> None:
        lines = compared(tally(ok=100), vllm_request_success=100)
        assert lines["requests served"].agrees is True

    @pytest.mark.parametrize("counted", [90, 110])
    def test_differs_when_less_or_more_was_counted(self, counted: float) -> None:
        lines = compared(tally(ok=100), vllm_request_success=counted)
        assert lines["requests served"].agrees is False

    def test_adds_up_the_model_servers_of_either_kind(self) -> None:
        lines = compared(tally(ok=100), vllm_request_success=60, sglang_num_requests=40)
        assert lines["requests served"].agrees is True

    @pytest.mark.parametrize(("counted", "agrees"), [(100, True), (120, True), (130, False)])
    def test_allows_for_what_the_client_can_not_know(self, counted: float, agrees: bool) -> None:
        sent = tally(ok=100, left=15, timeout=5)
        line = compared(sent, vllm_request_success=counted)["requests served"]
        assert line.agrees is agrees
        assert line.remark == "up to 20 more may have been counted"

    def test_says_nothing_where_there_is_no_series(self) -> None:
        line = compared(tally(ok=100))["requests served"]
        assert (line.counted, line.agrees, line.remark) == (None, None, "")

    def test_tells_rejections_from_other_refusals(self) -> None:
        lines = compared(tally(http_429=7, http_400=2, http_404=1, http_503=4))
        sent = {what: line.sent for what, line in lines.items()}
        assert sent["requests rejected for overload (429)"] == 7
        assert sent["requests refused (4xx)"] == 3
        assert sent["requests failed (5xx)"] == 4

    def test_tokens_are_exact_where_every_request_ended_well(self) -> None:
        sent = tally(ok=1, prompt_tokens=1000, output_tokens=100)
        lines = compared(sent, vllm_prompt_tokens=1000, vllm_generation_tokens=150)
        assert lines["prompt tokens"].agrees is True
        assert lines["output tokens"].agrees is False

    def test_tokens_are_a_least_where_some_did_not(self) -> None:
        sent = tally(ok=1, left=1, output_tokens=100)
        lines = compared(sent, vllm_generation_tokens=150)
        assert lines["output tokens"].agrees is True


def verdict(*agrees: bool | None) -> Verdict:
    lines = (
        Compared(what="", series="", sent=0, at_most=None, counted=None, agrees=one)
        for one in agrees
    )
    return Verdict(prometheus="", compared=tuple(lines), dashboards=())


class TestVerdict:
    def test_agrees_when_something_does_and_nothing_differs(self) -> None:
        assert verdict(True, None).agrees

    @pytest.mark.parametrize("lines", [(), (None,), (True, False)])
    def test_does_not_agree_otherwise(self, lines: tuple[bool | None, ...]) -> None:
        assert not verdict(*lines).agrees
