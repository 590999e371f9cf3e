import json
from collections import Counter
from typing import Any

import pytest

from tools.load.planning.drawing import FAIRNESS_HEADERS, OBJECTIVE_HEADERS, Drawing
from tools.load.planning.planned import Manner, Planned
from tools.load.scenario.malformed import MalformedKind
from tools.load.scenario.model import Scenario


def scenario(**content: Any) -> Scenario:  # noqa: ANN401
    return Scenario.model_validate(
        {
            "description": "a test",
            "durationSeconds": 1,
            "arrivals": {"constant": {"rate": 1}},
            **content,
        }
    )


def drawn(number: int = 200, seed: int = 1, **content: Any) -> list[Planned]:  # noqa: ANN401
    drawing = Drawing(scenario(**content), ["base"], seed)
    return [drawing.request(index) for index in range(number)]


def body(planned: Planned) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(planned.body)
    return content


def prompt(planned: Planned) -> str:
    content = body(planned)
    return str(content.get("prompt") or content["messages"][0]["content"])


class TestDrawing:
    def test_repeats_a_run_of_the_same_seed(self) -> None:
        assert drawn(malformed={"share": 0.5}) == drawn(malformed={"share": 0.5})
        assert drawn() != drawn(seed=2)

    def test_each_request_depends_on_its_number_alone(self) -> None:
        drawing = Drawing(scenario(malformed={"share": 0.3}), ["base"], 1)
        backwards = [drawing.request(index) for index in reversed(range(50))]
        assert backwards[::-1] == drawn(50, malformed={"share": 0.3})

    def test_weights_decide_between_sorts(self) -> None:
        sorts = [{"weight": 3, "endpoint": "chat"}, {"weight": 1, "endpoint": "completions"}]
        counted = Counter(planned.kind for planned in drawn(4000, requests=sorts))
        assert counted["chat"] / 4000 == pytest.approx(0.75, abs=0.03)

    def test_chat_and_completions_are_as_the_api_says(self) -> None:
        chat, completions = (
            drawn(1, requests=[{"endpoint": endpoint, "stream": stream}])[0]
            for endpoint, stream in (("chat", True), ("completions", False))
        )
        assert (chat.method, chat.path) == ("POST", "/v1/chat/completions")
        assert body(chat)["messages"][0]["role"] == "user"
        assert body(chat)["stream_options"] == {"include_usage": True}
        assert completions.path == "/v1/completions"
        assert isinstance(body(completions)["prompt"], str)
        assert "stream_options" not in body(completions)

    @pytest.mark.parametrize("length", [1, 2, 7, 500, 40_000])
    def test_prompt_has_as_many_words_as_asked(self, length: int) -> None:
        planned = drawn(1, requests=[{"promptTokens": {"constant": length}}])[0]
        assert len(prompt(planned).split()) == length

    def test_no_two_prompts_begin_alike(self) -> None:
        beginnings = {prompt(planned)[:20] for planned in drawn(500)}
        assert len(beginnings) == 500

    def test_shared_prefixes_are_as_many_and_as_long_as_asked(self) -> None:
        shared = {"groups": 3, "tokens": 50}
        planned = drawn(300, requests=[{"sharedPrefix": shared}])
        prefixes = {" ".join(prompt(one).split()[:50]) for one in planned}
        assert len(prefixes) == 3
        assert len({prompt(one) for one in planned}) == 300

    def test_share_of_shared_prefixes_is_kept(self) -> None:
        shared = {"groups": 1, "tokens": 50, "share": 0.25}
        planned = drawn(2000, requests=[{"sharedPrefix": shared}])
        having = sum(prompt(one).startswith("g0 ") for one in planned)
        assert having / 2000 == pytest.approx(0.25, abs=0.04)

    def test_lora_adapters_stand_in_for_models(self) -> None:
        lora = {"adapters": ["one", "two"], "share": 0.5}
        models = Counter(planned.model for planned in drawn(1000, requests=[{"lora": lora}]))
        assert set(models) == {"base", "one", "two"}
        assert models["base"] / 1000 == pytest.approx(0.5, abs=0.06)

    def test_objectives_tenants_and_priorities_reach_the_server(self) -> None:
        sort = {"objectives": ["urgent"], "fairnessIds": 2, "priorities": [-1]}
        planned = drawn(100, requests=[sort])
        for name in OBJECTIVE_HEADERS:
            assert {one.headers[name] for one in planned} == {"urgent"}
        for name in FAIRNESS_HEADERS:
            assert {one.headers[name] for one in planned} == {"tenant-0", "tenant-1"}
        assert {body(one)["priority"] for one in planned} == {-1}

    def test_nothing_of_that_is_sent_unless_asked(self) -> None:
        assert dict(drawn(1)[0].headers) == {"content-type": "application/json"}
        assert not {"priority", "ignore_eos"} & body(drawn(1)[0]).keys()


def malformed(kind: str, **settings: Any) -> Planned:  # noqa: ANN401
    return drawn(1, malformed={"share": 1, "kinds": {kind: 1}, **settings})[0]


class TestMalformedRequests:
    def test_are_as_many_as_asked_and_of_every_kind(self) -> None:
        counted = Counter(planned.kind for planned in drawn(5000, malformed={"share": 0.4}))
        assert (5000 - counted["chat"]) / 5000 == pytest.approx(0.4, abs=0.03)
        assert set(counted) == {"chat", *MalformedKind}

    def test_weights_decide_between_kinds(self) -> None:
        kinds = {"malformed_json": 1, "wrong_method": 0}
        planned = drawn(100, malformed={"share": 1, "kinds": kinds})
        assert {one.kind for one in planned} == {"malformed_json"}

    def test_malformed_json_breaks_off(self) -> None:
        with pytest.raises(json.JSONDecodeError):
            body(malformed("malformed_json"))

    def test_empty_body_is_empty(self) -> None:
        assert malformed("empty_body").body == b""

    def test_missing_field_has_no_prompt(self) -> None:
        assert not {"messages", "prompt"} & body(malformed("missing_field")).keys()

    @pytest.mark.parametrize(
        ("kind", "key", "value"),
        [
            ("unknown_model", "model", "nonexistent-model-123"),
            ("wrong_type", "messages", 42),
            ("wrong_type", "max_tokens", "many"),
            ("invalid_temperature", "temperature", 5.0),
            ("negative_max_tokens", "max_tokens", -10),
            ("huge_max_tokens", "max_tokens", 1_000_000_000),
        ],
    )
    def test_value_is_the_wrong_one(self, kind: str, key: str, value: object) -> None:
        assert body(malformed(kind))[key] == value

    def test_overlong_context_is_as_long_as_asked(self) -> None:
        planned = malformed("overlong_context", overlongTokens=5000)
        assert len(prompt(planned).split()) == 5000

    def test_content_type_is_wrong_or_missing(self) -> None:
        assert malformed("wrong_content_type").headers["content-type"] == "text/plain"
        assert "content-type" not in malformed("no_content_type").headers

    def test_path_and_method_are_wrong(self) -> None:
        assert malformed("unknown_path").path == "/v1/nonexistent/endpoint"
        assert malformed("wrong_method").method == "PUT"

    @pytest.mark.parametrize(
        ("kind", "manner"),
        [
            ("broken_body", Manner.BROKEN_BODY),
            ("disconnect_early", Manner.LEAVE_EARLY),
            ("disconnect_stream", Manner.LEAVE_STREAM),
            ("slow_body", Manner.SLOW_BODY),
        ],
    )
    def test_manner_is_the_wrong_one(self, kind: str, manner: Manner) -> None:
        assert malformed(kind).manner is manner
