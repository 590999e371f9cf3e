"""The metrics of the Endpoint Picker in each of its naming generations.

The Endpoint Picker has renamed its series over time and emitted old and new names side by side for several releases.
A generation is one set of names; a process exposes one or more of them, all with the same values.

Names, labels and buckets: `pkg/epp/metrics/metrics.go` of gateway-api-inference-extension v0.5 to v1.5, and of
llm-d-router.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from statistics import fmean, pstdev
from typing import Final

from tools.emulators.events import Answered, PoolEvent, Refused, Role, Routed, TurnedAway
from tools.emulators.families import Exporter, Family, Kind
from tools.emulators.pool import QUEUE_THRESHOLD, Pool
from tools.emulators.requests import Request


class Generation(StrEnum):
    """One set of names."""

    MODEL = "model"
    """`inference_model_*`: gateway-api-inference-extension up to 1.0."""

    OBJECTIVE = "objective"
    """`inference_objective_*`: gateway-api-inference-extension 1.1 to 1.5."""

    SCHEDULER = "scheduler"
    """`llm_d_inference_scheduler_*`: what llm-d 0.4 to 0.7 added to `objective`."""

    EPP = "epp"
    """`llm_d_epp_*`: llm-d-router from 0.9 on, which has `objective` and `scheduler` as well at first."""


_DURATION: Final = (
    *(0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8),
    *(10, 15, 20, 30, 45, 60, 120, 180, 240, 300, 360, 480, 600, 900, 1200, 1800),
    *(2700, 3600),
)
_FIRST_TOKEN: Final = tuple(bound for bound in _DURATION if bound <= 120)  # noqa: PLR2004
_PER_TOKEN: Final = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)
_STREAMED_PER_TOKEN: Final = (
    *(0.0005, 0.00205, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.125, 0.15),
    *(0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1, 2),
)
_STREAMED_GAP: Final = (
    *(0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.15, 0.2, 0.3, 0.5, 0.75),
    *(1, 2),
)
_FAST: Final = (0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1)
_QUEUE: Final = (
    *(0.0001, 0.0005, 0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
    *(10, 30, 60),
)
_PROCESSING: Final = (
    *(0.0005, 0.001, 0.002, 0.005, 0.01, 0.015, 0.025, 0.04, 0.06, 0.1, 0.25, 0.5),
    *(1, 2.5, 5, 10),
)
_RESPONDING: Final = (
    *(0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25),
    *(0.5, 1, 2.5, 5),
)
_STREAM: Final = (0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 120, 300, 600)
_OUTPUT_TOKENS: Final = (1, *(2.0**power for power in range(3, 14)))
# 32778 is what the source says.
_INPUT_TOKENS: Final = (
    *_OUTPUT_TOKENS,
    16384,
    32778,
    *(2.0**power for power in range(16, 21)),
)
_REQUEST_BYTES: Final = tuple(2.0**power for power in range(6, 31))
_RESPONSE_BYTES: Final = (*_OUTPUT_TOKENS, 16384, 32778, 65536)
_HIT_RATIO: Final = tuple(tenth / 10 for tenth in range(11))
_HIT_BYTES: Final = (0, 16, *(2.0**power for power in range(5, 17)))

_OLD: Final = ("model_name", "target_model_name")
_NEW: Final = ("model_name", "target_model_name", "fairness_id", "priority")
_FLOW: Final = ("fairness_id", "priority", "inference_pool", "model_name", "target_model_name")
_PLUGIN: Final = ("plugin_name", "plugin_type")
_EXTENSION: Final = ("extension_point", "plugin_type", "plugin_name")

_BYTES_PER_TOKEN: Final = 4
_REJECTION_BYTES: Final = 120
_PRIORITY: Final = "0"
_PREFIX_PLUGIN: Final = {
    "plugin_name": "approx-prefix-cache-producer",
    "plugin_type": "approx-prefix-cache-producer",
}
_DISAGGREGATION_PLUGIN: Final = {
    "plugin_name": "disagg-profile-handler",
    "plugin_type": "disagg-profile-handler",
}
_PLUGINS: Final = (
    ("RequestParsing", "openai-parser"),
    ("DataProducer", "approx-prefix-cache-producer"),
    ("ProfilePicker", "disagg-profile-handler"),
    ("Filter", "decode-filter"),
    ("Scorer", "queue-scorer"),
    ("Scorer", "kv-cache-utilization-scorer"),
    ("Scorer", "prefix-cache-scorer"),
    ("Picker", "max-score-picker"),
    ("PreRequest", "approx-prefix-cache-producer"),
    ("ProcessProfilesResults", "disagg-profile-handler"),
)


@dataclass(frozen=True, kw_only=True)
class _Meaning:
    """A quantity, with its name and labels in each generation that has it."""

    kind: Kind
    names: Mapping[Generation, tuple[str, tuple[str, ...]]]
    buckets: tuple[float, ...] = ()


def _meaning(
    kind: Kind,
    new: str,
    labels: tuple[str, ...] = (),
    *,
    old: str | None = None,
    old_labels: tuple[str, ...] | None = None,
    model: bool = True,
    buckets: tuple[float, ...] = (),
) -> _Meaning:
    """Describes a quantity.

    Args:
        kind: Its type.
        new: Its name behind `llm_d_epp_`.
        labels: Its labels there.
        old: Its full name before that; one that begins with `inference_objective_` was `inference_model_` first.
        old_labels: Its labels there.
        model: Whether the first generation had it as well.
        buckets: Bounds of its buckets.
    """
    names: dict[Generation, tuple[str, tuple[str, ...]]] = {}
    if old is not None:
        before = labels if old_labels is None else old_labels
        ours = old.startswith("llm_d_inference_scheduler_")
        names[Generation.SCHEDULER if ours else Generation.OBJECTIVE] = (old, before)
        if model:
            first = old.replace("inference_objective_", "inference_model_")
            names[Generation.MODEL] = (first, before)
    names[Generation.EPP] = (f"llm_d_epp_{new}", labels)
    return _Meaning(kind=kind, names=names, buckets=buckets)


_OBJECTIVE: Final = "inference_objective_"
_POOL: Final = "inference_pool_"
_EXTENSION_PREFIX: Final = "inference_extension_"
_SCHEDULER: Final = "llm_d_inference_scheduler_"

_MEANINGS: Final[Mapping[str, _Meaning]] = {
    "requests": _meaning(
        "counter",
        "request_total",
        _NEW,
        old=f"{_OBJECTIVE}request_total",
        old_labels=(*_OLD, "priority"),
    ),
    "errors": _meaning(
        "counter",
        "request_error_total",
        (*_NEW, "error_code"),
        old=f"{_OBJECTIVE}request_error_total",
        old_labels=(*_OLD, "error_code"),
    ),
    "duration": _meaning(
        "histogram",
        "request_duration_seconds",
        _NEW,
        old=f"{_OBJECTIVE}request_duration_seconds",
        old_labels=_OLD,
        buckets=_DURATION,
    ),
    "request size": _meaning(
        "histogram",
        "request_size_bytes",
        _NEW,
        old=f"{_OBJECTIVE}request_sizes",
        old_labels=_OLD,
        buckets=_REQUEST_BYTES,
    ),
    "response size": _meaning(
        "histogram",
        "response_size_bytes",
        _NEW,
        old=f"{_OBJECTIVE}response_sizes",
        old_labels=_OLD,
        buckets=_RESPONSE_BYTES,
    ),
    "input tokens": _meaning(
        "histogram",
        "request_input_tokens",
        _NEW,
        old=f"{_OBJECTIVE}input_tokens",
        old_labels=_OLD,
        buckets=_INPUT_TOKENS,
    ),
    "output tokens": _meaning(
        "histogram",
        "request_output_tokens",
        _NEW,
        old=f"{_OBJECTIVE}output_tokens",
        old_labels=_OLD,
        buckets=_OUTPUT_TOKENS,
    ),
    "cached tokens": _meaning(
        "histogram",
        "request_cached_tokens",
        _NEW,
        old=f"{_OBJECTIVE}prompt_cached_tokens",
        old_labels=_OLD,
        model=False,
        buckets=_INPUT_TOKENS,
    ),
    "running": _meaning(
        "gauge",
        "request_running",
        _NEW,
        old=f"{_OBJECTIVE}running_requests",
        old_labels=("model_name",),
    ),
    "per token": _meaning(
        "histogram",
        "request_ntpot_seconds",
        _NEW,
        old=f"{_OBJECTIVE}normalized_time_per_output_token_seconds",
        old_labels=_OLD,
        buckets=_PER_TOKEN,
    ),
    "first token": _meaning(
        "histogram", "request_ttft_seconds", (*_NEW, "streaming"), buckets=_FIRST_TOKEN
    ),
    "streamed per token": _meaning(
        "histogram", "request_streaming_tpot_seconds", _NEW, buckets=_STREAMED_PER_TOKEN
    ),
    "streamed gap": _meaning(
        "histogram", "request_streaming_itl_seconds", _NEW, buckets=_STREAMED_GAP
    ),
    "pool kv usage": _meaning(
        "gauge",
        "average_kv_cache_utilization",
        ("name",),
        old=f"{_POOL}average_kv_cache_utilization",
    ),
    "pool queue": _meaning(
        "gauge", "average_queue_size", ("name",), old=f"{_POOL}average_queue_size"
    ),
    "pool running": _meaning(
        "gauge",
        "average_running_requests",
        ("name",),
        old=f"{_POOL}average_running_requests",
        model=False,
    ),
    "pool kv usage spread": _meaning("gauge", "std_dev_kv_cache_utilization", ("name",)),
    "pool queue spread": _meaning("gauge", "std_dev_queue_size", ("name",)),
    "pool running spread": _meaning("gauge", "std_dev_running_requests", ("name",)),
    "ready": _meaning("gauge", "ready_endpoints", ("name",), old=f"{_POOL}ready_pods"),
    "endpoint queue": _meaning(
        "gauge",
        "per_endpoint_queue_size",
        ("name", "model_server_endpoint"),
        old=f"{_POOL}per_pod_queue_size",
        old_labels=("name", "model_server_pod"),
    ),
    "scheduling": _meaning(
        "histogram",
        "scheduler_e2e_duration_seconds",
        old=f"{_EXTENSION_PREFIX}scheduler_e2e_duration_seconds",
        buckets=_FAST,
    ),
    "attempts": _meaning(
        "counter",
        "scheduler_attempts_total",
        ("status", "target_model_name", "endpoint_name", "namespace", "port"),
        old=f"{_EXTENSION_PREFIX}scheduler_attempts_total",
        old_labels=("status", "target_model_name", "pod_name", "namespace", "port"),
        model=False,
    ),
    "plugins": _meaning(
        "histogram",
        "plugin_duration_seconds",
        _EXTENSION,
        old=f"{_EXTENSION_PREFIX}plugin_duration_seconds",
        buckets=_FAST,
    ),
    "request processing": _meaning(
        "histogram", "request_processing_duration_seconds", buckets=_PROCESSING
    ),
    "response processing": _meaning(
        "histogram", "response_processing_duration_seconds", buckets=_RESPONDING
    ),
    "info": _meaning("gauge", "info", ("commit", "build_ref"), old=f"{_EXTENSION_PREFIX}info"),
    "poll errors": _meaning(
        "counter",
        "datalayer_poll_errors_total",
        ("source_type",),
        old=f"{_SCHEDULER}datalayer_poll_errors_total",
        model=False,
    ),
    "index size": _meaning(
        "gauge",
        "prefix_indexer_size",
        _PLUGIN,
        old=f"{_EXTENSION_PREFIX}prefix_indexer_size",
        old_labels=(),
    ),
    "index hit ratio": _meaning(
        "histogram",
        "prefix_indexer_hit_ratio",
        _PLUGIN,
        old=f"{_EXTENSION_PREFIX}prefix_indexer_hit_ratio",
        old_labels=(),
        buckets=_HIT_RATIO,
    ),
    "index hit bytes": _meaning(
        "histogram",
        "prefix_indexer_hit_bytes",
        _PLUGIN,
        old=f"{_EXTENSION_PREFIX}prefix_indexer_hit_bytes",
        old_labels=(),
        buckets=_HIT_BYTES,
    ),
    "disaggregation": _meaning(
        "counter",
        "disagg_decision_total",
        (*_PLUGIN, "model_name", "decision_type"),
        old=f"{_SCHEDULER}disagg_decision_total",
        old_labels=("model_name", "decision_type"),
        model=False,
    ),
    "held seconds": _meaning(
        "histogram",
        "flow_control_request_queue_duration_seconds",
        ("outcome", *_FLOW),
        old=f"{_EXTENSION_PREFIX}flow_control_request_queue_duration_seconds",
        model=False,
        buckets=_QUEUE,
    ),
    "held": _meaning(
        "gauge",
        "flow_control_queue_size",
        _FLOW,
        old=f"{_EXTENSION_PREFIX}flow_control_queue_size",
        model=False,
    ),
    "held bytes": _meaning(
        "gauge",
        "flow_control_queue_bytes",
        _FLOW,
        old=f"{_EXTENSION_PREFIX}flow_control_queue_bytes",
        model=False,
    ),
    "dispatch cycle": _meaning(
        "histogram",
        "flow_control_dispatch_cycle_duration_seconds",
        old=f"{_EXTENSION_PREFIX}flow_control_dispatch_cycle_duration_seconds",
        model=False,
        buckets=_FAST,
    ),
    "enqueueing": _meaning(
        "histogram",
        "flow_control_request_enqueue_duration_seconds",
        ("fairness_id", "priority", "outcome"),
        old=f"{_EXTENSION_PREFIX}flow_control_request_enqueue_duration_seconds",
        model=False,
        buckets=_FAST,
    ),
    "saturation": _meaning(
        "gauge",
        "flow_control_pool_saturation",
        ("inference_pool", "stage"),
        old=f"{_EXTENSION_PREFIX}flow_control_pool_saturation",
        old_labels=("inference_pool",),
        model=False,
    ),
    "stale": _meaning("gauge", "flow_control_stale_endpoints", ("detector",)),
    "outcomes": _meaning(
        "counter", "flow_control_requests_total", ("outcome", "priority", "inference_pool")
    ),
    "capacity in requests": _meaning(
        "gauge", "flow_control_capacity_utilization_requests", ("priority", "inference_pool")
    ),
    "capacity in bytes": _meaning(
        "gauge", "flow_control_capacity_utilization_bytes", ("priority", "inference_pool")
    ),
    "global capacity in bytes": _meaning(
        "gauge", "flow_control_global_capacity_utilization_bytes", ("inference_pool",)
    ),
    "streams": _meaning("counter", "extproc_streams_total", ("code",)),
    "streams in flight": _meaning("gauge", "extproc_streams_inflight"),
    "stream duration": _meaning("histogram", "extproc_stream_duration_seconds", buckets=_STREAM),
}

_KEPT_FOR_AUTOSCALERS: Final = ("attempts", "held", "held bytes")
"""What llm-d-router exposes under the old names as well, even where it has dropped the rest of them."""

_CAPACITY_REQUESTS: Final = 1000
_CAPACITY_BYTES: Final = 1 << 30


def families(generations: Iterable[Generation]) -> tuple[Family, ...]:
    """Returns the families of an Endpoint Picker that exposes these generations."""
    chosen = {
        name: Family(name=name, kind=meaning.kind, labels=labels, buckets=meaning.buckets)
        for meaning in _MEANINGS.values()
        for name, labels in _names(meaning, frozenset(generations))
    }
    return tuple(chosen.values())


def _names(
    meaning: _Meaning, generations: frozenset[Generation]
) -> list[tuple[str, tuple[str, ...]]]:
    """The names of a quantity with their labels, each once: the first two generations share most of theirs."""
    found: dict[str, tuple[str, ...]] = {}
    kept = any(meaning is _MEANINGS[name] for name in _KEPT_FOR_AUTOSCALERS)
    for generation, (name, labels) in meaning.names.items():
        wanted = generation in generations
        legacy = kept and generation is Generation.OBJECTIVE and Generation.EPP in generations
        if wanted or legacy:
            found.setdefault(name, labels)
    if meaning is _MEANINGS["saturation"] and Generation.EPP in generations:
        # Beside the new name, the old one has the new one's label too.
        return [(name, meaning.names[Generation.EPP][1]) for name in found]
    return list(found.items())


class EndpointPicker:
    """The metrics of one Endpoint Picker.

    Args:
        model: The served model's name.
        namespace: Namespace of its pods.
        pool_name: Name of its InferencePool.
        pool: What it routes to.
        ports: Port of each pod.
        generations: The names that it exposes.
    """

    def __init__(
        self,
        *,
        model: str,
        namespace: str,
        pool_name: str,
        pool: Pool,
        ports: Mapping[str, int],
        generations: Iterable[Generation],
    ) -> None:
        chosen = frozenset(generations)
        self.exporter = Exporter(families(chosen))
        self._series = {what: _names(meaning, chosen) for what, meaning in _MEANINGS.items()}
        self._pool = pool
        self._ports = ports
        self._common = {
            "model_name": model,
            "target_model_name": model,
            "priority": _PRIORITY,
            "name": pool_name,
            "inference_pool": pool_name,
            "namespace": namespace,
        }
        self._set("info", 1, commit="", build_ref="")
        self._since_refresh = _REFRESH_SECONDS
        self._tenants = dict.fromkeys(pool.traffic.tenants)

    def record(self, events: Iterable[PoolEvent]) -> None:
        """Moves the metrics as the events do."""
        for event in events:
            match event:
                case Refused():
                    self._refused(event.request)
                case Routed():
                    self._routed(event)
                case Answered():
                    self._answered(event)
                case TurnedAway():
                    self._turned_away(event.request)

    def look(self, seconds: float) -> None:
        """Sets the gauges; those of the pool are refreshed every 5 s only."""
        pool = self._pool
        # A tenant that was seen once is shown from then on.
        for request in (*pool.in_flight.values(), *pool.held):
            self._tenants[request.tenant] = None
        running: dict[str, int] = dict.fromkeys(self._tenants, 0)
        for request in pool.in_flight.values():
            running[request.tenant] += 1
        held: dict[str, list[Request]] = {tenant: [] for tenant in self._tenants}
        for request in pool.held:
            held[request.tenant].append(request)
        # The old names have no tenant; the last one set is all that they would show.
        self._set("running", sum(running.values()), only_without="fairness_id")
        for tenant, count in running.items():
            self._set("running", count, only_with="fairness_id", fairness_id=tenant)
            waiting = held[tenant]
            size = sum(request.prompt_tokens for request in waiting) * _BYTES_PER_TOKEN
            self._set("held", len(waiting), fairness_id=tenant)
            self._set("held bytes", size, fairness_id=tenant)
        self._set("streams in flight", len(pool.in_flight))
        self._observe("dispatch cycle", 0.0002)
        self._since_refresh += seconds
        if self._since_refresh >= _REFRESH_SECONDS:
            self._since_refresh = 0.0
            self._refresh()

    def _refresh(self) -> None:
        engines = self._pool.engines
        usage = [engine.kv_usage for engine in engines.values()]
        queues = [float(len(engine.waiting)) for engine in engines.values()]
        running = [float(len(engine.running)) for engine in engines.values()]
        for what, values in (
            ("pool kv usage", usage),
            ("pool queue", queues),
            ("pool running", running),
        ):
            self._set(what, fmean(values))
            self._set(f"{what} spread", pstdev(values))
        self._set("ready", len(engines))
        for address, engine in engines.items():
            endpoint = f"{address.pod}-rank-{address.engine}"
            self._set(
                "endpoint queue",
                len(engine.waiting),
                model_server_endpoint=endpoint,
                model_server_pod=endpoint,
            )
        self._saturation()
        self._set("stale", 0, detector="utilization-detector")
        held = self._pool.held
        size = sum(request.prompt_tokens for request in held) * _BYTES_PER_TOKEN
        self._set("capacity in requests", len(held) / _CAPACITY_REQUESTS)
        self._set("capacity in bytes", size / _CAPACITY_BYTES)
        self._set("global capacity in bytes", size / _CAPACITY_BYTES)
        self._set("index size", 4096, **_PREFIX_PLUGIN)

    def _saturation(self) -> None:
        stages = {
            "prefill": (Role.PREFILL,),
            "decode": (Role.DECODE, Role.BOTH),
        }
        values: dict[str, float] = {}
        for stage, roles in stages.items():
            engines = [self._pool.engines[one] for one in self._pool.of_role(*roles)]
            if engines:
                values[stage] = fmean(
                    max(len(one.waiting) / QUEUE_THRESHOLD, one.kv_usage / 0.8) for one in engines
                )
        values["effective"] = max(values.values())
        self._set("saturation", values["effective"], only_without="stage")
        for stage, value in values.items():
            self._set("saturation", value, only_with="stage", stage=stage)

    def _refused(self, request: Request) -> None:
        """A refused request is counted as an error only, not among the requests."""
        self._add("streams", code="OK")
        if request.rejection is not None:
            # What can't be read names no model.
            nobody = dict.fromkeys(("model_name", "target_model_name"), "")
            self._add("errors", error_code="BadRequest", fairness_id=request.tenant, **nobody)
            return
        self._add("errors", error_code="ResourceExhausted", fairness_id=request.tenant)
        self._add("outcomes", outcome="RejectedCapacity")

    def _turned_away(self, request: Request) -> None:
        """The status of a model server shows in no counter."""
        self._add("streams", code="OK")
        self._observe(
            "response size",
            _REJECTION_BYTES,
            **{"fairness_id": request.tenant, **_asked_for(request)},
        )

    def _routed(self, event: Routed) -> None:
        request = event.request
        tenant = {"fairness_id": request.tenant, **_asked_for(request)}
        self._add("requests", **tenant)
        self._observe("request size", request.prompt_tokens * _BYTES_PER_TOKEN, **tenant)
        self._observe("scheduling", event.scheduling_seconds)
        self._observe("request processing", event.scheduling_seconds * 1.3)
        share = event.scheduling_seconds / len(_PLUGINS)
        for point, plugin in _PLUGINS:
            self._observe(
                "plugins", share, extension_point=point, plugin_type=plugin, plugin_name=plugin
            )
        self._add(
            "attempts",
            status="success",
            endpoint_name=event.pod,
            pod_name=event.pod,
            port=str(self._ports[event.pod]),
        )
        self._add("disaggregation", decision_type=event.decision, **_DISAGGREGATION_PLUGIN)
        self._observe("held seconds", event.queue_seconds, outcome="Dispatched", **tenant)
        self._observe("enqueueing", 0.0002, outcome="NotYetFinalized", **tenant)
        self._add("outcomes", outcome="Dispatched")
        ratio = request.cached_tokens / max(1, request.prompt_tokens)
        self._observe("index hit ratio", ratio, **_PREFIX_PLUGIN)
        self._observe("index hit bytes", request.cached_tokens * _BYTES_PER_TOKEN, **_PREFIX_PLUGIN)

    def _answered(self, event: Answered) -> None:
        """An error of the model server shows in no counter of errors, only in that nothing was generated."""
        request, tokens = event.sequence.request, event.sequence.emitted
        tenant = {"fairness_id": request.tenant}
        self._add("streams", code="OK")
        self._observe("stream duration", event.seconds)
        self._observe("duration", event.seconds, **tenant)
        self._observe("response size", tokens * _BYTES_PER_TOKEN, **tenant)
        self._observe("response processing", 0.0004)
        if event.failed:
            return
        self._observe("input tokens", request.prompt_tokens, **tenant)
        self._observe("output tokens", tokens, **tenant)
        cached = event.sequence.local_tokens + event.sequence.remote_tokens
        self._observe("cached tokens", cached, **tenant)
        self._observe("per token", event.seconds / max(1, tokens), **tenant)
        if event.first_token_seconds is None:
            return
        streaming = "true" if request.streaming else "false"
        self._observe("first token", event.first_token_seconds, streaming=streaming, **tenant)
        if request.streaming and tokens > 1:
            gap = event.sequence.gap
            self._observe("streamed per token", gap, **tenant)
            for _ in range(tokens - 1):
                self._observe("streamed gap", gap, **tenant)

    def _labels(self, names: tuple[str, ...], labels: Mapping[str, str]) -> dict[str, str]:
        return {name: labels.get(name, self._common.get(name, "")) for name in names}

    def _add(self, what: str, **labels: str) -> None:
        for name, names in self._series[what]:
            self.exporter.add(name, 1, **self._labels(names, labels))

    def _observe(self, what: str, value: float, **labels: str) -> None:
        for name, names in self._series[what]:
            self.exporter.observe(name, value, **self._labels(names, labels))

    def _set(
        self,
        what: str,
        value: float,
        only_with: str | None = None,
        only_without: str | None = None,
        **labels: str,
    ) -> None:
        for name, names in self._series[what]:
            if (only_with is None or only_with in names) and only_without not in names:
                self.exporter.set(name, value, **self._labels(names, labels))


def _asked_for(request: Request) -> Mapping[str, str]:
    """The labels of a model that nobody serves: what clients say reaches labels."""
    if request.model is None:
        return {}
    return dict.fromkeys(("model_name", "target_model_name"), request.model)


_REFRESH_SECONDS: Final = 5.0
"""How often an Endpoint Picker refreshes the gauges of its pool."""
