"""What Prometheus, its operator, Alertmanager, kube-state-metrics and the kubelet tell of themselves.

Only what alerts and dashboards use. https://prometheus.io/docs and each project's own metrics page.
"""

from typing import Final

from rules.catalogue.metric import Metric, MetricType


def _metric(
    name: str, kind: MetricType, unit: str, meaning: str, *labels: str, needs: str = ""
) -> Metric:
    return Metric(name=name, type=kind, labels=labels, unit=unit, meaning=meaning, needs=needs)


def _counter(name: str, unit: str, meaning: str, *labels: str, needs: str = "") -> Metric:
    return _metric(name, MetricType.COUNTER, unit, meaning, *labels, needs=needs)


def _gauge(name: str, unit: str, meaning: str, *labels: str, needs: str = "") -> Metric:
    return _metric(name, MetricType.GAUGE, unit, meaning, *labels, needs=needs)


SCRAPING: Final = (
    _gauge("up", "boolean", "1 when the last scrape succeeded."),
    _gauge("scrape_samples_scraped", "samples", "Samples of the last scrape."),
    _gauge("scrape_duration_seconds", "seconds", "Duration of the last scrape."),
)

PROMETHEUS: Final = (
    _gauge("prometheus_build_info", "info", "Always 1.", "version"),
    _gauge("prometheus_tsdb_head_series", "series", "Series in memory."),
    _gauge("prometheus_tsdb_head_chunks", "chunks", "Chunks in memory."),
    _counter("prometheus_tsdb_head_samples_appended_total", "samples", "Samples taken.", "type"),
    _gauge("prometheus_tsdb_storage_blocks_bytes", "bytes", "Size of the blocks on disk."),
    _gauge("prometheus_tsdb_wal_storage_size_bytes", "bytes", "Size of the write-ahead log."),
    _gauge("prometheus_tsdb_retention_limit_bytes", "bytes", "Limit of the size; 0 is none."),
    _counter("prometheus_tsdb_compactions_failed_total", "events", "Failed compactions."),
    _counter(
        "prometheus_rule_evaluation_failures_total", "events", "Rules that failed.", "rule_group"
    ),
    _counter(
        "prometheus_rule_group_iterations_missed_total",
        "events",
        "Evaluations left out.",
        "rule_group",
    ),
    _gauge(
        "prometheus_rule_group_last_duration_seconds",
        "seconds",
        "Duration of a group.",
        "rule_group",
    ),
    _gauge(
        "prometheus_rule_group_interval_seconds", "seconds", "Interval of a group.", "rule_group"
    ),
    _counter(
        "prometheus_target_scrapes_exceeded_sample_limit_total",
        "scrapes",
        "Scrapes dropped for too many samples.",
    ),
    _counter("prometheus_target_scrapes_sample_out_of_order_total", "samples", "Dropped samples."),
    _counter(
        "prometheus_target_scrapes_sample_duplicate_timestamp_total", "samples", "Dropped samples."
    ),
    _counter("prometheus_target_scrapes_sample_out_of_bounds_total", "samples", "Dropped samples."),
    _counter(
        "prometheus_remote_storage_samples_failed_total",
        "samples",
        "Samples that a long-term store refused.",
        "remote_name",
        "url",
    ),
    _counter(
        "prometheus_remote_storage_samples_dropped_total",
        "samples",
        "Samples dropped on the way to a long-term store.",
        "remote_name",
        "url",
        "reason",
    ),
    _counter("prometheus_notifications_dropped_total", "alerts", "Alerts not delivered."),
    _counter(
        "prometheus_notifications_errors_total", "alerts", "Failed deliveries.", "alertmanager"
    ),
    _counter("prometheus_notifications_sent_total", "alerts", "Alerts sent.", "alertmanager"),
    _gauge(
        "prometheus_notifications_alertmanagers_discovered", "alertmanagers", "Receivers known."
    ),
    _gauge("prometheus_config_last_reload_successful", "boolean", "0 when the last one failed."),
    _metric(
        "prometheus_engine_query_duration_seconds",
        MetricType.SUMMARY,
        "seconds",
        "Duration of queries.",
        "slice",
    ),
    _metric(
        "prometheus_target_interval_length_seconds",
        MetricType.SUMMARY,
        "seconds",
        "Time between scrapes.",
        "interval",
    ),
    _gauge("process_resident_memory_bytes", "bytes", "Memory of the process."),
    _counter("process_cpu_seconds_total", "seconds", "CPU of the process."),
    _gauge("process_start_time_seconds", "timestamp", "Start of the process."),
)

AROUND: Final = (
    _counter(
        "prometheus_operator_reconcile_errors_total",
        "events",
        "Failed reconciliations.",
        "controller",
    ),
    _gauge(
        "prometheus_operator_rejected_resources",
        "objects",
        "Monitors and rules that the operator refuses.",
    ),
    _gauge(
        "prometheus_operator_managed_resources",
        "objects",
        "Objects by state.",
        "controller",
        "resource",
        "state",
    ),
    _counter(
        "alertmanager_notifications_failed_total",
        "notifications",
        "Failed ones.",
        "integration",
        "reason",
    ),
    _counter("alertmanager_notifications_total", "notifications", "All.", "integration"),
    _gauge("alertmanager_config_last_reload_successful", "boolean", "0 when the last one failed."),
    _gauge("alertmanager_alerts", "alerts", "Alerts by state.", "state"),
    _gauge(
        "container_memory_working_set_bytes",
        "bytes",
        "Memory that can't be taken back.",
        "container",
        "pod",
        "namespace",
        "image",
        "id",
        "name",
        needs="kubelet",
    ),
    _gauge(
        "kubelet_volume_stats_available_bytes",
        "bytes",
        "Free bytes of a volume.",
        "namespace",
        "persistentvolumeclaim",
        needs="kubelet",
    ),
    _gauge(
        "kubelet_volume_stats_capacity_bytes",
        "bytes",
        "Size of a volume.",
        "namespace",
        "persistentvolumeclaim",
        needs="kubelet",
    ),
    _gauge(
        "kube_pod_container_resource_limits",
        "mixed",
        "Limits of containers.",
        "namespace",
        "pod",
        "container",
        "node",
        "resource",
        "unit",
        "uid",
        needs="kube-state-metrics",
    ),
    _counter(
        "kube_pod_container_status_restarts_total",
        "events",
        "Restarts.",
        "namespace",
        "pod",
        "container",
        "uid",
        needs="kube-state-metrics",
    ),
    _gauge(
        "kube_pod_status_phase",
        "boolean",
        "1 for the phase that a pod is in.",
        "namespace",
        "pod",
        "phase",
        "uid",
        needs="kube-state-metrics",
    ),
)

METRICS: Final = (*SCRAPING, *PROMETHEUS, *AROUND)
