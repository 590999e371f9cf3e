"""Which rules a stack gets."""

from typing import Any

import pytest

from components.prometheus_rules import rule_spec
from components.rule_sets import RuleSet, certificate_rule, rule_sets
from components.settings import Settings
from components.settings.quantity import in_bytes
from dashboards.boards import BOARDS
from rules.alerts import AREAS as ALERT_AREAS
from rules.alerts.definition import Dashboard
from rules.duration import in_seconds
from rules.recording import AREAS as RECORDING_AREAS
from rules.rule import Alert, Recording


def _sets(own_prometheus: bool = True, **document: object) -> dict[str, RuleSet]:
    made = rule_sets(Settings.model_validate(document), own_prometheus=own_prometheus)
    return {rules.name: rules for rules in made}


def _alerts(sets: dict[str, RuleSet]) -> dict[str, Alert]:
    return {
        rule.alert: rule
        for rules in sets.values()
        for group in rules.groups
        for rule in group.rules
        if isinstance(rule, Alert)
    }


class TestAStack:
    def test_gets_every_area_in_an_object_of_its_own(self) -> None:
        assert set(_sets()) == {
            *(f"llmd-recording-{area}" for area in RECORDING_AREAS),
            *(f"llmd-alerts-{area}" for area in ALERT_AREAS),
        }

    def test_gets_only_the_areas_that_it_asks_for(self) -> None:
        asked = {"recording": ["gateway"], "alerts": ["routing"]}
        assert set(_sets(rules=asked)) == {"llmd-recording-gateway", "llmd-alerts-routing"}

    def test_without_a_prometheus_of_its_own_gets_no_alerts_on_it(self) -> None:
        assert "llmd-alerts-stack" not in _sets(own_prometheus=False)

    def test_leaves_silenced_alerts_out(self) -> None:
        silenced = {"silenced": ["LLMDKvCacheFull"]}
        assert set(_alerts(_sets())) - set(_alerts(_sets(rules=silenced))) == {"LLMDKvCacheFull"}

    def test_names_each_group_once(self) -> None:
        names = [group.name for rules in _sets().values() for group in rules.groups]
        assert len(names) == len(set(names))

    def test_has_objects_well_below_the_limit_of_etcd(self) -> None:
        sizes = {name: len(str(rule_spec(rules))) for name, rules in _sets().items()}
        assert max(sizes.values()) < 500_000


class TestLimits:
    def test_are_those_of_the_settings(self) -> None:
        alerts = _alerts(_sets(rules={"waitingPerPod": 7, "kvCacheUsage": 0.8}))
        assert "> 7" in alerts["LLMDRequestsQueue"].expr
        assert "> 0.8" in alerts["LLMDKvCacheFull"].expr

    def test_of_memory_are_the_limit_of_prometheus(self) -> None:
        assert f"/ {8 * 2**30} " in _alerts(_sets())["LLMDPrometheusMemory"].expr

    @pytest.mark.parametrize(("hours", "days"), [(87600, 21), (24, 0.2333)])
    def test_of_the_certificate_lie_after_the_update_that_renews_it(
        self, hours: int, days: float
    ) -> None:
        alert = _alerts(_sets(tls={"validityHours": hours}))["LLMDCertificateEnds"]
        assert f"< {days:g}" in alert.expr


class TestLinks:
    def test_lead_to_the_runbook_and_to_grafana_that_the_settings_name(self) -> None:
        named: dict[str, Any] = {
            "runbookUrl": "https://wiki.test/runbook",
            "grafanaUrl": "https://grafana.test/",
        }
        annotations = _alerts(_sets(rules=named))["LLMDKvCacheFull"].annotations
        assert annotations["runbook_url"] == "https://wiki.test/runbook#llmdkvcachefull"
        assert annotations["dashboard_url"].startswith("https://grafana.test/d/llmd-performance?")

    def test_lead_to_dashboards_that_there_are(self) -> None:
        assert {board.value for board in Dashboard} <= {board.uid for board in BOARDS}

    def test_set_only_variables_that_the_dashboard_has(self) -> None:
        known = {board.uid: {v.name for v in board.variables} for board in BOARDS}
        for alert in _alerts(rule_sets_with_grafana()).values():
            address = alert.annotations["dashboard_url"]
            uid = address.partition("/d/")[2].partition("?")[0]
            set_ = {part.partition("=")[0] for part in address.split("var-")[1:]}
            assert set_ <= known[uid], alert.alert


def rule_sets_with_grafana() -> dict[str, RuleSet]:
    return {rules.name: rules for rules in rule_sets(Settings(), grafana_url="https://g.test")}


class TestTheCertificate:
    def test_is_told_by_a_rule(self) -> None:
        (group,) = rule_spec(certificate_rule("prometheus-web-tls", 2085307200.0))["groups"]
        assert group["rules"] == [
            {
                "record": "llmd:certificate_expiry:timestamp",
                "expr": "vector(2085307200)",
                "labels": {"secret": "prometheus-web-tls"},
            }
        ]


class TestQuantities:
    @pytest.mark.parametrize(
        ("text", "amount"),
        [("8Gi", 8 * 2**30), ("500M", 5e8), ("1.5Ki", 1536), ("1024", 1024), ("2000m", 2)],
    )
    def test_are_read_as_bytes(self, text: str, amount: float) -> None:
        assert in_bytes(text) == amount

    @pytest.mark.parametrize("text", ["", "Gi", "8GB", "-1Gi"])
    def test_that_are_none_are_refused(self, text: str) -> None:
        with pytest.raises(ValueError, match="no Kubernetes quantity"):
            in_bytes(text)


class TestBudgets:
    @pytest.mark.parametrize(
        ("retention", "window"),
        [("15d", "15d"), ("1w2d", "9d"), ("90d", "30d"), ("1w2d1h", "217h")],
    )
    def test_are_summed_up_over_what_is_kept(self, retention: str, window: str) -> None:
        (budget,) = budgets(_sets(prometheus={"retention": retention}))
        assert f"[{window}]" in budget.expr

    def test_are_summed_up_over_their_period_where_others_keep_the_samples(self) -> None:
        (budget,) = budgets(_sets(platform="gke", gke={"projectId": "our-project"}))
        assert "[30d]" in budget.expr

    def test_are_recorded_over_no_window_that_is_longer_than_samples_are_kept(self) -> None:
        without = {"alerts": ["availability"]}
        sets = _sets(prometheus={"retention": "36h"}, rules=without)
        recorded = {
            rule.record
            for group in sets["llmd-recording-slo"].groups
            for rule in group.rules
            if isinstance(rule, Recording)
        }
        assert "llmd:slo_bad:ratio_rate1d" in recorded
        assert "llmd:slo_bad:ratio_rate3d" not in recorded
        (budget,) = budgets(sets)
        assert "[36h]" in budget.expr

    def test_of_a_short_period_do_not_burn_at_the_even_pace(self) -> None:
        alert = _alerts(_sets(slo={"periodDays": 7}))["LLMDAvailabilityBudgetBurnsSlowly"]
        assert "> on (namespace, model, slo) (1 * (1 - llmd:slo_objective:ratio" in alert.expr


def budgets(sets: dict[str, RuleSet]) -> list[Recording]:
    """Returns the rules that record what is left of budgets."""
    return [
        rule
        for group in sets["llmd-recording-slo"].groups
        for rule in group.rules
        if isinstance(rule, Recording) and rule.record == "llmd:slo_budget_remaining:ratio"
    ]


class TestDurations:
    @pytest.mark.parametrize(
        ("text", "seconds"),
        [("15d", 1_296_000), ("1h30m", 5400), ("1y", 31_536_000), ("5ms", 0.005)],
    )
    def test_are_read_as_seconds(self, text: str, seconds: float) -> None:
        assert in_seconds(text) == seconds
