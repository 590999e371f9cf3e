"""Rules in the form of Google Managed Prometheus."""

from rules.alerts import groups
from rules.alerts.definition import AlertArgs
from rules.gmp import cluster_rules, namespaced_rules
from rules.rule import Alert, Group, Recording

_GROUP = Group(
    name="g",
    rules=(
        Recording(record="a:b:c", expr="vector(1)", labels={"x": "y"}),
        Alert(
            alert="Kept",
            expr="up == 0",
            hold="0m",
            keep="15m",
            labels={"severity": "warning"},
            annotations={"summary": "s"},
        ),
    ),
    interval="1m",
)


class TestRulesOfACluster:
    def test_have_no_namespace(self) -> None:
        made = cluster_rules("name", [_GROUP], {"a": "b"}).manifest
        assert made["apiVersion"] == "monitoring.googleapis.com/v1"
        assert made["kind"] == "ClusterRules"
        assert made["metadata"] == {"name": "name", "labels": {"a": "b"}}

    def test_keep_their_groups(self) -> None:
        (group,) = cluster_rules("name", [_GROUP], {}).manifest["spec"]["groups"]
        assert (group["name"], group["interval"]) == ("g", "1m")
        assert group["rules"][0] == {"record": "a:b:c", "expr": "vector(1)", "labels": {"x": "y"}}

    def test_do_not_hold_alerts_and_say_so(self) -> None:
        converted = cluster_rules("name", [_GROUP], {})
        alert = converted.manifest["spec"]["groups"][0]["rules"][1]
        assert "keep_firing_for" not in alert
        assert alert["alert"] == "Kept"
        assert converted.lost == ("Kept: keep_firing_for 15m",)

    def test_of_all_alerts_lose_nothing_else(self) -> None:
        lost = cluster_rules("name", groups(AlertArgs()), {}).lost
        assert lost
        assert all(": keep_firing_for " in text for text in lost)


class TestRulesOfANamespace:
    def test_are_in_it(self) -> None:
        made = namespaced_rules("name", "llm", [_GROUP], {}).manifest
        assert made["kind"] == "Rules"
        assert made["metadata"]["namespace"] == "llm"
