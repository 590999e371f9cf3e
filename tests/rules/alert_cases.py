"""For each alert: series that make it fire and stop again, and series that nearly do.

A timeline is healthy, then broken, then healthy. `fires` holds within the broken part, after the alert's own
patience; `recovered` after it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from tests.rules.promtool import counting, holding, series


@dataclass(frozen=True, kw_only=True)
class AlertCase:
    """When one alert fires.

    Attributes:
        alert: Its name.
        broken: Series of the timeline.
        labels: All labels of the alert that fires, besides its name and severity.
        calm: A time before it fires.
        fires: A time at which it fires.
        recovered: A time at which it fires no more.
        nearly: Series that are close to it, and must not make it fire until `fires` and ever.
        seconds: Seconds between values.
    """

    alert: str
    broken: Mapping[str, str]
    labels: Mapping[str, str]
    nearly: Mapping[str, str]
    calm: str = "10m"
    fires: str = "40m"
    recovered: str = "80m"
    seconds: int = 30


_QUIET = 20
_TROUBLE = 60
_AFTER = 120
"""Values of a timeline of 30 s: ten minutes of peace, thirty of trouble, an hour of peace."""


def level(normal: float, broken: float) -> str:
    """A gauge that is normal, then broken, then normal again."""
    return f"{normal:g}x{_QUIET} {broken:g}x{_TROUBLE} {normal:g}x{_AFTER}"


def growth(normal: float, broken: float, seconds: int = 30) -> str:
    """A counter that grows normally, then broken, then normally again; arguments are per second."""
    slow, fast = normal * seconds, broken * seconds
    after_quiet = slow * (_QUIET + 1)
    after_trouble = after_quiet + fast * (_TROUBLE + 1)
    return (
        f"0+{slow:g}x{_QUIET} {after_quiet:g}+{fast:g}x{_TROUBLE} "
        f"{after_trouble:g}+{slow:g}x{_AFTER}"
    )


SERVER = {
    "namespace": "llm",
    "pod": "p1",
    "job": "llm/decode",
    "instance": "p1:8000",
    "role": "decode",
}
OTHER = {**SERVER, "pod": "p2", "instance": "p2:8000"}
EPP = {"namespace": "llm", "pod": "epp-1", "job": "epp", "instance": "epp-1:9090"}
PROMETHEUS = {
    "namespace": "llm-d-monitoring",
    "pod": "prometheus-0",
    "job": "prometheus",
    "instance": "prometheus-0:9090",
}
_ON_PROMETHEUS = {"namespace": "llm-d-monitoring", "pod": "prometheus-0"}
_MODEL = {"namespace": "llm", "model": "m"}
_RECORDED_POD = {"namespace": "llm", "pod": "p1", "role": "decode", "model": "m", "server": "vllm"}
_POOL = {"namespace": "llm", "job": "epp", "pool": "a"}
_MODEL_LABELS = {"model_name": "m", "engine": "0"}


def _server_up(values: str, target: Mapping[str, str] = SERVER) -> dict[str, str]:
    running = series("vllm:num_requests_running", **target, **_MODEL_LABELS)
    return {series("up", **target): values, running: holding(1)}


AVAILABILITY = (
    AlertCase(
        alert="LLMDModelServerDown",
        broken={series("up", **SERVER): level(1, 0), series("up", **OTHER): holding(1)},
        labels=SERVER,
        nearly={series("up", **SERVER): "1x20 0x8 1x200", series("up", job="x"): holding(0)},
    ),
    AlertCase(
        alert="LLMDAllModelServersDown",
        broken={series("up", **SERVER): level(1, 0), series("up", **OTHER): level(1, 0)},
        labels={"namespace": "llm", "job": "llm/decode", "role": "decode"},
        nearly={series("up", **SERVER): level(1, 0), series("up", **OTHER): holding(1)},
    ),
    AlertCase(
        alert="LLMDModelServerSilent",
        broken={
            series("up", **SERVER): holding(1),
            series(
                "vllm:num_requests_running", **SERVER, **_MODEL_LABELS
            ): f"1x{_QUIET} stale _x{_TROUBLE} 1x{_AFTER}",
        },
        labels=SERVER,
        nearly={
            **_server_up(holding(1)),
            series("up", **OTHER): holding(1),
            series("sglang:num_running_reqs", **OTHER, model_name="m"): holding(0),
        },
    ),
    AlertCase(
        alert="LLMDModelVanished",
        broken={
            series("vllm:num_requests_running", **SERVER, **_MODEL_LABELS): "1x20 stale _x130 1x200"
        },
        labels=_MODEL,
        calm="40m",
        fires="68m",
        recovered="90m",
        nearly={
            series("vllm:num_requests_running", **SERVER, **_MODEL_LABELS): "1x20 stale _x200",
            series("vllm:num_requests_running", **OTHER, **_MODEL_LABELS): "_x20 1x200",
        },
    ),
    AlertCase(
        alert="LLMDGatewayDown",
        broken={
            series("up", **EPP): level(1, 0),
            series(
                "llm_d_epp_ready_endpoints", **EPP, name="a"
            ): f"2x{_QUIET} stale _x{_TROUBLE} 2x{_AFTER}",
        },
        labels={"namespace": "llm", "job": "epp"},
        nearly={
            series("up", **EPP): level(1, 0),
            series("up", **{**EPP, "pod": "epp-2", "instance": "epp-2:9090"}): holding(1),
            series("llm_d_epp_ready_endpoints", **EPP, name="a"): holding(2),
            series("up", **SERVER): holding(0),
        },
    ),
    AlertCase(
        alert="LLMDNoReadyEndpoints",
        broken={series("llm_d_epp_ready_endpoints", **EPP, name="a"): level(2, 0)},
        labels=_POOL,
        nearly={
            series("llm_d_epp_ready_endpoints", **EPP, name="a"): "2x20 0x2 1x200",
            series("inference_pool_ready_pods", **EPP, name="a"): holding(0),
        },
    ),
    AlertCase(
        alert="LLMDEndpointsUnreachable",
        broken={
            series("llm_d_epp_datalayer_poll_errors_total", **EPP, source_type="http"): growth(
                0, 20
            )
        },
        labels={"namespace": "llm", "job": "epp"},
        nearly={
            series("llm_d_epp_datalayer_poll_errors_total", **EPP, source_type="http"): growth(
                0, 0.9
            ),
            series(
                "llm_d_epp_datalayer_extract_errors_total",
                **EPP,
                source_type="http",
                extractor_type="x",
            ): growth(0, 20),
        },
    ),
    AlertCase(
        alert="LLMDModelServerRestarting",
        broken={
            series("llmd:requests_running:sum", **_RECORDED_POD): holding(1),
            series(
                "kube_pod_container_status_restarts_total",
                namespace="llm",
                pod="p1",
                container="vllm",
            ): "0x20 0+1x5 5x300",
        },
        labels={"namespace": "llm", "pod": "p1", "container": "vllm"},
        recovered="95m",
        nearly={
            series("llmd:requests_running:sum", **_RECORDED_POD): holding(1),
            series(
                "kube_pod_container_status_restarts_total",
                namespace="llm",
                pod="p1",
                container="vllm",
            ): "0x20 0+1x2 2x300",
            series(
                "kube_pod_container_status_restarts_total",
                namespace="web",
                pod="shop",
                container="web",
            ): counting(0.1),
        },
    ),
)


def _burning(slo: str, share: float, until: int = 300) -> dict[str, str]:
    """Ten events a second, a share of them bad, in values of a minute; then none bad."""
    labels = {**_MODEL, "slo": slo}
    objective = 0.995 if slo == "availability" else 0.95
    return {
        series("llmd:slo_events:rate5m", **labels): "10x640",
        series(
            "llmd:slo_bad_events:rate5m", **labels
        ): f"0x60 {10 * share:g}x{until - 60} 0x{640 - until}",
        series("llmd:slo_objective:ratio", **labels): f"{objective:g}x640",
    }


def _rare(slo: str) -> dict[str, str]:
    """All of a hundredth of an event a second is bad."""
    labels = {**_MODEL, "slo": slo}
    return {
        series("llmd:slo_events:rate5m", **labels): "0.01x640",
        series("llmd:slo_bad_events:rate5m", **labels): "0.01x640",
        series("llmd:slo_objective:ratio", **labels): "0.995x640",
    }


def _of_objective(slo: str, title: str, *, fast: float, slow: float) -> tuple[AlertCase, ...]:
    labels = {**_MODEL, "slo": slo}
    return (
        AlertCase(
            alert=f"LLMD{title}BudgetBurnsFast",
            broken=_burning(slo, fast, until=180),
            labels=labels,
            calm="60m",
            fires="170m",
            recovered="230m",
            nearly={**_burning(slo, slow), **_renamed(_rare(slo))},
            seconds=60,
        ),
        AlertCase(
            alert=f"LLMD{title}BudgetBurnsSlowly",
            broken=_burning(slo, slow),
            labels=labels,
            calm="60m",
            fires="290m",
            recovered="600m",
            nearly={**_burning(slo, slow / 20), **_renamed(_rare(slo))},
            seconds=60,
        ),
    )


def _renamed(input_series: Mapping[str, str]) -> dict[str, str]:
    return {
        name.replace('model="m"', 'model="rare"'): value for name, value in input_series.items()
    }


OBJECTIVES = (
    *_of_objective("availability", "Availability", fast=0.3, slow=0.02),
    *_of_objective("ttft", "FirstToken", fast=0.95, slow=0.2),
    *_of_objective("inter_token", "InterToken", fast=0.95, slow=0.2),
)

SATURATION = (
    AlertCase(
        alert="LLMDRequestsQueue",
        broken={
            series("vllm:num_requests_waiting", **SERVER, **_MODEL_LABELS): level(0, 60),
            series("vllm:num_requests_waiting", **OTHER, **_MODEL_LABELS): level(0, 0),
        },
        labels={**_MODEL, "role": "decode"},
        nearly={
            series("vllm:num_requests_waiting", **SERVER, **_MODEL_LABELS): level(0, 60),
            series(
                "vllm:num_requests_waiting_by_reason", **SERVER, **_MODEL_LABELS, reason="capacity"
            ): level(0, 5),
            series(
                "vllm:num_requests_waiting_by_reason", **SERVER, **_MODEL_LABELS, reason="deferred"
            ): level(0, 55),
        },
    ),
    AlertCase(
        alert="LLMDKvCacheFull",
        broken={series("vllm:kv_cache_usage_perc", **SERVER, **_MODEL_LABELS): level(0.4, 0.99)},
        labels=_RECORDED_POD,
        nearly={series("vllm:kv_cache_usage_perc", **SERVER, **_MODEL_LABELS): level(0.4, 0.94)},
    ),
    AlertCase(
        alert="LLMDPreemptions",
        broken={series("vllm:num_preemptions_total", **SERVER, **_MODEL_LABELS): growth(0, 0.5)},
        labels={**_MODEL, "role": "decode", "pod": "p1"},
        nearly={series("vllm:num_preemptions_total", **SERVER, **_MODEL_LABELS): growth(0, 0.05)},
    ),
    AlertCase(
        alert="LLMDPoolSaturated",
        broken={
            series(
                "llm_d_epp_flow_control_pool_saturation",
                **EPP,
                inference_pool="a",
                stage="effective",
            ): level(0.5, 3),
            series("llm_d_epp_ready_endpoints", **EPP, name="a"): holding(2),
        },
        labels={**_POOL, "stage": "effective"},
        nearly={
            series(
                "llm_d_epp_flow_control_pool_saturation",
                **EPP,
                inference_pool="a",
                stage="effective",
            ): "0.5x20 3x10 0.5x2 3x10 0.5x200",
            series("llm_d_epp_ready_endpoints", **EPP, name="a"): holding(2),
            series(
                "llm_d_epp_flow_control_pool_saturation",
                **EPP,
                inference_pool="empty",
                stage="effective",
            ): holding(1),
            series("llm_d_epp_ready_endpoints", **EPP, name="empty"): holding(0),
        },
    ),
    AlertCase(
        alert="LLMDRequestsRejected",
        broken={
            series(
                "llm_d_epp_request_error_total",
                **EPP,
                model_name="m",
                error_code="ResourceExhausted",
            ): growth(0, 2)
        },
        labels={"namespace": "llm", "job": "epp", "model": "m"},
        nearly={
            series(
                "llm_d_epp_request_error_total", **EPP, model_name="m", error_code="BadRequest"
            ): growth(0, 2)
        },
    ),
    AlertCase(
        alert="LLMDModelServersReject",
        broken={
            series(
                "vllm:admission_rejections_total", **SERVER, model_name="m", reason="reqs"
            ): growth(0, 1)
        },
        labels=_MODEL,
        nearly={
            series(
                "vllm:admission_rejections_total", **SERVER, model_name="m", reason="reqs"
            ): growth(0, 0.01)
        },
    ),
    AlertCase(
        alert="LLMDGatewayQueueFull",
        broken={
            series(
                "llm_d_epp_flow_control_global_capacity_utilization_bytes",
                **EPP,
                inference_pool="a",
            ): level(0.1, 0.97)
        },
        labels={**_POOL, "resource": "bytes"},
        nearly={
            series(
                "llm_d_epp_flow_control_global_capacity_utilization_bytes",
                **EPP,
                inference_pool="a",
            ): level(0.1, 0.85)
        },
    ),
    AlertCase(
        alert="LLMDPrefixCacheCollapsed",
        broken={
            series(
                "vllm:prefix_cache_queries_total", **{**SERVER, "role": "both"}, **_MODEL_LABELS
            ): counting(100, steps=900),
            series(
                "vllm:prefix_cache_hits_total", **{**SERVER, "role": "both"}, **_MODEL_LABELS
            ): "0+1800x240 432000+150x60 441000+1800x300",
        },
        labels={**_MODEL, "server": "vllm"},
        calm="115m",
        fires="148m",
        recovered="165m",
        nearly={
            series(
                "vllm:prefix_cache_queries_total", **{**SERVER, "role": "both"}, **_MODEL_LABELS
            ): counting(100, steps=900),
            series(
                "vllm:prefix_cache_hits_total", **{**SERVER, "role": "both"}, **_MODEL_LABELS
            ): "0+1800x240 432000+1200x300",
        },
    ),
    AlertCase(
        alert="LLMDGpuFault",
        broken={series("DCGM_FI_DEV_XID_ERRORS", Hostname="n", gpu="3"): "0x60 79x300"},
        labels={"Hostname": "n", "gpu": "3"},
        calm="25m",
        fires="35m",
        nearly={series("DCGM_FI_DEV_XID_ERRORS", Hostname="n", gpu="3"): "79x300"},
    ),
)

ROUTING = (
    AlertCase(
        alert="LLMDKvTransferFailures",
        broken={
            series("vllm:nixl_num_failed_transfers_total", **SERVER, **_MODEL_LABELS): growth(0, 1)
        },
        labels={**_MODEL, "transport": "nixl", "failure": "transfer"},
        nearly={
            series("vllm:nixl_num_failed_transfers_total", **SERVER, **_MODEL_LABELS): growth(
                0, 0.01
            )
        },
    ),
    AlertCase(
        alert="LLMDKvDataReadLate",
        broken={
            series(
                "vllm:nixl_num_notifications_after_expiry_total", **SERVER, **_MODEL_LABELS
            ): growth(0, 0.1)
        },
        labels={**_MODEL, "transport": "nixl"},
        nearly={
            series(
                "vllm:nixl_num_notifications_after_expiry_total", **SERVER, **_MODEL_LABELS
            ): holding(5),
            series("vllm:nixl_num_kv_expired_reqs_total", **SERVER, **_MODEL_LABELS): growth(0, 1),
        },
    ),
    AlertCase(
        alert="LLMDKvTransferSlow",
        broken={
            series("vllm:nixl_xfer_time_seconds_bucket", **SERVER, **_MODEL_LABELS, le="1"): growth(
                10, 1
            ),
            series("vllm:nixl_xfer_time_seconds_bucket", **SERVER, **_MODEL_LABELS, le="5"): growth(
                10, 10
            ),
            series(
                "vllm:nixl_xfer_time_seconds_bucket", **SERVER, **_MODEL_LABELS, le="+Inf"
            ): growth(10, 10),
        },
        labels={**_MODEL, "transport": "nixl"},
        nearly={
            series(
                "vllm:nixl_xfer_time_seconds_bucket", **SERVER, **_MODEL_LABELS, le="0.75"
            ): growth(10, 0),
            series("vllm:nixl_xfer_time_seconds_bucket", **SERVER, **_MODEL_LABELS, le="1"): growth(
                10, 10
            ),
            series(
                "vllm:nixl_xfer_time_seconds_bucket", **SERVER, **_MODEL_LABELS, le="+Inf"
            ): growth(10, 10),
        },
    ),
    AlertCase(
        alert="LLMDSchedulerSlow",
        broken={
            series("llm_d_epp_scheduler_e2e_duration_seconds_bucket", **EPP, le=le): values
            for le, values in (
                ("0.01", growth(10, 5)),
                ("0.05", growth(10, 6)),
                ("0.1", growth(10, 9)),
                ("+Inf", growth(10, 10)),
            )
        },
        labels={"namespace": "llm", "job": "epp"},
        nearly={
            series("llm_d_epp_scheduler_e2e_duration_seconds_bucket", **EPP, le=le): values
            for le, values in (
                ("0.02", growth(10, 5)),
                ("0.05", growth(10, 10)),
                ("+Inf", growth(10, 10)),
            )
        },
    ),
    AlertCase(
        alert="LLMDSchedulerFails",
        broken={
            series("llm_d_epp_scheduler_attempts_total", **EPP, status="success"): growth(10, 9),
            series("llm_d_epp_scheduler_attempts_total", **EPP, status="failure"): growth(0, 1),
        },
        labels={"namespace": "llm", "job": "epp"},
        nearly={
            series("llm_d_epp_scheduler_attempts_total", **EPP, status="success"): growth(10, 98),
            series("llm_d_epp_scheduler_attempts_total", **EPP, status="failure"): growth(0, 2),
        },
    ),
    AlertCase(
        alert="LLMDGatewayStreamErrors",
        broken={series("llm_d_epp_extproc_streams_total", **EPP, code="Unavailable"): growth(0, 1)},
        labels={"namespace": "llm", "job": "epp", "code": "Unavailable"},
        nearly={
            series("llm_d_epp_extproc_streams_total", **EPP, code="Canceled"): growth(0, 1),
            series("llm_d_epp_extproc_streams_total", **EPP, code="OK"): growth(0, 1),
        },
    ),
    AlertCase(
        alert="LLMDCallersMistaken",
        broken={
            series("llm_d_epp_request_total", **EPP, model_name="m"): growth(1, 1),
            series(
                "llm_d_epp_request_error_total", **EPP, model_name="", error_code="BadRequest"
            ): growth(0, 0.3),
            series("vllm:num_requests_running", **SERVER, **_MODEL_LABELS): holding(1),
            series("http_requests_total", **SERVER, status="2xx"): growth(1, 0.7),
            series("http_requests_total", **SERVER, status="4xx"): growth(0, 0.3),
        },
        labels={"namespace": "llm"},
        nearly={
            # As many errors, which the callers aren't to blame for, and some that they are.
            series("llm_d_epp_request_total", **EPP, model_name="m"): growth(1, 1),
            series(
                "llm_d_epp_request_error_total",
                **EPP,
                model_name="m",
                error_code="ResourceExhausted",
            ): growth(0, 1),
            series("vllm:num_requests_running", **SERVER, **_MODEL_LABELS): holding(1),
            series("http_requests_total", **SERVER, status="5xx"): growth(0, 0.5),
            series("http_requests_total", **SERVER, status="4xx"): growth(0, 0.3),
        },
    ),
)

_WVA = {"namespace": "wva", "pod": "wva-1", "job": "wva", "instance": "wva-1:8443"}
_VARIANT = {**_WVA, "exported_namespace": "llm", "variant_name": "v"}

AUTOSCALER = (
    AlertCase(
        alert="LLMDAutoscalerErrors",
        broken={series("wva_errors_total", **_WVA, component="c", error_type="e"): growth(0, 0.5)},
        labels={"job": "wva", "component": "c", "error_type": "e"},
        nearly={series("wva_errors_total", **_WVA, component="c", error_type="e"): growth(0, 0.05)},
    ),
    AlertCase(
        alert="LLMDAutoscalerBlind",
        broken={
            series(
                "wva_metrics_collection_errors_total", **_WVA, query_type="q", reason="timeout"
            ): growth(0, 0.5)
        },
        labels={"query_type": "q", "reason": "timeout"},
        nearly={
            series(
                "wva_metrics_collection_errors_total", **_WVA, query_type="q", reason="timeout"
            ): growth(0, 0.01)
        },
    ),
    AlertCase(
        alert="LLMDAutoscalerNotFollowed",
        broken={
            series("wva_desired_replicas", **_VARIANT): f"1x{_QUIET} 3x200",
            series("wva_current_replicas", **_VARIANT): f"1x{_QUIET} 1x80 3x100",
        },
        labels={"namespace": "llm", "variant": "v"},
        fires="46m",
        nearly={
            series("wva_desired_replicas", **_VARIANT): f"1x{_QUIET} 3x200",
            series("wva_current_replicas", **_VARIANT): f"1x{_QUIET} 1x50 3x150",
        },
    ),
    AlertCase(
        alert="LLMDAutoscalerThrashes",
        broken={
            series(
                "wva_replica_scaling_total", **_VARIANT, direction=direction, reason="load"
            ): growth(0, 0.05)
            for direction in ("up", "down")
        },
        labels={"namespace": "llm", "variant": "v"},
        nearly={
            series("wva_replica_scaling_total", **_VARIANT, direction="up", reason="load"): growth(
                0, 0.01
            )
        },
    ),
)

_VOLUME = {"namespace": "llm-d-monitoring", "persistentvolumeclaim": "prometheus-db-0"}
_MANAGED = {"namespace": "llm-d-monitoring", "controller": "prometheus", "resource": "PodMonitor"}

STACK = (
    AlertCase(
        alert="LLMDCertificateEnds",
        broken={
            series(
                "llmd:certificate_expiry:timestamp", secret="s"
            ): f"{30 * 86400}x{_QUIET} {10 * 86400}x{_TROUBLE} {99 * 86400}x{_AFTER}"
        },
        labels={"secret": "s"},
        nearly={series("llmd:certificate_expiry:timestamp", secret="s"): f"{22 * 86400}x300"},
    ),
    AlertCase(
        alert="LLMDCertificateEnded",
        broken={series("llmd:certificate_expiry:timestamp", secret="s"): "1200x120 99999x200"},
        labels={"secret": "s"},
        nearly={series("llmd:certificate_expiry:timestamp", secret="s"): "99999x300"},
    ),
    AlertCase(
        alert="LLMDRulesFail",
        broken={
            series(
                "prometheus_rule_evaluation_failures_total", **PROMETHEUS, rule_group="g"
            ): growth(0, 0.1)
        },
        labels={**_ON_PROMETHEUS, "rule_group": "g"},
        nearly={
            series(
                "prometheus_rule_evaluation_failures_total", **PROMETHEUS, rule_group="g"
            ): "0x20 3x300"
        },
    ),
    AlertCase(
        alert="LLMDRulesLate",
        broken={
            series(
                "prometheus_rule_group_iterations_missed_total", **PROMETHEUS, rule_group="g"
            ): growth(0, 0.1)
        },
        labels={**_ON_PROMETHEUS, "rule_group": "g"},
        nearly={
            series(
                "prometheus_rule_group_iterations_missed_total", **PROMETHEUS, rule_group="g"
            ): "0x20 3x300"
        },
    ),
    AlertCase(
        alert="LLMDSamplesDropped",
        broken={
            series("prometheus_target_scrapes_sample_out_of_order_total", **PROMETHEUS): growth(
                0, 5
            )
        },
        labels={**_ON_PROMETHEUS, "reason": "sample_out_of_order"},
        nearly={
            series("prometheus_target_scrapes_sample_out_of_order_total", **PROMETHEUS): holding(9)
        },
    ),
    AlertCase(
        alert="LLMDRemoteWriteFails",
        broken={
            series(
                "prometheus_remote_storage_samples_failed_total",
                **PROMETHEUS,
                url="u",
                remote_name="store",
            ): growth(0, 5)
        },
        labels={**_ON_PROMETHEUS, "remote_name": "store"},
        nearly={
            series(
                "prometheus_remote_storage_samples_failed_total",
                **PROMETHEUS,
                url="u",
                remote_name="store",
            ): holding(3),
            series(
                "prometheus_remote_storage_samples_dropped_total",
                **PROMETHEUS,
                url="u",
                remote_name="store",
                reason="too_old",
            ): holding(3),
        },
    ),
    AlertCase(
        alert="LLMDPrometheusMemory",
        broken={
            series("process_resident_memory_bytes", **PROMETHEUS): level(4e9, 7.9e9),
            series("prometheus_build_info", **PROMETHEUS, version="3"): holding(1),
        },
        labels=_ON_PROMETHEUS,
        nearly={
            series("process_resident_memory_bytes", **PROMETHEUS): level(4e9, 7e9),
            series("prometheus_build_info", **PROMETHEUS, version="3"): holding(1),
            series(
                "process_resident_memory_bytes", namespace="llm-d-monitoring", pod="grafana"
            ): holding(9e9),
        },
    ),
    AlertCase(
        alert="LLMDPrometheusDisk",
        broken={
            series("kubelet_volume_stats_available_bytes", **_VOLUME): level(50, 5),
            series("kubelet_volume_stats_capacity_bytes", **_VOLUME): holding(100),
        },
        labels=_VOLUME,
        nearly={
            series("kubelet_volume_stats_available_bytes", **_VOLUME): level(50, 15),
            series("kubelet_volume_stats_capacity_bytes", **_VOLUME): holding(100),
        },
    ),
    AlertCase(
        alert="LLMDConfigurationRefused",
        broken={series("prometheus_config_last_reload_successful", **PROMETHEUS): level(1, 0)},
        labels=_ON_PROMETHEUS,
        nearly={
            series("prometheus_config_last_reload_successful", **PROMETHEUS): "1x20 0x10 1x300",
            series("alertmanager_config_last_reload_successful", **PROMETHEUS): holding(1),
        },
    ),
    AlertCase(
        alert="LLMDMonitorsRefused",
        broken={
            series("prometheus_operator_managed_resources", **_MANAGED, state="rejected"): level(
                0, 2
            )
        },
        labels={"namespace": "llm-d-monitoring", "resource": "PodMonitor"},
        nearly={
            series("prometheus_operator_managed_resources", **_MANAGED, state="selected"): level(
                0, 2
            )
        },
    ),
    AlertCase(
        alert="LLMDAlertsUndelivered",
        broken={series("prometheus_notifications_dropped_total", **PROMETHEUS): growth(0, 1)},
        labels=_ON_PROMETHEUS,
        nearly={series("prometheus_notifications_dropped_total", **PROMETHEUS): holding(4)},
    ),
    AlertCase(
        alert="LLMDNotificationsFail",
        broken={
            series(
                "alertmanager_notifications_failed_total",
                **PROMETHEUS,
                integration="slack",
                reason="clientError",
            ): growth(0, 1)
        },
        labels={"namespace": "llm-d-monitoring", "integration": "slack"},
        nearly={
            series(
                "alertmanager_notifications_failed_total",
                **PROMETHEUS,
                integration="slack",
                reason="clientError",
            ): holding(4)
        },
    ),
)

ALL = (*AVAILABILITY, *OBJECTIVES, *SATURATION, *ROUTING, *AUTOSCALER, *STACK)
