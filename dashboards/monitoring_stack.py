"""The monitoring itself: whether what all other dashboards show can be trusted."""

from dashboards.building.board import Board, Row
from dashboards.building.panel import Kind, Limits, Needs, Panel, number
from dashboards.building.query import Query, largest, or_zero, select
from dashboards.building.target import FAILURE
from dashboards.building.unit import Unit
from dashboards.building.variable import Variable, namespace


def _targets(series: str, *matchers: str) -> str:
    return select(series, 'namespace=~"$namespace"', 'job=~"$job"', *matchers)


def _rate(series: str) -> str:
    return f"rate({series}[$__rate_interval])"


_DROPPED = (
    ("prometheus_target_scrapes_sample_out_of_order_total", "out of order"),
    ("prometheus_target_scrapes_sample_duplicate_timestamp_total", "duplicate"),
    ("prometheus_target_scrapes_sample_out_of_bounds_total", "too old or in the future"),
    ("prometheus_target_scrapes_exceeded_sample_limit_total", "scrapes over the limit"),
)

_NOW = Row(
    title="Now",
    panels=(
        number(
            title="Targets down",
            answers="Targets that Prometheus can't scrape.",
            expr=or_zero(f"count({_targets('up')} == 0)"),
            unit=Unit.COUNT,
            limits=Limits(warning=1, critical=5),
        ),
        number(
            title="Failing rules",
            answers="Evaluations of rules that failed within five minutes: dashboards and alerts that hang on them "
            "stand still.",
            expr=or_zero("sum(increase(prometheus_rule_evaluation_failures_total[5m]))"),
            unit=Unit.COUNT,
            limits=Limits(warning=1, critical=10),
            decimals=0,
        ),
        number(
            title="Configuration",
            answers="Whether Prometheus took its last configuration.",
            expr="min(prometheus_config_last_reload_successful)",
            unit=Unit.STATE,
            limits=Limits(warning=1, critical=1, low_is_bad=True),
            words=((1, "loaded"), (0, "refused")),
        ),
        number(
            title="Certificate ends in",
            answers="Time until the certificate of Prometheus and Alertmanager ends; an update renews it.",
            expr="min(llmd:certificate_expiry:timestamp) - time()",
            unit=Unit.SECONDS,
            limits=Limits(warning=30 * 86400, critical=7 * 86400, low_is_bad=True),
            decimals=0,
        ),
        number(
            title="Series in memory",
            answers="Series that Prometheus holds in memory: what its memory depends on.",
            expr="sum(prometheus_tsdb_head_series)",
            unit=Unit.COUNT,
        ),
        number(
            title="Alerts lost",
            answers="Alerts within an hour that Prometheus couldn't deliver.",
            expr=or_zero("sum(increase(prometheus_notifications_dropped_total[1h]))"),
            unit=Unit.COUNT,
            limits=Limits(warning=1, critical=10),
            decimals=0,
        ),
    ),
)

_SCRAPING = Row(
    title="Scraping",
    panels=(
        Panel(
            title="Targets by job",
            answers="Targets that are scraped, and those that can't be, by job.",
            queries=(
                Query(
                    expr=f"count by (job) ({_targets('up')} == 0) or count by (job) ({_targets('up')}) * 0"
                ),
                Query(expr=f"count by (job) ({_targets('up')})"),
                Query(expr=f"max by (job) ({_targets('scrape_duration_seconds')})"),
                Query(expr=f"sum by (job) ({_targets('scrape_samples_scraped')})"),
            ),
            unit=Unit.COUNT,
            kind=Kind.TABLE,
            keys=("job",),
            columns=(
                ("Down", Unit.COUNT),
                ("Targets", Unit.COUNT),
                ("Slowest scrape", Unit.SECONDS),
                ("Samples", Unit.COUNT),
            ),
            width=12,
        ),
        Panel(
            title="Slowest scrapes",
            answers="Duration of the slowest scrape of a job; the ten slowest. At 10 s most time out.",
            queries=(
                Query(
                    expr=largest(10, f"max by (job) ({_targets('scrape_duration_seconds')})"),
                    legend="{{job}}",
                ),
            ),
            unit=Unit.SECONDS,
            limits=Limits(warning=5, critical=10),
            width=12,
        ),
        Panel(
            title="Samples by job",
            answers="Where samples come from; the ten largest jobs.",
            queries=(
                Query(
                    expr=largest(10, f"sum by (job) ({_targets('scrape_samples_scraped')})"),
                    legend="{{job}}",
                ),
            ),
            unit=Unit.COUNT,
            kind=Kind.AREAS,
            width=12,
        ),
        Panel(
            title="Samples dropped",
            answers="Samples that Prometheus refused. Duplicates: two monitors scrape the same pod under the same "
            "labels.",
            queries=tuple(
                Query(expr=f"sum({_rate(series)})", legend=legend) for series, legend in _DROPPED
            ),
            unit=Unit.SAMPLES_PER_SECOND,
            width=12,
        ),
    ),
)

_PROMETHEUS = Row(
    title="Prometheus",
    panels=(
        Panel(
            title="Series in memory over time",
            answers="Steps come with new pods; steady growth is a label with ever new values.",
            queries=(Query(expr="prometheus_tsdb_head_series", legend="{{pod}}"),),
            unit=Unit.COUNT,
        ),
        Panel(
            title="Samples taken",
            answers="What Prometheus takes in, recorded series included.",
            queries=(
                Query(
                    expr=f"sum by (pod) ({_rate('prometheus_tsdb_head_samples_appended_total')})",
                    legend="{{pod}}",
                ),
            ),
            unit=Unit.SAMPLES_PER_SECOND,
        ),
        Panel(
            title="Memory",
            answers="Memory of Prometheus; at the container's limit it is killed.",
            queries=(
                Query(
                    expr="process_resident_memory_bytes and on (instance, job) "
                    "prometheus_tsdb_head_series",
                    legend="{{pod}}",
                ),
            ),
            unit=Unit.BYTES,
        ),
        Panel(
            title="Size on disk",
            answers="Blocks and write-ahead log. With a limit, the oldest blocks are removed there.",
            queries=(
                Query(
                    expr="prometheus_tsdb_storage_blocks_bytes + "
                    "prometheus_tsdb_wal_storage_size_bytes",
                    legend="{{pod}}",
                ),
                Query(
                    expr="prometheus_tsdb_retention_limit_bytes > 0 or "
                    "prometheus_tsdb_storage_blocks_bytes * 0",
                    legend="{{pod}} limit, 0: none",
                ),
            ),
            unit=Unit.BYTES,
        ),
        Panel(
            title="Duration of queries P90",
            answers="How long queries take inside Prometheus, rules included.",
            queries=(
                Query(
                    expr='max by (slice) (prometheus_engine_query_duration_seconds{quantile="0.9"} >= 0)',
                    legend="{{slice}}",
                ),
            ),
            unit=Unit.SECONDS,
        ),
        Panel(
            title="Free space of volumes",
            answers="Share of Prometheus' volume that is free.",
            queries=(
                Query(
                    expr='kubelet_volume_stats_available_bytes{persistentvolumeclaim=~"prometheus-.*"} '
                    '/ kubelet_volume_stats_capacity_bytes{persistentvolumeclaim=~"prometheus-.*"}',
                    legend="{{persistentvolumeclaim}}",
                ),
            ),
            unit=Unit.RATIO,
            limits=Limits(warning=0.2, critical=0.1, low_is_bad=True),
            maximum=1,
            needs=Needs.VOLUME,
        ),
    ),
)

_RULES = Row(
    title="Rules and alerts",
    panels=(
        Panel(
            title="Rule groups by duration",
            answers="Time that a group's rules take, as a share of its interval; the ten slowest. At 100 % "
            "evaluations are left out.",
            queries=(
                Query(
                    expr=largest(
                        10,
                        "max by (rule_group) (prometheus_rule_group_last_duration_seconds / "
                        "prometheus_rule_group_interval_seconds)",
                    ),
                    legend="{{rule_group}}",
                ),
            ),
            unit=Unit.RATIO,
            kind=Kind.BARS,
            limits=Limits(warning=0.5, critical=0.9),
        ),
        Panel(
            title="Failed and missed evaluations",
            answers="Failed: an error in a rule. Missed: the group before wasn't finished.",
            queries=(
                Query(
                    expr=f"sum({_rate('prometheus_rule_evaluation_failures_total')})",
                    legend="failed",
                ),
                Query(
                    expr=f"sum({_rate('prometheus_rule_group_iterations_missed_total')})",
                    legend="missed",
                ),
            ),
            unit=Unit.EVENTS_PER_SECOND,
            limits=Limits(warning=0.01, critical=0.1),
        ),
        Panel(
            title="Alerts sent to Alertmanager",
            answers="Alerts sent, and those that couldn't be.",
            queries=(
                Query(
                    expr=or_zero(f"sum({_rate('prometheus_notifications_sent_total')})"),
                    legend="sent",
                ),
                Query(
                    expr=or_zero(f"sum({_rate('prometheus_notifications_errors_total')})"),
                    legend="failed",
                ),
                Query(
                    expr=or_zero(f"sum({_rate('prometheus_notifications_dropped_total')})"),
                    legend="lost",
                ),
            ),
            unit=Unit.EVENTS_PER_SECOND,
        ),
        Panel(
            title="Notifications of Alertmanager",
            answers="Notifications to people, and failed ones, by kind of receiver.",
            queries=(
                Query(
                    expr=f"sum by (integration) ({_rate('alertmanager_notifications_total')})",
                    legend="{{integration}}",
                ),
                Query(
                    expr="sum by (integration) "
                    f"({_rate('alertmanager_notifications_failed_total')})",
                    legend="{{integration}} failed",
                ),
            ),
            unit=Unit.EVENTS_PER_SECOND,
            needs=Needs.ALERTMANAGER,
        ),
        Panel(
            title="Objects that the operator refuses",
            answers="Monitors and rules that prometheus-operator left out as invalid. Their series are missing.",
            queries=(
                Query(
                    expr=or_zero("sum(prometheus_operator_rejected_resources)"), legend="refused"
                ),
            ),
            unit=Unit.COUNT,
            limits=Limits(warning=1, critical=3),
            needs=Needs.OPERATOR,
        ),
        Panel(
            title="Failures of the operator",
            answers="Reconciliations that failed, by kind of object: what was changed isn't in force yet.",
            queries=(
                Query(
                    expr="sum by (controller) "
                    f"({_rate('prometheus_operator_reconcile_errors_total')})",
                    legend="{{controller}}",
                ),
            ),
            unit=Unit.EVENTS_PER_SECOND,
            needs=Needs.OPERATOR,
        ),
    ),
)

_REMOTE = Row(
    title="Long-term store",
    collapsed=True,
    panels=(
        Panel(
            title="Samples that don't arrive",
            answers="Samples that the store refused, and that were dropped on the way.",
            queries=(
                Query(
                    expr="sum by (remote_name) "
                    f"({_rate('prometheus_remote_storage_samples_failed_total')})",
                    legend="{{remote_name}} refused",
                ),
                Query(
                    expr="sum by (remote_name) "
                    f"({_rate('prometheus_remote_storage_samples_dropped_total')})",
                    legend="{{remote_name}} dropped",
                ),
            ),
            unit=Unit.SAMPLES_PER_SECOND,
            needs=Needs.REMOTE_WRITE,
            width=24,
        ),
    ),
)

BOARD = Board(
    name="monitoring-stack",
    title="llm-d / Monitoring stack",
    description="Whether what all other dashboards show can be trusted: scraping, rules, alerts, memory and disk.",
    variables=(
        namespace("up"),
        Variable(
            name="job", title="Job", series=select("up", 'namespace=~"$namespace"'), label="job"
        ),
    ),
    rows=(_NOW, _SCRAPING, _PROMETHEUS, _RULES, _REMOTE),
    links=(FAILURE,),
)
