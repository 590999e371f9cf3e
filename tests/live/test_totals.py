"""What Prometheus counted is what the emulators served."""

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from tests.live.conftest import Beginning
from tests.live.deployments import DEPLOYMENTS, SGLANG, LlmD
from tests.live.tables import table
from tests.live.world import World
from tools.emulators.epp import Generation
from tools.live.waiting import wait_for

WATCHED_SECONDS = 90
REST_SECONDS = 120
SCRAPE_SECONDS = 2
EXTRAPOLATION = 0.08
"""By how much `increase` may be off: it guesses what happened before the first and after the last sample."""

Totals = Mapping[str, Any]


def totals(world: World, deployment: LlmD) -> Totals:
    """Returns what a deployment's simulation has done, by its own count."""
    answer = world.emulators.get("totals").raise_for_status().json()
    found: Totals = answer[f"{deployment.namespace}/{deployment.model}"]
    return found


def engines(counted: Totals, what: str) -> int:
    """Returns a sum over all engines."""
    return sum(engine[what] for engine in counted["engines"].values())


REQUESTS = {
    Generation.MODEL: "inference_model_request_total",
    Generation.OBJECTIVE: "inference_objective_request_total",
    Generation.EPP: "llm_d_epp_request_total",
}


def raw(deployment: LlmD) -> Mapping[str, Callable[[Totals], int]]:
    """Returns raw series of a deployment, each with what it must be."""
    request = next(REQUESTS[one] for one in deployment.generations if one in REQUESTS)
    gateway: Mapping[str, Callable[[Totals], int]] = {
        request: lambda counted: counted["pool"]["routed"]
    }
    if deployment is SGLANG:
        return {
            **gateway,
            "sglang:num_requests_total": lambda counted: (
                engines(counted, "finished") + engines(counted, "broken_off")
            ),
            "sglang:generation_tokens_total": lambda counted: engines(counted, "generated_tokens"),
        }
    return {
        **gateway,
        "vllm:request_success_total": lambda counted: engines(counted, "finished"),
        "vllm:prompt_tokens_total": lambda counted: engines(counted, "prompt_tokens"),
        "vllm:generation_tokens_total": lambda counted: engines(counted, "generated_tokens"),
    }


@pytest.fixture(scope="module")
def at_rest(whole_world: World, beginning: Beginning) -> Iterator[World]:
    """The world after a while of traffic, with silent clients and all work done."""
    time.sleep(max(0.0, beginning.time + WATCHED_SECONDS - time.time()))
    whole_world.emulators.put("pause").raise_for_status()

    def look() -> bool | None:
        running = 'sum({__name__=~"vllm:num_requests_(running|waiting)|sglang:num_running_reqs"})'
        return whole_world.prometheus.value(running) == 0 or None

    wait_for(look, REST_SECONDS, lambda: AssertionError("requests don't end"))
    # Two more scrapes, so that the last events are in the store.
    time.sleep(2 * SCRAPE_SECONDS + 1)
    yield whole_world
    whole_world.emulators.delete("pause").raise_for_status()


class TestTotals:
    @pytest.mark.parametrize("deployment", DEPLOYMENTS, ids=lambda one: one.namespace)
    def test_counters_are_what_was_done(self, at_rest: World, deployment: LlmD) -> None:
        counted = totals(at_rest, deployment)
        for name, expected in raw(deployment).items():
            found = at_rest.prometheus.value(f'sum({name}{{namespace="{deployment.namespace}"}})')
            assert found == expected(counted) > 0, name

    @pytest.mark.parametrize("deployment", DEPLOYMENTS, ids=lambda one: one.namespace)
    def test_increases_are_what_was_done_meanwhile(
        self,
        at_rest: World,
        beginning: Beginning,
        deployment: LlmD,
        record_property: Callable[[str, object], None],
    ) -> None:
        end = totals(at_rest, deployment)
        begin = beginning.totals[f"{deployment.namespace}/{deployment.model}"]
        seconds = int(time.time() - beginning.time)
        rows: list[tuple[str, float, float, str]] = []
        for name, count in raw(deployment).items():
            selector = f'{name}{{namespace="{deployment.namespace}"}}'
            found = at_rest.prometheus.value(f"sum(increase({selector}[{seconds}s]))") or 0.0
            done = count(end) - count(begin)
            rows.append((name, done, round(found), f"{found / done - 1:+.1%}"))
            assert found == pytest.approx(done, rel=EXTRAPOLATION), name
        title = f"{deployment.namespace}: what was done in {seconds} s, and what Prometheus says"
        record_property("table", table(title, ("series", "done", "increase", "off by"), rows))
