"""Rules for Google Managed Prometheus.

https://cloud.google.com/stackdriver/docs/managed-prometheus/rules-managed: `ClusterRules` see the series of one
cluster, `Rules` those of one namespace. Google adds the labels of that scope to each selector and each result, and
refuses a rule that sets one of them. Alerts know no `keep_firing_for`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from rules.rule import Alert, Group, Recording, group_object

API_VERSION: Final = "monitoring.googleapis.com/v1"


@dataclass(frozen=True, kw_only=True)
class Converted:
    """Rules in Google's form.

    Attributes:
        manifest: The object.
        lost: What was left out, and where, for people.
    """

    manifest: dict[str, Any]
    lost: tuple[str, ...]


def cluster_rules(name: str, groups: Sequence[Group], labels: Mapping[str, str]) -> Converted:
    """Returns rules over the series of a cluster.

    Args:
        name: Name of the object.
        groups: The rules.
        labels: Labels of the object.
    """
    return _converted("ClusterRules", {"name": name, "labels": dict(labels)}, groups)


def namespaced_rules(
    name: str, namespace: str, groups: Sequence[Group], labels: Mapping[str, str]
) -> Converted:
    """Returns rules over the series of one namespace; Google adds the namespace to every selector.

    Args:
        name: Name of the object.
        namespace: Its namespace.
        groups: The rules.
        labels: Labels of the object.
    """
    metadata = {"name": name, "namespace": namespace, "labels": dict(labels)}
    return _converted("Rules", metadata, groups)


def _converted(kind: str, metadata: dict[str, Any], groups: Sequence[Group]) -> Converted:
    lost = tuple(
        f"{rule.alert}: keep_firing_for {rule.keep}"
        for group in groups
        for rule in group.rules
        if isinstance(rule, Alert) and rule.keep
    )
    plain = [
        replace(group, rules=tuple(_without_keeping(rule) for rule in group.rules))
        for group in groups
    ]
    manifest = {
        "apiVersion": API_VERSION,
        "kind": kind,
        "metadata": metadata,
        "spec": {"groups": [group_object(group) for group in plain]},
    }
    return Converted(manifest=manifest, lost=lost)


def _without_keeping(rule: Recording | Alert) -> Recording | Alert:
    return replace(rule, keep="") if isinstance(rule, Alert) else rule
