"""Every query of every dashboard returns data, for each naming generation alone and for two at once."""

import math
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping

import pytest

from dashboards.asked import Asked, every_query
from dashboards.boards import BOARDS
from dashboards.building.panel import Needs
from tests.live.deployments import (
    BOTH,
    CURRENT,
    DEPLOYMENTS,
    FIRST,
    OBJECTIVE,
    PLAIN,
    SGLANG,
    LlmD,
)
from tests.live.tables import table
from tests.live.world import World
from tools.live.waiting import wait_for

SETTLE_SECONDS = 120

OF_THE_CLUSTER = "llmd-monitoring-stack"
"""The dashboard that is about no deployment."""

_DISAGGREGATED = {Needs.VLLM, Needs.DISAGGREGATION, Needs.NIXL, Needs.SPECULATION}
_EVERYWHERE = {
    Needs.GPU,
    Needs.DCGM,
    Needs.AUTOSCALER,
    Needs.AUTOSCALER_METRICS,
    Needs.ALERTMANAGER,
    Needs.OPERATOR,
    Needs.PREFIX_INDEX,
}
_SINCE_0_9 = {
    Needs.EPP_LATENCY,
    Needs.FLOW_CONTROL,
    Needs.FLOW_CONTROL_0_9,
    Needs.FLOW_LIMIT,
    Needs.STREAM_METRICS,
}

RUNS: Mapping[LlmD, set[Needs]] = {
    CURRENT: _DISAGGREGATED | _EVERYWHERE | _SINCE_0_9,
    BOTH: _DISAGGREGATED | _EVERYWHERE | _SINCE_0_9,
    OBJECTIVE: _DISAGGREGATED | _EVERYWHERE | {Needs.FLOW_CONTROL},
    FIRST: _DISAGGREGATED | _EVERYWHERE,
    PLAIN: {Needs.VLLM, Needs.SPECULATION, Needs.FLOW_CONTROL} | _EVERYWHERE,
    SGLANG: {Needs.SGLANG} | _EVERYWHERE | _SINCE_0_9,
}
"""What runs in each deployment beyond model servers and an Endpoint Picker."""

NOT_IN_THE_FIRST = {
    "Mean batch by pool",
    "Scheduling attempts",
    "Requests by endpoint",
    "Busiest endpoints",
    "Cached prompt tokens",
    "Decisions of the gateway",
}
"""Panels about what the first Endpoint Picker, of Gateway API Inference Extension up to 1.0, doesn't measure."""


def queries(deployment: LlmD) -> Iterator[Asked]:
    """Yields the queries that must return data for a deployment."""
    for asked in every_query():
        if asked.uid == OF_THE_CLUSTER and deployment is not CURRENT:
            continue
        if asked.uid == "llmd-vllm-overview" and deployment is SGLANG:
            continue
        if deployment is FIRST and asked.place in NOT_IN_THE_FIRST:
            continue
        if set(asked.needs) <= RUNS[deployment]:
            yield asked


def series(world: World, asked: Asked, deployment: LlmD) -> int:
    """Returns how many series with numbers a query has, asked as Grafana asks with the deployment's namespace."""
    chosen = {} if asked.uid == OF_THE_CLUSTER else {"namespace": deployment.namespace}
    expr = asked.resolved(chosen, rate_interval="20s")
    if asked.is_instant:
        return sum(_is_number(one["value"]) for one in world.prometheus.query(expr))
    now = time.time()
    found = world.prometheus.query_range(expr, start=now - 20, end=now, step=5)
    return sum(any(map(_is_number, one["values"])) for one in found)


def _is_number(sample: tuple[float, str]) -> bool:
    return not math.isnan(float(sample[1]))


class TestDashboards:
    @pytest.mark.parametrize("deployment", DEPLOYMENTS, ids=lambda one: one.namespace)
    def test_no_query_is_empty(
        self,
        whole_world: World,
        deployment: LlmD,
        record_property: Callable[[str, object], None],
    ) -> None:
        returned: dict[Asked, int] = {}
        wanted = list(queries(deployment))

        def look() -> bool | None:
            for asked in wanted:
                if not returned.get(asked):
                    returned[asked] = series(whole_world, asked, deployment)
            return all(returned.values()) or None

        def failure() -> AssertionError:
            empty = [
                f"{asked.dashboard} / {asked.place} {asked.letter}: {asked.expr}"
                for asked, count in returned.items()
                if not count
            ]
            return AssertionError("queries without data:\n" + "\n".join(empty))

        wait_for(look, SETTLE_SECONDS, failure)
        record_property("table", _table(deployment, returned))

    def test_every_query_is_tried(self) -> None:
        tried = {asked for deployment in DEPLOYMENTS for asked in queries(deployment)}
        untried = {asked.place for asked in set(every_query()) - tried}
        needed = {
            asked.place
            for asked in every_query()
            if set(asked.needs)
            & {
                Needs.KUBE_STATE,
                Needs.KUBELET,
                Needs.KV_INDEX,
                Needs.REMOTE_WRITE,
                Needs.VOLUME,
            }
        }
        assert untried == needed


def _table(deployment: LlmD, returned: Mapping[Asked, int]) -> str:
    places: dict[str, Counter[str]] = defaultdict(Counter)
    asked_of: Counter[str] = Counter()
    for asked, count in returned.items():
        places[asked.uid][asked.place] += count
        asked_of[asked.uid] += 1
    rows = [
        (
            board.title,
            len(places[board.uid]),
            asked_of[board.uid],
            places[board.uid].total(),
            min(places[board.uid].values()),
        )
        for board in BOARDS
        if board.uid in places
    ]
    generations = " and ".join(deployment.generations)
    title = f"{deployment.namespace}: {deployment.engine}, Endpoint Picker's names: {generations}"
    header = ("dashboard", "panels and variables", "queries", "series", "fewest in one")
    return table(title, header, rows)
