"""What an alert is made of, and how it becomes a rule with links."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from rules.objectives import ObjectivesByModel
from rules.rule import Alert

VALUE: Final = "{{ $value | humanize }}"
"""The current value in a description."""
PERCENTAGE: Final = "{{ $value | humanizePercentage }}"
"""The current value of a ratio."""
DURATION: Final = "{{ $value | humanizeDuration }}"
"""The current value in seconds."""


class Severity(StrEnum):
    """Who must act when."""

    CRITICAL = "critical"
    """Now: users are affected, or soon will be."""
    WARNING = "warning"
    """Within the working day."""
    INFO = "info"
    """To be known; nobody is woken."""


class Dashboard(StrEnum):
    """Fixed uids of the dashboards that alerts lead to."""

    GATEWAY = "llmd-inference-gateway"
    SATURATION = "llmd-failure-saturation"
    PERFORMANCE = "llmd-performance"
    DRILLDOWN = "llmd-drilldown"
    DISAGGREGATION = "llmd-disaggregation"
    AUTOSCALING = "llmd-autoscaling"
    GPU = "llmd-gpu"
    SLO = "llmd-slo"
    STACK = "llmd-monitoring-stack"


@dataclass(frozen=True, kw_only=True)
class Definition:
    """One alert.

    Attributes:
        name: Its name; in lower case the anchor of its section in the runbook.
        expr: Fires for each series of it.
        hold: How long it must have been true first.
        severity: Who must act when.
        summary: What is wrong, in a few words.
        description: What is wrong, with the current value.
        dashboard: Where to look.
        variables: Variables of that dashboard to set from the labels of the same name.
        keep: How long it goes on firing after it was true last.
    """

    name: str
    expr: str
    hold: str
    severity: Severity
    summary: str
    description: str
    dashboard: Dashboard
    variables: tuple[str, ...] = ()
    keep: str = ""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """From where on something is too much.

    Attributes:
        waiting_per_pod: Requests that wait for capacity, mean over the pods of a model.
        kv_cache_usage: Share of a KV cache.
        certificate_days: Days before the end of the certificate.
        memory_bytes: Memory that Prometheus may use; 0 where that isn't known.
    """

    waiting_per_pod: float = 20
    kv_cache_usage: float = 0.95
    certificate_days: float = 21
    memory_bytes: float = 0


@dataclass(frozen=True, kw_only=True)
class Links:
    """Where the links of alerts lead.

    Attributes:
        grafana_url: Address of Grafana; empty without one.
        runbook_url: Address of the runbook, without an anchor.
    """

    grafana_url: str = ""
    runbook_url: str = "docs/runbook.md"


@dataclass(frozen=True, kw_only=True)
class AlertArgs:
    """All that alerts depend on.

    Attributes:
        objectives: What is promised for each model.
        limits: From where on something is too much.
        links: Where links lead.
        namespace: Namespace of the monitoring stack.
        silenced: Names of alerts to leave out.
    """

    namespace: str = "llm-d-monitoring"
    objectives: ObjectivesByModel = field(default_factory=ObjectivesByModel)
    limits: Limits = field(default_factory=Limits)
    links: Links = field(default_factory=Links)
    silenced: Sequence[str] = ()


def anchor(name: str) -> str:
    """The anchor of an alert's section, as GitHub makes it of a heading."""
    return name.lower()


def rule(definition: Definition, links: Links) -> Alert:
    """Returns an alert as a rule."""
    annotations = {"summary": definition.summary, "description": definition.description}
    if links.grafana_url:
        annotations["dashboard_url"] = _dashboard_url(definition, links.grafana_url)
    annotations["runbook_url"] = f"{links.runbook_url}#{anchor(definition.name)}"
    return Alert(
        alert=definition.name,
        expr=definition.expr,
        hold=definition.hold,
        keep=definition.keep,
        labels={"severity": definition.severity.value},
        annotations=annotations,
    )


def _dashboard_url(definition: Definition, grafana_url: str) -> str:
    chosen = "&".join(
        f"var-{variable}={{{{ $labels.{variable} | urlquery }}}}"
        for variable in definition.variables
    )
    address = f"{grafana_url.rstrip('/')}/d/{definition.dashboard.value}"
    return f"{address}?{chosen}" if chosen else address
