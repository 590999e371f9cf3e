"""The page of queries is made from the panels, is up to date, and answers what upstream's page answers."""

import re

import promql_parser as promql
import pytest

from dashboards.building.panel import Topic
from rules.series import ALL
from tests.promql import labels_of
from tools.docs.promql import COMMAND, DOCUMENT, document, examples, without_choice

PAGE = document()

UPSTREAM = {
    Topic.FAILURE: {
        "overall error rate": "Overall error ratio",
        "error rate by model": "Error ratio by model",
        "error distribution by type": "Errors by code",
        "preemptions": "Pods that preempt",
        "latency P50, P90, P99": "Request duration",
        "TTFT P99 by model": "Time to first token P99 by model",
        "inter-token latency P99 by model": "Inter-token latency P99 by model",
        "scheduler health": "Gateways up",
        "GPU utilization": "Utilization by node",
        "request rate": "Request rate by model",
        "EPP latency P99": "Time to choose an endpoint",
        "plugin latency P99": "Plugin latency P99",
    },
    Topic.SERVING: {
        "KV cache by pod": "KV cache in use",
        "waiting by pod": "Waiting requests",
        "running by pod": "Running requests",
        "throughput of models": "Model throughput",
        "generation by model": "Generation rate",
        "generation by pod": "Tokens generated",
    },
    Topic.ROUTING: {
        "requests by endpoint": "Busiest endpoints",
        "tokens by pod": "Token distribution over pods",
        "idle GPUs": "Idle pods",
        "steps of engines": "Busy engines",
        "routing decision P99": "Routing decision latency P99",
    },
    Topic.PREFIX_CACHING: {
        "hit rate": "Prompts from cache",
        "hit rate by pod": "Prefix-cache hit ratio of pods, lowest",
        "SGLang's hit rate": "Prompt tokens by origin",
        "size of the index": "Entries of the prefix index",
        "hit ratio of the index P50, P90": "Prompt found in the prefix index",
        "hit bytes of the index P50, P90": "Prompt bytes found for a request",
    },
    Topic.DISAGGREGATION: {
        "running at prefill": "Running requests of prefill pods",
        "waiting at prefill": "Longest prefill queues",
        "KV cache at decode": "KV cache of decode pods",
        "decisions": "Decisions of the gateway",
        "share of disaggregated requests": "Disaggregated requests",
    },
    Topic.FLOW_CONTROL: {
        "queue, and by priority": "Requests held in the gateway",
        "queue time": "Time held in the gateway",
        "queue time by outcome": "Time held by outcome P99",
        "saturation": "Saturation of pools",
    },
}
"""What the queries of upstream's page ask, by its chapter, and our title for it."""


def test_the_page_is_up_to_date() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == PAGE, f"stale; run: {COMMAND}"


def test_chapters_are_those_of_upstream() -> None:
    chapters = re.findall(r"^## (.*)$", PAGE, re.MULTILINE)
    assert chapters == [*(topic.value for topic in Topic), "Recorded series"]


@pytest.mark.parametrize(
    ("topic", "question", "title"),
    [(topic, *pair) for topic, pairs in UPSTREAM.items() for pair in pairs.items()],
)
def test_every_question_of_upstream_is_answered(topic: Topic, question: str, title: str) -> None:
    assert title in {example.panel.title for example in examples(topic)}, question


@pytest.mark.parametrize("topic", Topic)
def test_every_query_runs_as_it_stands(topic: Topic) -> None:
    for example in examples(topic):
        for query in example.panel.queries:
            text = without_choice(query.expr)
            assert "$" not in text
            labels_of(text)


def test_no_query_stands_twice_in_a_chapter() -> None:
    for topic in Topic:
        asked = [
            tuple(without_choice(query.expr) for query in example.panel.queries)
            for example in examples(topic)
        ]
        assert len(asked) == len(set(asked))


def test_every_recorded_series_is_explained() -> None:
    for series in ALL:
        assert f"| `{series.name}` |" in PAGE


@pytest.mark.parametrize(
    ("expr", "expected"),
    [
        ('a{namespace=~"$namespace"}', "a"),
        ('a{namespace=~"$namespace",role="decode"}', 'a{role="decode"}'),
        ('a{role="decode",model=~"$model"}', 'a{role="decode"}'),
        ('a{x="1",model=~"$model",y="2"}', 'a{x="1",y="2"}'),
        ('a{namespace=~"($namespace)?",model=~"$model"}', "a"),
        ('a{Hostname=~"$node.*"}', "a"),
        ("rate(a[$__rate_interval])", "rate(a[5m])"),
        ('a{role=~"prefill|decode"}', 'a{role=~"prefill|decode"}'),
    ],
)
def test_the_choice_of_a_dashboard_is_left_out(expr: str, expected: str) -> None:
    assert without_choice(expr) == expected
    promql.parse(without_choice(expr))
