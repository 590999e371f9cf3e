"""The way of a request: scheduler, transfer of KV data, streams from the proxy."""

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
from rules.promql import label_set, total, union
from rules.recording.slo import CALLERS_FAULTS


def definitions(_args: AlertArgs) -> Iterator[Definition]:
    """Returns the alerts."""
    yield Definition(
        name="LLMDKvTransferFailures",
        expr="sum by (namespace, model, transport, failure) "
        '(llmd:kv_transfer_failures:rate5m{failure!="late"}) > 0.02',
        hold="5m",
        severity=Severity.WARNING,
        summary="Transfers of KV data fail",
        description="KV data of {{ $labels.model }} in {{ $labels.namespace }} fail to move over "
        f"{{{{ $labels.transport }}}} ({{{{ $labels.failure }}}}): {VALUE} failures a second.",
        dashboard=Dashboard.DISAGGREGATION,
        variables=("namespace", "model"),
    )
    yield Definition(
        name="LLMDKvDataReadLate",
        expr="sum by (namespace, model, transport) "
        '(llmd:kv_transfer_failures:rate5m{failure="late"}) > 0',
        hold="0m",
        keep="15m",
        severity=Severity.CRITICAL,
        summary="KV data were read after they expired",
        description="KV data of {{ $labels.model }} in {{ $labels.namespace }} were read after their lease had ended "
        f"({VALUE} times a second): answers may be wrong.",
        dashboard=Dashboard.DISAGGREGATION,
        variables=("namespace", "model"),
    )
    yield Definition(
        name="LLMDKvTransferSlow",
        expr="histogram_quantile(0.95, sum by (namespace, model, transport, le) "
        "(llmd:kv_transfer_seconds_bucket:rate5m)) > 1",
        hold="10m",
        severity=Severity.WARNING,
        summary="Transfers of KV data are slow",
        description="One in twenty transfers of KV data of {{ $labels.model }} in {{ $labels.namespace }} over "
        f"{{{{ $labels.transport }}}} takes more than {DURATION}.",
        dashboard=Dashboard.DISAGGREGATION,
        variables=("namespace", "model"),
    )
    yield Definition(
        name="LLMDSchedulerSlow",
        expr="histogram_quantile(0.99, sum by (namespace, job, le) "
        "(llmd:scheduler_seconds_bucket:rate5m)) > 0.05",
        hold="10m",
        severity=Severity.WARNING,
        summary="The Endpoint Picker chooses slowly",
        description="One in a hundred decisions of {{ $labels.job }} in {{ $labels.namespace }} takes more than "
        f"{DURATION}; the histogram ends at 0.1 s.",
        dashboard=Dashboard.GATEWAY,
        variables=("namespace", "job"),
    )
    yield Definition(
        name="LLMDSchedulerFails",
        expr='sum by (namespace, job) (llmd:scheduler_attempts:rate5m{status="failure"}) '
        "/ (sum by (namespace, job) (llmd:scheduler_attempts:rate5m) > 0) > 0.05",
        hold="5m",
        severity=Severity.WARNING,
        summary="The Endpoint Picker finds no endpoint",
        description=f"{PERCENTAGE} of the decisions of {{{{ $labels.job }}}} in {{{{ $labels.namespace }}}} fail.",
        dashboard=Dashboard.GATEWAY,
        variables=("namespace", "job"),
    )
    yield Definition(
        name="LLMDGatewayStreamErrors",
        expr="sum by (namespace, job, code) "
        '(llmd:extproc_streams:rate5m{code!~"OK|Canceled"}) > 0.02',
        hold="10m",
        severity=Severity.WARNING,
        summary="Streams between proxy and Endpoint Picker fail",
        description="Streams to {{ $labels.job }} in {{ $labels.namespace }} end with {{ $labels.code }}, "
        f"{VALUE} a second.",
        dashboard=Dashboard.GATEWAY,
        variables=("namespace", "job"),
    )
    yield Definition(
        name="LLMDCallersMistaken",
        expr=f"{_mistaken_share()} > 0.2",
        hold="10m",
        severity=Severity.WARNING,
        summary="Many requests are the callers' mistakes",
        description=f"{PERCENTAGE} of the requests in {{{{ $labels.namespace }}}} are refused for what they ask: "
        "broken, out of the limits, or for a model that nobody serves. They spend no error budget.",
        dashboard=Dashboard.GATEWAY,
        variables=("namespace",),
    )


def _mistaken_share() -> str:
    """Requests that their callers are to blame for, of all; a model server sees none that the picker refused."""
    by = ("namespace",)
    unread = total(by, f'llmd:epp_errors:rate5m{{error_code=~"{CALLERS_FAULTS}"}}')
    answered = 'llmd:http_requests:rate5m{role!="prefill"'
    turned_away = total(by, f'{answered}, status="4xx"}}')
    mistaken = total(
        by, union(label_set(unread, "by", "gateway"), label_set(turned_away, "by", "server"))
    )
    received = union(total(by, "llmd:epp_requests_received:rate5m"), total(by, f"{answered}}}"))
    return f"{mistaken} / (({received}) > 0.02)"
