"""The monitoring itself: what is broken here hides everything else."""

from collections.abc import Iterator

from rules.alerts.definition import (
    DURATION,
    PERCENTAGE,
    VALUE,
    AlertArgs,
    Dashboard,
    Definition,
    Severity,
)
from rules.promql import TARGET

_TARGET = ", ".join(TARGET)
_DROPPED = (
    "prometheus_target_scrapes_sample_out_of_order_total",
    "prometheus_target_scrapes_sample_duplicate_timestamp_total",
    "prometheus_target_scrapes_sample_out_of_bounds_total",
    "prometheus_target_scrapes_exceeded_sample_limit_total",
)


def definitions(args: AlertArgs) -> Iterator[Definition]:
    """Returns the alerts."""
    yield from _certificate(args)
    yield from _rules()
    yield from _samples()
    yield from _room(args)
    yield from _delivery()


def _certificate(args: AlertArgs) -> Iterator[Definition]:
    yield Definition(
        name="LLMDCertificateEnds",
        expr="(llmd:certificate_expiry:timestamp - time() > 0) "
        f"< {args.limits.certificate_days:g} * 86400",
        hold="10m",
        severity=Severity.WARNING,
        summary="The certificate of the monitoring ends soon",
        description="The certificate in Secret {{ $labels.secret }} ends in "
        f"{DURATION}; the next update renews it.",
        dashboard=Dashboard.STACK,
    )
    yield Definition(
        name="LLMDCertificateEnded",
        expr="time() - llmd:certificate_expiry:timestamp >= 0",
        hold="0m",
        severity=Severity.CRITICAL,
        summary="The certificate of the monitoring has ended",
        description="The certificate in Secret {{ $labels.secret }} ended "
        f"{DURATION} ago: clients refuse Prometheus.",
        dashboard=Dashboard.STACK,
    )


def _rules() -> Iterator[Definition]:
    yield Definition(
        name="LLMDRulesFail",
        expr="sum by (namespace, pod, rule_group) "
        "(increase(prometheus_rule_evaluation_failures_total[5m])) > 0",
        hold="10m",
        severity=Severity.WARNING,
        summary="Rules fail",
        description="Rules of {{ $labels.rule_group }} failed "
        f"{VALUE} times in 5 minutes on {{{{ $labels.pod }}}}: recorded series or alerts are missing.",
        dashboard=Dashboard.STACK,
    )
    yield Definition(
        name="LLMDRulesLate",
        expr="sum by (namespace, pod, rule_group) "
        "(increase(prometheus_rule_group_iterations_missed_total[10m])) > 0",
        hold="15m",
        severity=Severity.WARNING,
        summary="Rules are not evaluated in time",
        description="Group {{ $labels.rule_group }} was left out "
        f"{VALUE} times in 10 minutes on {{{{ $labels.pod }}}}.",
        dashboard=Dashboard.STACK,
    )


def _samples() -> Iterator[Definition]:
    by_reason = " or ".join(
        f'label_replace(rate({name}[5m]), "reason", "{_reason(name)}", "", "")' for name in _DROPPED
    )
    yield Definition(
        name="LLMDSamplesDropped",
        expr=f"sum by (namespace, pod, reason) ({by_reason}) > 0",
        hold="10m",
        severity=Severity.WARNING,
        summary="Prometheus drops samples",
        description=f"{{{{ $labels.pod }}}} drops {VALUE} scraped samples or scrapes a second "
        "({{ $labels.reason }}).",
        dashboard=Dashboard.STACK,
    )
    yield Definition(
        name="LLMDRemoteWriteFails",
        expr="sum by (namespace, pod, remote_name) "
        '(label_replace(rate(prometheus_remote_storage_samples_failed_total[5m]), "reason", "refused", "", "") '
        "or rate(prometheus_remote_storage_samples_dropped_total[5m])) > 0",
        hold="15m",
        severity=Severity.WARNING,
        summary="Samples don't reach the long-term store",
        description=f"{VALUE} samples a second don't reach {{{{ $labels.remote_name }}}}.",
        dashboard=Dashboard.STACK,
    )


def _reason(name: str) -> str:
    return name.removeprefix("prometheus_target_scrapes_").removesuffix("_total")


def _room(args: AlertArgs) -> Iterator[Definition]:
    if args.limits.memory_bytes:
        used = (
            f'max by (namespace, pod) (container_memory_working_set_bytes{{namespace="{args.namespace}", '
            'container="prometheus"}) or max by (namespace, pod) '
            f'(process_resident_memory_bytes{{namespace="{args.namespace}"}} '
            f"and on ({_TARGET}) prometheus_build_info)"
        )
        yield Definition(
            name="LLMDPrometheusMemory",
            expr=f"({used}) / {args.limits.memory_bytes:.0f} > 0.9",
            hold="15m",
            severity=Severity.WARNING,
            summary="Prometheus is close to its memory limit",
            description=f"{{{{ $labels.pod }}}} uses {PERCENTAGE} of its memory limit.",
            dashboard=Dashboard.STACK,
        )
    yield Definition(
        name="LLMDPrometheusDisk",
        expr="kubelet_volume_stats_available_bytes"
        f'{{namespace="{args.namespace}", persistentvolumeclaim=~"prometheus-.*"}} '
        "/ kubelet_volume_stats_capacity_bytes < 0.1",
        hold="15m",
        severity=Severity.WARNING,
        summary="Prometheus is close to the end of its disk",
        description=f"Volume {{{{ $labels.persistentvolumeclaim }}}} has {PERCENTAGE} of its room left.",
        dashboard=Dashboard.STACK,
    )


def _delivery() -> Iterator[Definition]:
    yield Definition(
        name="LLMDConfigurationRefused",
        expr="max by (namespace, pod) (prometheus_config_last_reload_successful == 0 "
        "or alertmanager_config_last_reload_successful == 0)",
        hold="10m",
        severity=Severity.WARNING,
        summary="A new configuration was refused",
        description=f"{{{{ $labels.pod }}}} runs on its former configuration (success is {VALUE}).",
        dashboard=Dashboard.STACK,
    )
    yield Definition(
        name="LLMDMonitorsRefused",
        expr="sum by (namespace, resource) "
        '(prometheus_operator_managed_resources{state="rejected"}) > 0',
        hold="10m",
        severity=Severity.WARNING,
        summary="The operator refuses monitors or rules",
        description=f"{VALUE} objects of kind {{{{ $labels.resource }}}} are refused: what they ask for isn't scraped "
        "or evaluated.",
        dashboard=Dashboard.STACK,
    )
    yield Definition(
        name="LLMDAlertsUndelivered",
        expr="sum by (namespace, pod) (rate(prometheus_notifications_dropped_total[5m])) > 0",
        hold="10m",
        severity=Severity.CRITICAL,
        summary="Alerts don't reach Alertmanager",
        description=f"{{{{ $labels.pod }}}} drops {VALUE} alerts a second.",
        dashboard=Dashboard.STACK,
    )
    yield Definition(
        name="LLMDNotificationsFail",
        expr="sum by (namespace, integration) "
        "(rate(alertmanager_notifications_failed_total[5m])) > 0",
        hold="10m",
        severity=Severity.CRITICAL,
        summary="Alertmanager can't notify",
        description=f"{VALUE} notifications a second over {{{{ $labels.integration }}}} fail.",
        dashboard=Dashboard.STACK,
    )
