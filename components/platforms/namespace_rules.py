"""Rules in the namespaces of the models, for platforms whose Prometheus keeps each rule to its own namespace.

OpenShift adds the namespace of a rule to each of its selectors, as Google does for `Rules`. What the rules record
keeps `namespace`, so dashboards see no difference. Rules on series of other namespaces, those of GPUs and the
autoscaler, would see nothing there: on GKE they are `ClusterRules`; OpenShift has no such kind for users, so they are
left out.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from components.labels import common_labels
from components.monitors.manifest import Manifest, Monitoring, manifest
from components.names import Names
from components.prometheus_rules import rule_spec
from components.rule_sets import RuleSet, rule_sets
from components.settings import Settings
from rules.gmp import Converted, cluster_rules, namespaced_rules
from rules.reach import stays_in_namespace
from rules.rule import Alert, Recording

RulesOf = Callable[[str], tuple[Manifest, ...]]
"""Gives the rules of a namespace."""

_EVALUATED_WHERE_SCRAPED: Final = {
    "openshift.io/prometheus-rule-evaluation-scope": "leaf-prometheus"
}
"""Prometheus evaluates the rule itself, instead of Thanos Ruler over the whole cluster."""


def openshift_rules(settings: Settings, names: Names) -> RulesOf:
    """Returns the rules of user workload monitoring."""
    sets = tuple(_where(stays_in_namespace, settings, names))
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
    """Returns the rules of Google Managed Prometheus that see one namespace."""
    sets = tuple(_where(stays_in_namespace, settings, names))
    labels = common_labels(names.release, "rules")
    return lambda namespace: tuple(
        namespaced_rules(made.name, namespace, made.groups, labels).manifest for made in sets
    )


def google_cluster_rules(settings: Settings, names: Names) -> tuple[Manifest, ...]:
    """Returns the rules of Google Managed Prometheus that see a whole cluster.

    None needs `GlobalRules`, which see all clusters of a project: what they record has lost its cluster, and each
    cluster's stack would record it again.
    """
    return tuple(converted.manifest for converted in _of_the_cluster(settings, names))


def lost_at_google(settings: Settings, names: Names) -> tuple[str, ...]:
    """Returns what rules lose on their way into Google's form, for people."""
    of_namespaces = (
        namespaced_rules(made.name, "", made.groups, {})
        for made in _where(stays_in_namespace, settings, names)
    )
    converted = (*of_namespaces, *_of_the_cluster(settings, names))
    return tuple(sorted(text for one in converted for text in one.lost))


def with_rules(made: Monitoring, rules: tuple[Manifest, ...]) -> Monitoring:
    """Adds rules to what a namespace needs."""
    return Monitoring(access=made.access, monitors=(*made.monitors, *rules))


def _of_the_cluster(settings: Settings, names: Names) -> tuple[Converted, ...]:
    labels = common_labels(names.release, "rules")
    sets = _where(lambda rule: not stays_in_namespace(rule), settings, names)
    return tuple(cluster_rules(made.name, made.groups, labels) for made in sets)


def _where(
    wanted: Callable[[Recording | Alert], bool], settings: Settings, names: Names
) -> Iterator[RuleSet]:
    """Yields the sets with the rules that are wanted, without sets and groups that have none."""
    grafana_url = names.grafana_url if settings.grafana.enabled else ""
    for made in rule_sets(settings, grafana_url=grafana_url, own_prometheus=False):
        groups = (replace(group, rules=tuple(filter(wanted, group.rules))) for group in made.groups)
        if kept := tuple(group for group in groups if group.rules):
            yield RuleSet(name=made.name, groups=kept)
