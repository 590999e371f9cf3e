"""The scenarios of the load generator move the panels that they are for, and `errors` fires the alert on errors.

Each has a deployment of its own, so all are sent at the same time. Their requests go through the deployments'
gateways into the simulations; what panels show is what the simulations made of them.
"""

import json
import math
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from dashboards.asked import Asked, every_query
from tests.live.deployments import BOTH, CURRENT, PLAIN, SGLANG, LlmD
from tests.live.tables import table
from tests.live.test_alerts import firing, settle
from tests.live.world import World
from tools.live.namespaces import Process
from tools.live.waiting import wait_for
from tools.load.planning.planned import GOOD_KINDS

SENT_SECONDS = 50
MOVED_SECONDS = 80
ENDED_SECONDS = 120


@dataclass(frozen=True, kw_only=True)
class Panel:
    """A panel that must move.

    Attributes:
        uid: Its dashboard.
        title: Its title.
        factor: How many times its highest value must be what it was before.
        least: What its highest value must be in any case.
    """

    uid: str
    title: str
    factor: float = 1.0
    least: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """A scenario, and what it is for.

    Attributes:
        deployment: Whom it is sent to.
        rate: Mean requests a second.
        panels: What it must move.
    """

    deployment: LlmD
    rate: float
    panels: tuple[Panel, ...]


SCENARIOS: Mapping[str, Scenario] = {
    "errors": Scenario(
        deployment=CURRENT,
        rate=20,
        panels=(
            Panel(uid="llmd-inference-gateway", title="Refused or failed", least=0.03),
            Panel(uid="llmd-inference-gateway", title="Errors by code", least=0.5),
            Panel(uid="llmd-inference-gateway", title="Error ratio by model", least=0.03),
            Panel(uid="llmd-failure-saturation", title="Overall error ratio", least=0.03),
            Panel(uid="llmd-failure-saturation", title="Gateway errors by code", least=0.5),
        ),
    ),
    "prefix": Scenario(
        deployment=SGLANG,
        rate=10,
        panels=(
            Panel(uid="llmd-performance", title="Prompts from cache", factor=1.2, least=0.55),
            Panel(
                uid="llmd-inference-gateway",
                title="Prompt bytes found in the prefix index",
                factor=3,
            ),
        ),
    ),
    "pd": Scenario(
        deployment=BOTH,
        rate=6,
        panels=(
            Panel(uid="llmd-disaggregation", title="KV transfers", factor=2),
            Panel(uid="llmd-disaggregation", title="KV data moved", factor=2),
            Panel(uid="llmd-disaggregation", title="Decisions of the gateway", factor=2),
            Panel(uid="llmd-disaggregation", title="Work of either kind", factor=2),
            Panel(uid="llmd-disaggregation", title="Requests at decode pods", factor=2, least=3),
        ),
    ),
    "saturate": Scenario(
        deployment=PLAIN,
        rate=14,
        panels=(
            Panel(uid="llmd-failure-saturation", title="Waiting for room", least=20),
            Panel(uid="llmd-failure-saturation", title="Waiting requests by model", least=20),
            Panel(uid="llmd-failure-saturation", title="Saturation of pools", least=1),
            Panel(uid="llmd-inference-gateway", title="Requests held in the gateway", least=5),
            Panel(uid="llmd-performance", title="KV cache in use", least=0.15),
        ),
    ),
}


def queries(panel: Panel) -> list[Asked]:
    """Returns the queries of a panel."""
    found = [one for one in every_query() if (one.uid, one.place) == (panel.uid, panel.title)]
    assert found, f"there is no panel {panel.title} in {panel.uid}"
    return found


def highest(world: World, panel: Panel, deployment: LlmD) -> float:
    """Returns the highest value that a panel shows of a deployment at the moment; 0 where it shows none."""
    values = [
        float(series["value"][1])
        for asked in queries(panel)
        for series in world.prometheus.query(
            asked.resolved({"namespace": deployment.namespace}, rate_interval="20s")
        )
    ]
    return max((value for value in values if not math.isnan(value)), default=0.0)


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What was seen while the scenarios were sent.

    Attributes:
        before: What panels showed before.
        during: The highest that they showed meanwhile.
        alerts: What fired in the deployment of `errors`.
        reports: The reports of the load generator, by scenario.
    """

    before: Mapping[Panel, float]
    during: dict[Panel, float]
    alerts: set[str]
    reports: dict[str, Mapping[str, Any]]

    def moved(self, panel: Panel) -> bool:
        """Tells whether a panel has moved as it must."""
        wanted = max(panel.factor * self.before[panel], panel.least)
        return self.during[panel] > self.before[panel] and self.during[panel] >= wanted


def send(world: World, name: str, report: Path) -> Process:
    """Starts a scenario."""
    scenario = SCENARIOS[name]
    return world.namespaces.start(
        f"load-{name}",
        *(sys.executable, "-m", "tools.cli", "load", world.gateways[scenario.deployment.namespace]),
        *("--scenario", name, "--rate", str(scenario.rate), "--duration", str(SENT_SECONDS)),
        # To the generator the address of a pod is any machine's.
        *("--seed", "7", "--json", str(report), "--yes"),
    )


def watch(world: World, seen: Seen) -> None:
    """Looks at everything once."""
    for scenario in SCENARIOS.values():
        for panel in scenario.panels:
            if not seen.moved(panel):
                now = highest(world, panel, scenario.deployment)
                seen.during[panel] = max(seen.during[panel], now)
    seen.alerts.update(firing(world)[CURRENT.namespace])


@pytest.fixture(scope="module")
def seen(whole_world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seen]:
    """What was seen while all scenarios were sent, each to its deployment."""
    settle(whole_world, {}, "before any load")
    folder = tmp_path_factory.mktemp("reports")
    before = {
        panel: highest(whole_world, panel, scenario.deployment)
        for scenario in SCENARIOS.values()
        for panel in scenario.panels
    }
    seen = Seen(before=before, during=dict.fromkeys(before, 0.0), alerts=set(), reports={})
    running = {name: send(whole_world, name, folder / f"{name}.json") for name in SCENARIOS}
    end = time.monotonic() + MOVED_SECONDS
    while time.monotonic() < end and not (all(map(seen.moved, before)) and seen.alerts):
        watch(whole_world, seen)
        time.sleep(1)
    for name, process in running.items():
        wait_for(
            lambda process=process: None if process.alive() else True,  # type: ignore[misc]
            ENDED_SECONDS,
            lambda process=process: process.failure("it should have ended"),  # type: ignore[misc]
        )
        seen.reports[name] = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    yield seen
    settle(whole_world, {}, "after the load")


class TestScenarios:
    @pytest.mark.parametrize("name", SCENARIOS)
    def test_move_their_panels(
        self, seen: Seen, name: str, record_property: Callable[[str, object], None]
    ) -> None:
        panels = SCENARIOS[name].panels
        rows = [(one.title, f"{seen.before[one]:.3g}", f"{seen.during[one]:.3g}") for one in panels]
        header = ("panel", "before", "highest")
        record_property("table", table(f"load scenario {name}", header, rows))
        assert [one.title for one in panels if not seen.moved(one)] == [], rows

    def test_of_errors_fires_the_alert_on_errors_and_no_other(self, seen: Seen) -> None:
        assert seen.alerts == {"LLMDCallersMistaken"}

    @pytest.mark.parametrize("name", ["errors", "prefix", "pd"])
    def test_have_their_good_requests_answered(self, seen: Seen, name: str) -> None:
        results = results_by_kind(seen.reports[name])
        good = {kind: results[kind] for kind in GOOD_KINDS if kind in results}
        assert good
        assert set().union(*good.values()) == {"ok"}

    def test_of_errors_are_refused_for_what_is_wrong(self, seen: Seen) -> None:
        results = results_by_kind(seen.reports["errors"])
        assert {kind: results[kind] for kind in REFUSED} == {
            kind: {f"http_{status}"} for kind, status in REFUSED.items()
        }

    def test_of_saturation_leave_requests_waiting(self, seen: Seen) -> None:
        assert results_by_kind(seen.reports["saturate"])["chat"] == {"ok", "unfinished"}


REFUSED = {
    "malformed_json": 400,
    "empty_body": 400,
    "missing_field": 400,
    "wrong_type": 400,
    "invalid_temperature": 400,
    "negative_max_tokens": 400,
    "huge_max_tokens": 400,
    "overlong_context": 400,
    "unknown_model": 404,
    "unknown_path": 404,
    "wrong_method": 405,
    "wrong_content_type": 415,
    "no_content_type": 415,
}


def results_by_kind(report: Mapping[str, Any]) -> Mapping[str, set[str]]:
    """Returns how requests ended, by their kind."""
    found: dict[str, set[str]] = {}
    for one in report["results"]:
        found.setdefault(one["kind"], set()).add(one["result"])
    return found
