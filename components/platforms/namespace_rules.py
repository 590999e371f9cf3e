"""Rules in the namespaces of the models, for platforms whose Prometheus keeps each rule to its own namespace.

OpenShift adds the namespace of a rule to each of its selectors, as Google does for `Rules`. What the rules record
keeps `namespace`, so dashboards see no difference. Series of other namespaces, those of GPUs and the autoscaler,
are out of their reach.
"""

from collections.abc import Callable
from typing import Final

from components.labels import common_labels
from components.monitors.manifest import Manifest, Monitoring, manifest
from components.names import Names
from components.prometheus_rules import rule_spec
from components.rule_sets import RuleSet, rule_sets
from components.settings import Settings
from rules.gmp import namespaced_rules

RulesOf = Callable[[str], tuple[Manifest, ...]]
"""Gives the rules of a namespace."""

_ELSEWHERE: Final = ("llmd-recording-gpu", "llmd-recording-autoscaler", "llmd-alerts-autoscaler")
_EVALUATED_WHERE_SCRAPED: Final = {
    "openshift.io/prometheus-rule-evaluation-scope": "leaf-prometheus"
}
"""Prometheus evaluates the rule itself, instead of Thanos Ruler over the whole cluster."""


def openshift_rules(settings: Settings, names: Names) -> RulesOf:
    """Returns the rules of user workload monitoring."""
    sets = _sets(settings, names)
    labels = {**common_labels(names.release, "rules"), **_EVALUATED_WHERE_SCRAPED}
    return lambda namespace: tuple(
        manifest(
            "monitoring.coreos.com/v1",
            "PrometheusRule",
            made.name,
            namespace=namespace,
            labels=labels,
            spec=rule_spec(made),
        )
        for made in sets
    )


def google_rules(settings: Settings, names: Names) -> RulesOf:
    """Returns the rules of Google Managed Prometheus."""
    sets = _sets(settings, names)
    labels = common_labels(names.release, "rules")
    return lambda namespace: tuple(
        namespaced_rules(made.name, namespace, made.groups, labels).manifest for made in sets
    )


def lost_at_google(settings: Settings, names: Names) -> tuple[str, ...]:
    """Returns what rules lose on their way into Google's form, for people."""
    return tuple(
        text
        for made in _sets(settings, names)
        for text in namespaced_rules(made.name, "", made.groups, {}).lost
    )


def with_rules(made: Monitoring, rules: tuple[Manifest, ...]) -> Monitoring:
    """Adds rules to what a namespace needs."""
    return Monitoring(access=made.access, monitors=(*made.monitors, *rules))


def _sets(settings: Settings, names: Names) -> tuple[RuleSet, ...]:
    grafana_url = names.grafana_url if settings.grafana.enabled else ""
    every = rule_sets(settings, grafana_url=grafana_url, own_prometheus=False)
    return tuple(made for made in every if made.name not in _ELSEWHERE)
