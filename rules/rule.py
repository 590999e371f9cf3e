"""Recording and alerting rules, and groups of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Recording:
    """A rule that records a series.

    Attributes:
        record: Name of the series.
        expr: What is recorded.
        labels: Labels with fixed values.
    """

    record: str
    expr: str
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Alert:
    """A rule that fires.

    Attributes:
        alert: Its name.
        expr: Fires for each series of it.
        hold: How long it must have been true first, a duration such as `5m`.
        keep: How long it goes on firing after it was true last; empty: not at all.
        labels: Labels besides those of the expression.
        annotations: Texts for people.
    """

    alert: str
    expr: str
    hold: str
    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    keep: str = ""


@dataclass(frozen=True, kw_only=True)
class Group:
    """Rules that are evaluated one after the other; a later one sees what the earlier ones recorded.

    Attributes:
        name: Its name, unique in the stack.
        rules: The rules.
        interval: Time between evaluations; less than Prometheus' 5 minutes of lookback.
    """

    name: str
    rules: tuple[Recording | Alert, ...]
    interval: str = "30s"


def group_object(group: Group) -> dict[str, Any]:
    """Returns a group in the form of rule files and PrometheusRule objects."""
    return {
        "name": group.name,
        "interval": group.interval,
        "rules": [_rule_object(rule) for rule in group.rules],
    }


def _rule_object(rule: Recording | Alert) -> dict[str, Any]:
    if isinstance(rule, Recording):
        text: dict[str, Any] = {"record": rule.record, "expr": rule.expr}
        if rule.labels:
            text["labels"] = dict(rule.labels)
        return text
    text = {"alert": rule.alert, "expr": rule.expr, "for": rule.hold}
    if rule.keep:
        text["keep_firing_for"] = rule.keep
    return {**text, "labels": dict(rule.labels), "annotations": dict(rule.annotations)}
