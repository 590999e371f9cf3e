"""More work than capacity."""

from collections.abc import Iterator

from rules.alerts.definition import PERCENTAGE, VALUE, AlertArgs, Dashboard, Definition, Severity


def definitions(args: AlertArgs) -> Iterator[Definition]:
    """Returns the alerts."""
    limits = args.limits
    yield Definition(
        name="LLMDRequestsQueue",
        expr="avg by (namespace, model, role) (llmd:requests_waiting_capacity:sum) "
        f"> {limits.waiting_per_pod:g}",
        hold="10m",
        severity=Severity.WARNING,
        summary="Requests queue at the model servers",
        description="On the {{ $labels.role }} pods of {{ $labels.model }} in {{ $labels.namespace }} "
        f"{VALUE} requests wait for capacity on average.",
        dashboard=Dashboard.SATURATION,
        variables=("namespace", "model"),
    )
    yield Definition(
        name="LLMDKvCacheFull",
        expr=f"llmd:kv_cache_usage:max > {limits.kv_cache_usage:g}",
        hold="10m",
        severity=Severity.WARNING,
        summary="A KV cache is full",
        description=f"The KV cache of pod {{{{ $labels.pod }}}} ({{{{ $labels.model }}}}, {{{{ $labels.role }}}}) in "
        f"{{{{ $labels.namespace }}}} has been {PERCENTAGE} full for 10 minutes.",
        dashboard=Dashboard.PERFORMANCE,
        variables=("namespace", "model", "pod"),
    )
    yield Definition(
        name="LLMDPreemptions",
        expr="sum by (namespace, model, role, pod) (llmd:preemptions:rate5m) > 0.1",
        hold="10m",
        severity=Severity.WARNING,
        summary="A model server throws requests out of its batch",
        description="Pod {{ $labels.pod }} ({{ $labels.model }}) in {{ $labels.namespace }} preempts "
        f"{VALUE} requests a second for lack of KV cache; their work is done again.",
        dashboard=Dashboard.SATURATION,
        variables=("namespace", "model", "pod"),
    )
    yield Definition(
        name="LLMDPoolSaturated",
        expr='min_over_time(llmd:pool_saturation:max{stage="effective"}[10m]) >= 1 '
        "and on (namespace, job, pool) (llmd:pool_ready_endpoints:max > 0)",
        hold="5m",
        severity=Severity.WARNING,
        summary="A pool is saturated",
        description="Pool {{ $labels.pool }} in {{ $labels.namespace }} was saturated all the time for 15 minutes "
        f"(at least {VALUE}; 1 closes the gate).",
        dashboard=Dashboard.GATEWAY,
        variables=("namespace", "job"),
    )
    yield Definition(
        name="LLMDRequestsRejected",
        expr="sum by (namespace, job, model) "
        '(llmd:epp_errors:rate5m{error_code="ResourceExhausted"}) > 0.05',
        hold="5m",
        severity=Severity.WARNING,
        summary="The gateway refuses requests for overload",
        description="{{ $labels.job }} in {{ $labels.namespace }} refuses "
        f"{VALUE} requests a second for {{{{ $labels.model }}}} with status 429.",
        dashboard=Dashboard.GATEWAY,
        variables=("namespace", "job", "model"),
    )
    yield Definition(
        name="LLMDModelServersReject",
        expr="sum by (namespace, model) (llmd:admission_rejections:rate5m) > 0.05",
        hold="5m",
        severity=Severity.WARNING,
        summary="Model servers refuse requests",
        description="The servers of {{ $labels.model }} in {{ $labels.namespace }} refuse "
        f"{VALUE} requests a second by their admission limits.",
        dashboard=Dashboard.SATURATION,
        variables=("namespace", "model"),
    )
    yield Definition(
        name="LLMDGatewayQueueFull",
        expr="llmd:flow_control_capacity_usage:max > 0.9",
        hold="5m",
        severity=Severity.WARNING,
        summary="The gateway's queue is nearly full",
        description="The queue of pool {{ $labels.pool }} in {{ $labels.namespace }} is at "
        f"{PERCENTAGE} of its limit of {{{{ $labels.resource }}}}.",
        dashboard=Dashboard.GATEWAY,
        variables=("namespace", "job"),
    )
    yield Definition(
        name="LLMDPrefixCacheCollapsed",
        expr="llmd:prefix_cache_hit:ratio_rate5m < 0.5 * "
        "(avg_over_time(llmd:prefix_cache_hit:ratio_rate5m[1h] offset 1h) > 0.2) "
        "and on (namespace, model, server) (sum by (namespace, model, server) "
        "(llmd:prefix_cache_queries:rate5m) > 10)",
        hold="15m",
        severity=Severity.WARNING,
        summary="The prefix cache finds much less than before",
        description=f"{PERCENTAGE} of the prompt tokens of {{{{ $labels.model }}}} in {{{{ $labels.namespace }}}} are "
        "found in the prefix cache, less than half of the share an hour before.",
        dashboard=Dashboard.PERFORMANCE,
        variables=("namespace", "model"),
    )
    yield Definition(
        name="LLMDGpuFault",
        expr="max by (Hostname, gpu) (DCGM_FI_DEV_XID_ERRORS > 0 "
        "and changes(DCGM_FI_DEV_XID_ERRORS[15m]) > 0)",
        hold="0m",
        keep="15m",
        severity=Severity.WARNING,
        summary="A GPU reports a fault",
        description=f"GPU {{{{ $labels.gpu }}}} of {{{{ $labels.Hostname }}}} reports XID error {VALUE}.",
        dashboard=Dashboard.GPU,
    )
