"""What a stack watches."""

from typing import Any

import pytest

from components.scope import scope_labels, scope_values
from components.settings import Settings

LABEL = {"monitoring-ns": "team"}


def individual(**settings: Any) -> Settings:  # noqa: ANN401 - any setting
    return Settings.model_validate({"mode": "individual", "namespace": "team", **settings})


class TestCentral:
    def test_stack_has_no_label_and_changes_no_value(self) -> None:
        assert scope_labels(Settings()) == {}
        assert scope_values(Settings()) == {}


class TestIndividual:
    def test_stack_is_known_by_its_namespace(self) -> None:
        assert scope_labels(individual()) == LABEL

    @pytest.mark.parametrize(
        "kind", ["serviceMonitor", "podMonitor", "probe", "rule", "scrapeConfig"]
    )
    def test_stack_takes_what_carries_its_label_in_namespaces_that_do(self, kind: str) -> None:
        spec = scope_values(individual())["prometheus"]["prometheusSpec"]
        assert spec[f"{kind}Selector"] == {"matchLabels": LABEL}
        assert spec[f"{kind}NamespaceSelector"] == {"matchLabels": LABEL}

    def test_stack_labels_the_monitors_and_rules_of_its_own_chart(self) -> None:
        values = scope_values(individual())
        assert values["commonLabels"] == LABEL
        assert values["grafana"]["serviceMonitor"]["labels"] == LABEL
        for exporter in ("kube-state-metrics", "prometheus-node-exporter"):
            assert values[exporter]["prometheus"]["monitor"]["additionalLabels"] == LABEL

    def test_operator_manages_its_own_namespace_only(self) -> None:
        operator = scope_values(individual())["prometheusOperator"]
        assert operator == {
            "prometheusInstanceNamespaces": ["team"],
            "alertmanagerInstanceNamespaces": ["team"],
            "thanosRulerInstanceNamespaces": ["team"],
        }

    def test_operator_that_exists_is_not_told_anything(self) -> None:
        assert "prometheusOperator" not in scope_values(
            individual(operator={"install": "existing"})
        )

    def test_grafana_shows_its_own_dashboards_only(self) -> None:
        grafana = scope_values(individual())["grafana"]
        assert grafana["sidecar"]["dashboards"]["searchNamespace"] == "team"

    def test_parts_that_are_off_stay_untouched(self) -> None:
        off = {"enabled": False}
        exporters = {"node": False, "kubeState": False}
        settings = individual(grafana=off, alertmanager=off, exporters=exporters)
        assert set(scope_values(settings)) == {"commonLabels", "prometheus", "prometheusOperator"}
