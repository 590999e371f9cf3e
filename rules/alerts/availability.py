"""Programs that are gone, or there and silent."""

from collections.abc import Iterator

from rules.alerts.definition import VALUE, AlertArgs, Dashboard, Definition, Severity
from rules.promql import TARGET, union

_TARGET = ", ".join(TARGET)
_SERVER_SIGNS = ("vllm:num_requests_running", "sglang:num_running_reqs")


def _servers() -> str:
    """`up` of model servers: our monitors set `role`; other targets are known by what they exposed within the hour."""
    signs = union(*(f"last_over_time({sign}[1h])" for sign in _SERVER_SIGNS))
    return (
        'up{role=~"decode|prefill|both"} or '
        f'(up{{role=""}} and on ({_TARGET}) group by ({_TARGET}) ({signs}))'
    )


_PICKER_SIGNS = (
    "llm_d_epp_ready_endpoints",
    "inference_pool_ready_pods",
    "llm_d_epp_info",
    "inference_extension_info",
)


def definitions(_args: AlertArgs) -> Iterator[Definition]:
    """Returns the alerts."""
    yield Definition(
        name="LLMDModelServerDown",
        expr=f"({_servers()}) == 0",
        hold="5m",
        severity=Severity.WARNING,
        summary="A model server can't be scraped",
        description="Pod {{ $labels.pod }} ({{ $labels.role }}) in {{ $labels.namespace }} has not answered a scrape "
        f"for 5 minutes (up is {VALUE}).",
        dashboard=Dashboard.DRILLDOWN,
        variables=("namespace", "pod"),
    )
    yield Definition(
        name="LLMDAllModelServersDown",
        expr=f"max by (namespace, job, role) ({_servers()}) == 0",
        hold="2m",
        severity=Severity.CRITICAL,
        summary="No model server of a group can be scraped",
        description="All {{ $labels.role }} pods of {{ $labels.job }} in {{ $labels.namespace }} have not answered a "
        f"scrape for 2 minutes (best up is {VALUE}).",
        dashboard=Dashboard.SATURATION,
        variables=("namespace",),
    )
    yield Definition(
        name="LLMDModelServerSilent",
        expr=f"({_servers()}) == 1 unless on ({_TARGET}) ({union(*_SERVER_SIGNS)})",
        hold="10m",
        severity=Severity.WARNING,
        summary="A model server answers scrapes without its metrics",
        description="Pod {{ $labels.pod }} in {{ $labels.namespace }} answers scrapes "
        f"(up is {VALUE}), but exposes no metric of vLLM or SGLang.",
        dashboard=Dashboard.DRILLDOWN,
        variables=("namespace", "pod"),
    )
    yield Definition(
        name="LLMDModelVanished",
        expr="count by (namespace, model) (llmd:requests_running:sum offset 1h) "
        "unless on (namespace, model) llmd:requests_running:sum",
        hold="5m",
        severity=Severity.WARNING,
        summary="A model is served no more",
        description="An hour ago {{ $labels.model }} in {{ $labels.namespace }} was served by "
        f"{VALUE} pods, now by none.",
        dashboard=Dashboard.SATURATION,
        variables=("namespace", "model"),
    )
    yield Definition(
        name="LLMDGatewayDown",
        expr=_picker_down(),
        hold="2m",
        severity=Severity.CRITICAL,
        summary="The Endpoint Picker is down",
        description="No replica of {{ $labels.job }} in {{ $labels.namespace }} answers scrapes "
        f"({VALUE} do).",
        dashboard=Dashboard.GATEWAY,
        variables=("namespace", "job"),
    )
    yield Definition(
        name="LLMDNoReadyEndpoints",
        expr="llmd:pool_ready_endpoints:max == 0",
        hold="2m",
        severity=Severity.CRITICAL,
        summary="A pool has no ready endpoint",
        description="Pool {{ $labels.pool }} in {{ $labels.namespace }} has "
        f"{VALUE} endpoints with fresh metrics: every request is refused.",
        dashboard=Dashboard.GATEWAY,
        variables=("namespace", "job"),
    )
    yield Definition(
        name="LLMDEndpointsUnreachable",
        expr='sum by (namespace, job) (llmd:datalayer_errors:rate5m{stage="poll"}) > 1',
        hold="5m",
        severity=Severity.WARNING,
        summary="The Endpoint Picker can't read its endpoints",
        description="{{ $labels.job }} in {{ $labels.namespace }} fails to poll its endpoints "
        f"{VALUE} times a second; a dead one gives 20. Kubernetes may still call it ready.",
        dashboard=Dashboard.GATEWAY,
        variables=("namespace", "job"),
    )
    yield Definition(
        name="LLMDModelServerRestarting",
        expr="sum by (namespace, pod, container) "
        "(increase(kube_pod_container_status_restarts_total[1h])) > 3 "
        "and on (namespace, pod) (max by (namespace, pod) (max_over_time(llmd:requests_running:sum[2h])))",
        hold="5m",
        severity=Severity.WARNING,
        summary="A model server restarts again and again",
        description="Container {{ $labels.container }} of pod {{ $labels.pod }} in {{ $labels.namespace }} restarted "
        f"{VALUE} times in an hour.",
        dashboard=Dashboard.DRILLDOWN,
        variables=("namespace", "pod"),
    )


def _picker_down() -> str:
    """Releases that had a picker within the hour, and have no target that answers."""
    signs = " or ".join(f"last_over_time({sign}[1h])" for sign in _PICKER_SIGNS)
    known = f"group by (namespace, job) ({signs})"
    answering = "max by (namespace, job) (up)"
    return (
        f"({answering} == 0 and on (namespace, job) {known}) "
        f"or (0 * {known} unless on (namespace, job) up)"
    )
