"""The workload-variant autoscaler."""

from collections.abc import Iterator

from rules.alerts.definition import VALUE, AlertArgs, Dashboard, Definition, Severity


def definitions(_args: AlertArgs) -> Iterator[Definition]:
    """Returns the alerts."""
    yield Definition(
        name="LLMDAutoscalerErrors",
        expr="sum by (job, component, error_type) (llmd:autoscaler_errors:rate5m) > 0.1",
        hold="5m",
        severity=Severity.WARNING,
        summary="The autoscaler fails",
        description="Component {{ $labels.component }} of the autoscaler has "
        f"{VALUE} errors {{{{ $labels.error_type }}}} a second.",
        dashboard=Dashboard.AUTOSCALING,
    )
    yield Definition(
        name="LLMDAutoscalerBlind",
        expr="sum by (query_type, reason) (rate(wva_metrics_collection_errors_total[5m])) > 0.05",
        hold="5m",
        severity=Severity.WARNING,
        summary="The autoscaler can't read its metrics",
        description="Queries {{ $labels.query_type }} of the autoscaler fail "
        f"{VALUE} times a second ({{{{ $labels.reason }}}}): it decides on old data.",
        dashboard=Dashboard.AUTOSCALING,
    )
    yield Definition(
        name="LLMDAutoscalerNotFollowed",
        expr="llmd:autoscaler_desired_replicas:max - llmd:autoscaler_current_replicas:max != 0",
        hold="30m",
        severity=Severity.WARNING,
        summary="A variant doesn't get the replicas that the autoscaler wants",
        description="Variant {{ $labels.variant }} in {{ $labels.namespace }} has been "
        f"{VALUE} replicas away from what the autoscaler wants for half an hour.",
        dashboard=Dashboard.AUTOSCALING,
        variables=("namespace", "variant"),
    )
    yield Definition(
        name="LLMDAutoscalerThrashes",
        expr="sum by (namespace, variant) (llmd:autoscaler_scalings:rate5m) > 0.03",
        hold="15m",
        severity=Severity.WARNING,
        summary="The autoscaler scales up and down all the time",
        description="Variant {{ $labels.variant }} in {{ $labels.namespace }} is scaled "
        f"{VALUE} times a second.",
        dashboard=Dashboard.AUTOSCALING,
        variables=("namespace", "variant"),
    )
