"""Switching a failure on makes the expected alerts fire and no others, and off lets them resolve.

Rules live 30 times as fast as usual, see `tests.live.rule_objects`. Each failure has a deployment of its own, so
several are tried at the same time; alerts that belong to no deployment are looked at together.
"""

import time
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import pytest

from tests.live.deployments import BOTH, CURRENT, FIRST, OBJECTIVE, PLAIN, SGLANG, LlmD
from tests.live.world import World
from tools.emulators.failures import Failure
from tools.live.waiting import wait_for

SETTLE_SECONDS = 150
STAY_SECONDS = 10

EVERYWHERE = ""
"""Stands for the alerts that carry no namespace of a deployment."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """Failures and their alerts.

    Attributes:
        failures: What goes wrong.
        fires: Alerts that must fire.
        may_fire: Alerts that are right as well, but depend on how the requests happen to fall.
        everywhere: Alerts that must fire and carry no namespace of a deployment.
    """

    failures: tuple[Failure, ...]
    fires: AbstractSet[str] = frozenset()
    may_fire: AbstractSet[str] = frozenset()
    everywhere: AbstractSet[str] = frozenset()


Cases = Mapping[LlmD, Case]

FIRST_ROUND: Cases = {
    CURRENT: Case(failures=(Failure.ERRORS,), fires={"LLMDAvailabilityBudgetBurnsFast"}),
    BOTH: Case(failures=(Failure.KV_TRANSFERS,), fires={"LLMDKvTransferFailures"}),
    OBJECTIVE: Case(
        failures=(Failure.REJECTIONS,),
        fires={"LLMDRequestsRejected", "LLMDAvailabilityBudgetBurnsFast"},
    ),
    FIRST: Case(
        failures=(Failure.QUEUE,),
        fires={"LLMDRequestsQueue", "LLMDFirstTokenBudgetBurnsFast"},
        may_fire={"LLMDAutoscalerNotFollowed"},
    ),
    PLAIN: Case(failures=(Failure.PREEMPTIONS,), fires={"LLMDPreemptions"}),
    SGLANG: Case(
        failures=(Failure.SLOW_TOKENS,),
        fires={"LLMDInterTokenBudgetBurnsFast"},
        may_fire={"LLMDAutoscalerNotFollowed", "LLMDRequestsQueue"},
    ),
}
SECOND_ROUND: Cases = {
    CURRENT: Case(
        failures=(Failure.MODEL_SERVERS_DOWN, Failure.HOT_GPUS),
        fires={"LLMDModelServerDown"},
        everywhere={"LLMDGpuFault"},
    ),
    BOTH: Case(
        failures=(Failure.ENDPOINT_PICKER_DOWN, Failure.AUTOSCALER_ERRORS),
        fires={"LLMDGatewayDown"},
        everywhere={"LLMDAutoscalerErrors", "LLMDAutoscalerBlind"},
    ),
    OBJECTIVE: Case(failures=(Failure.SLOW_SCHEDULER,), fires={"LLMDSchedulerSlow"}),
    FIRST: Case(failures=(Failure.SLOW_FIRST_TOKEN,), fires={"LLMDFirstTokenBudgetBurnsFast"}),
    PLAIN: Case(failures=(Failure.COLD_CACHE,), fires={"LLMDPrefixCacheCollapsed"}),
    SGLANG: Case(
        failures=(Failure.KV_CACHE_FULL,),
        fires={"LLMDKvCacheFull", "LLMDPoolSaturated"},
        may_fire={
            "LLMDAutoscalerNotFollowed",
            "LLMDRequestsQueue",
            "LLMDFirstTokenBudgetBurnsFast",
        },
    ),
}

SLOW = "BudgetBurnsSlowly"
"""Ending of alerts that look back for hours: they fire as the fast ones do, and would resolve after these tests."""

OF_THE_SPEED = {"LLMDRulesLate"}
"""Alerts that tell how fast this world lives: a busy machine doesn't evaluate every rule each second."""


def firing(world: World) -> Mapping[str, set[str]]:
    """Returns this program's alerts that fire, by namespace of a deployment."""
    names = {one.namespace for one in (CURRENT, BOTH, OBJECTIVE, FIRST, PLAIN, SGLANG)}
    found: dict[str, set[str]] = {name: set() for name in (*names, EVERYWHERE)}
    for series in world.prometheus.query('ALERTS{alertname=~"LLMD.*",alertstate="firing"}'):
        labels = series["metric"]
        if not labels["alertname"].endswith(SLOW) and labels["alertname"] not in OF_THE_SPEED:
            namespace = labels.get("namespace", EVERYWHERE)
            found[namespace if namespace in names else EVERYWHERE].add(labels["alertname"])
    return found


def as_expected(found: Mapping[str, set[str]], cases: Cases) -> bool:
    """Tells whether exactly the expected alerts fire."""
    everywhere = {name for case in cases.values() for name in case.everywhere}
    by_namespace = {deployment.namespace: case for deployment, case in cases.items()}
    for namespace, names in found.items():
        case = by_namespace.get(namespace)
        must = everywhere if namespace == EVERYWHERE else case.fires if case else set()
        may = must | (case.may_fire if case else set())
        if not must <= names <= may:
            return False
    return True


def switch(world: World, cases: Cases, *, on: bool) -> None:
    """Switches the failures on or off, each in its deployment."""
    for deployment, case in cases.items():
        for failure in case.failures:
            world.emulators.request(
                "PUT" if on else "DELETE",
                f"failures/{failure}",
                params={"namespace": deployment.namespace},
            ).raise_for_status()


def settle(world: World, cases: Cases, what: str) -> None:
    """Waits until exactly the expected alerts fire, and go on doing so for a while."""
    seen: list[Mapping[str, set[str]]] = []
    since: list[float] = []

    def look() -> bool | None:
        seen.append(firing(world))
        if not as_expected(seen[-1], cases):
            since.clear()
            return None
        since.append(time.monotonic())
        return since[-1] - since[0] >= STAY_SECONDS or None

    def failure() -> AssertionError:
        fires = {namespace: names for namespace, names in seen[-1].items() if names}
        return AssertionError(f"{what}, these fire: {fires}")

    wait_for(look, SETTLE_SECONDS, failure)


class TestAlerts:
    def test_none_fires_while_all_is_well(self, whole_world: World) -> None:
        settle(whole_world, {}, "while all is well")

    @pytest.mark.parametrize(
        "cases", [FIRST_ROUND, SECOND_ROUND], ids=["first round", "second round"]
    )
    def test_a_failure_fires_its_alerts_and_no_others_until_it_is_over(
        self, whole_world: World, cases: Cases
    ) -> None:
        switch(whole_world, cases, on=True)
        try:
            settle(whole_world, cases, "with the failures on")
        finally:
            switch(whole_world, cases, on=False)
        settle(whole_world, {}, "with the failures off again")
