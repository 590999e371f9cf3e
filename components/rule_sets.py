"""Which rules a stack gets, as named sets of groups; pure functions of the settings."""

from dataclasses import dataclass
from typing import Final

from components.settings import Settings
from components.settings.quantity import in_bytes
from components.settings.slo import ModelSloSettings, SloSettings
from rules import alerts, recording
from rules.alerts.definition import AlertArgs, Limits, Links
from rules.duration import in_seconds
from rules.objectives import LatencyObjective, Objectives, ObjectivesByModel
from rules.rule import Group, Recording

_FILE: Final = "docs/runbook.md"
_DAYS_BEFORE_END: Final = 21
_HOURS_A_DAY: Final = 24
_HOUR_SECONDS: Final = 3600


@dataclass(frozen=True, kw_only=True)
class RuleSet:
    """Groups that become one object.

    Attributes:
        name: Name of the object.
        groups: Its groups.
    """

    name: str
    groups: tuple[Group, ...]


def rule_sets(
    settings: Settings, *, grafana_url: str = "", own_prometheus: bool = True
) -> tuple[RuleSet, ...]:
    """Returns all rules that the settings ask for.

    Args:
        settings: The settings.
        grafana_url: Where people find Grafana, unless the settings say; empty without one.
        own_prometheus: Whether this program runs Prometheus; alerts on it are pointless elsewhere.
    """
    kept = settings.kept_samples
    objectives = objectives_of(settings.slo, kept.retention if kept else None)
    args = alert_args(settings, objectives, grafana_url)
    recordings = (
        RuleSet(name=f"llmd-recording-{area}", groups=recording.AREAS[area](objectives))
        for area in settings.rules.recording
    )
    watched = (area for area in settings.rules.alerts if own_prometheus or area != "stack")
    firing = (
        RuleSet(name=f"llmd-alerts-{area}", groups=(alerts.group_of(args, area),))
        for area in watched
    )
    return tuple(made for made in (*recordings, *firing) if any(g.rules for g in made.groups))


def certificate_rule(secret: str, end: float) -> RuleSet:
    """Returns the rule that records when the stack's certificate ends.

    Nothing exposes it: Prometheus tells nothing of the certificate that it serves.

    Args:
        secret: Secret that holds the certificate.
        end: Its end, in seconds since 1970.
    """
    recorded = Recording(
        record="llmd:certificate_expiry:timestamp",
        expr=f"vector({end:.0f})",
        labels={"secret": secret},
    )
    return RuleSet(
        name="llmd-recording-certificate",
        groups=(Group(name="llmd-certificate", rules=(recorded,), interval="1m"),),
    )


def alert_args(
    settings: Settings, objectives: ObjectivesByModel, grafana_url: str = ""
) -> AlertArgs:
    """Returns what alerts depend on."""
    memory = settings.prometheus.resources.limits.memory
    return AlertArgs(
        namespace=settings.namespace,
        objectives=objectives,
        limits=Limits(
            waiting_per_pod=settings.rules.waiting_per_pod,
            kv_cache_usage=settings.rules.kv_cache_usage,
            certificate_days=_days_before_end(settings),
            memory_bytes=in_bytes(memory) if memory else 0,
        ),
        links=Links(
            grafana_url=settings.rules.grafana_url or grafana_url,
            runbook_url=settings.rules.runbook_url or _FILE,
        ),
        silenced=settings.rules.silenced,
    )


def _days_before_end(settings: Settings) -> float:
    """An update renews the certificate before; the alert says that none came, in a part of that time."""
    return min(_DAYS_BEFORE_END, settings.tls.renewal_window_hours * 0.7 / _HOURS_A_DAY)


def objectives_of(slo: SloSettings, retention: str | None = None) -> ObjectivesByModel:
    """Returns objectives in the form of the rules.

    Args:
        slo: The settings.
        retention: How long samples are kept; None where somebody else decides that.
    """
    return ObjectivesByModel(
        default=_objectives(slo.default),
        models=tuple((own.model, _objectives(own.objectives)) for own in slo.models),
        period_days=slo.period_days,
        kept_hours=None if retention is None else int(in_seconds(retention) // _HOUR_SECONDS),
    )


def _objectives(slo: ModelSloSettings) -> Objectives:
    return Objectives(
        availability=slo.availability,
        ttft=LatencyObjective(share=slo.ttft.share, seconds=slo.ttft.seconds),
        inter_token=LatencyObjective(share=slo.inter_token.share, seconds=slo.inter_token.seconds),
    )
