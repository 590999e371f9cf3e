"""The real Prometheus loads the program's rules, and each of them works."""

from collections.abc import Iterator, Mapping
from typing import Any

from tests.live.world import World
from tools.live.waiting import wait_for

SETTLE_SECONDS = 90

WITHOUT_EVENTS = {
    "llmd:autoscaler_errors:rate5m",
    "llmd:autoscaler_scalings:rate5m",
    "llmd:datalayer_errors:rate5m",
    "llmd:epp_errors:rate5m",
    "llmd:kv_index_admissions:rate5m",
    "llmd:kv_index_evictions:rate5m",
    "llmd:kv_index_hits:rate5m",
    "llmd:kv_index_lookups:rate5m",
}
"""Recorded series of what programs expose from its first event on, and of a KV-block index, which is off here."""


def rules(world: World) -> Iterator[Mapping[str, Any]]:
    """Yields the program's rules as Prometheus knows them."""
    for group in world.prometheus.groups():
        if group["name"].startswith("llmd-"):
            yield from group["rules"]


class TestRules:
    def test_every_group_is_loaded(self, whole_world: World) -> None:
        wanted = {
            group["name"]
            for rules in whole_world.kubernetes.list(
                "apis/monitoring.coreos.com/v1/prometheusrules",
                labelSelector="app.kubernetes.io/managed-by=llmd-monitoring",
            )
            for group in rules["spec"]["groups"]
        }
        loaded = {group["name"] for group in whole_world.prometheus.groups()}
        assert len(wanted) > 20
        assert wanted <= loaded

    def test_every_rule_is_evaluated_without_an_error(self, whole_world: World) -> None:
        def failing() -> dict[str, str]:
            return {
                rule["name"]: f"{rule['health']} {rule.get('lastError', '')}"
                for rule in rules(whole_world)
                if rule["health"] != "ok"
            }

        wait_for(
            lambda: not failing() or None,
            SETTLE_SECONDS,
            lambda: AssertionError(f"rules fail: {failing()}"),
        )

    def test_every_recording_has_data_but_those_of_events_that_never_came(
        self, whole_world: World
    ) -> None:
        names = {rule["name"] for rule in rules(whole_world) if rule["type"] == "recording"}

        def empty() -> set[str]:
            found = whole_world.prometheus.query('count by (__name__) ({__name__=~"llmd:.+"})')
            return names - {series["metric"]["__name__"] for series in found}

        assert len(names) > 100
        wait_for(
            lambda: empty() <= WITHOUT_EVENTS or None,
            SETTLE_SECONDS,
            lambda: AssertionError(f"recordings without data: {sorted(empty() - WITHOUT_EVENTS)}"),
        )
