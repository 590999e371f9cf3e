"""The metrics of vLLM 0.33 and how an engine's events move them.

Names, labels, buckets and what is there from the start: `vllm/v1/metrics/loggers.py`,
`vllm/distributed/kv_transfer/kv_connector/v1/nixl_connector.py` and prometheus_fastapi_instrumentator's defaults.
"""

import time
from collections.abc import Iterable, Mapping
from typing import Final

from tools.emulators.engine import CAPACITY_BLOCKS, CAPACITY_TOKENS, Engine
from tools.emulators.events import (
    BrokenOff,
    EngineEvent,
    Fetched,
    FetchFailed,
    Finished,
    Generated,
    LeaseExpired,
    Preempted,
    Role,
    Scheduled,
    Sequence,
    TurnedAway,
)
from tools.emulators.families import PRESENT, Exporter, Family, Values, seeds
from tools.emulators.requests import BLOCK_TOKENS, MAX_OUTPUT_TOKENS

ENGINE_LABELS: Final = ("model_name", "engine")

LATENCY: Final = (
    *(0.3, 0.5, 0.8, 1, 1.5, 2, 2.5, 5, 10, 15, 20, 30, 40, 50, 60),
    *(120, 240, 480, 960, 1920, 7680),
)
FIRST_TOKEN: Final = (
    *(0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75),
    *(1, 2.5, 5, 7.5, 10, 20, 40, 80, 160, 640, 2560),
)
TOKEN_GAP: Final = (
    *(0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75),
    *(1, 2.5, 5, 7.5, 10, 20, 40, 80),
)
TOKENS: Final = tuple(
    digit * 10**power
    for power in range(6)
    for digit in (1, 2, 5)
    if digit * 10**power <= CAPACITY_TOKENS
)
"""1, 2, 5, 10 ... up to the longest sequence."""

_STEP_TOKENS: Final = (1, *(8 * 2**power for power in range(12)))
_TRANSFER_SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 5)
_TRANSFER_BYTES: Final = tuple(2 ** (11 + 2 * power) for power in range(12))
_DESCRIPTORS: Final = (
    *(10, 20, 30, 50, 75, 100, 200, 400, 1000, 2000, 4000, 10000),
    *(20000, 50000),
)
_BLOCK_AGES: Final = (
    *(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30),
    *(60, 120, 300, 600, 1200, 1800),
)
_HTTP_SECONDS: Final = (0.1, 0.5, 1)
_HTTP_FINE_SECONDS: Final = (
    *(0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 2.5),
    *(3, 3.5, 4, 4.5, 5, 7.5, 10, 30, 60),
)

_FINISHED_REASONS: Final = ("stop", "length", "abort", "error", "repetition")
_CACHE_CONFIG: Final[Mapping[str, str]] = {
    "block_size": str(BLOCK_TOKENS),
    "cache_dtype": "auto",
    "enable_prefix_caching": "True",
    "gpu_memory_utilization": "0.92",
    "kv_cache_memory_bytes": "None",
    "kv_cache_size_tokens": str(CAPACITY_TOKENS),
    "kv_cache_max_concurrency": "4.0",
    "num_gpu_blocks": str(CAPACITY_BLOCKS),
    "num_gpu_blocks_override": "None",
    "num_cpu_blocks": "None",
    "prefix_caching_hash_algo": "sha256",
    "sliding_window": "None",
    "swa_bounded_replay": "True",
}
"""Some of the fields of CacheConfig, which vLLM exposes all as labels."""


def _counter(name: str, *extra: str, seeded: tuple[Values, ...] = PRESENT) -> Family:
    return Family(name=name, kind="counter", labels=(*ENGINE_LABELS, *extra), seeded=seeded)


def _gauge(name: str, *extra: str, seeded: tuple[Values, ...] = PRESENT) -> Family:
    return Family(name=name, kind="gauge", labels=(*ENGINE_LABELS, *extra), seeded=seeded)


def _histogram(name: str, buckets: tuple[float, ...]) -> Family:
    return Family(
        name=name, kind="histogram", labels=ENGINE_LABELS, buckets=buckets, seeded=PRESENT
    )


CORE: Final = (
    _counter("vllm:estimated_flops_per_gpu_total"),
    _counter("vllm:estimated_read_bytes_per_gpu_total"),
    _counter("vllm:estimated_write_bytes_per_gpu_total"),
    _gauge("vllm:num_requests_running"),
    _gauge("vllm:num_requests_waiting"),
    _gauge(
        "vllm:num_requests_waiting_by_reason",
        "reason",
        seeded=seeds("reason", "capacity", "deferred"),
    ),
    _gauge(
        "vllm:engine_sleep_state",
        "sleep_state",
        seeded=seeds("sleep_state", "awake", "weights_offloaded", "discard_all"),
    ),
    _gauge("vllm:kv_cache_usage_perc"),
    _counter("vllm:prefix_cache_queries_total"),
    _counter("vllm:prefix_cache_hits_total"),
    _counter("vllm:external_prefix_cache_queries_total"),
    _counter("vllm:external_prefix_cache_hits_total"),
    _counter("vllm:mm_cache_queries_total"),
    _counter("vllm:mm_cache_hits_total"),
    _counter("vllm:num_preemptions_total"),
    _counter("vllm:prompt_tokens_total"),
    _counter(
        "vllm:prompt_tokens_by_source_total",
        "source",
        seeded=seeds("source", "local_compute", "local_cache_hit", "external_kv_transfer"),
    ),
    _counter("vllm:prompt_tokens_cached_total"),
    _counter(
        "vllm:prompt_tokens_cached_by_source_total",
        "source",
        seeded=seeds("source", "device", "host", "p2p", "disk", "external_unspecified"),
    ),
    _counter("vllm:generation_tokens_total"),
    _counter(
        "vllm:request_success_total",
        "finished_reason",
        seeded=seeds("finished_reason", *_FINISHED_REASONS),
    ),
    Family(
        name="vllm:admission_rejections_total",
        kind="counter",
        labels=("model_name", "reason"),
        seeded=seeds("reason", "max_num_queued_reqs", "max_num_queued_tokens"),
    ),
    _histogram("vllm:request_prompt_tokens", TOKENS),
    _histogram("vllm:request_generation_tokens", TOKENS),
    _histogram("vllm:iteration_tokens_total", _STEP_TOKENS),
    _histogram("vllm:request_max_num_generation_tokens", TOKENS),
    _histogram("vllm:request_params_n", (1, 2, 5, 10, 20)),
    _histogram("vllm:request_params_max_tokens", TOKENS),
    _histogram("vllm:time_to_first_token_seconds", FIRST_TOKEN),
    _histogram("vllm:inter_token_latency_seconds", TOKEN_GAP),
    _histogram("vllm:request_time_per_output_token_seconds", TOKEN_GAP),
    _histogram("vllm:e2e_request_latency_seconds", LATENCY),
    _histogram("vllm:request_queue_time_seconds", LATENCY),
    _histogram("vllm:request_inference_time_seconds", LATENCY),
    _histogram("vllm:request_prefill_time_seconds", LATENCY),
    _histogram("vllm:request_decode_time_seconds", LATENCY),
    _histogram("vllm:request_num_preemptions", (1, 2, 3, 4, 5, 10, 20)),
    _histogram("vllm:request_prefill_kv_computed_tokens", TOKENS),
    Family(name="vllm:cache_config_info", kind="gauge", labels=("engine", *_CACHE_CONFIG)),
)
"""What every vLLM exposes."""

NIXL: Final = (
    _histogram("vllm:nixl_xfer_time_seconds", _TRANSFER_SECONDS),
    _histogram("vllm:nixl_post_time_seconds", (0.001, *_TRANSFER_SECONDS)),
    _histogram("vllm:nixl_bytes_transferred", _TRANSFER_BYTES),
    _histogram("vllm:nixl_num_descriptors", _DESCRIPTORS),
    _counter("vllm:nixl_num_failed_transfers_total"),
    _counter("vllm:nixl_num_failed_notifications_total"),
    _counter("vllm:nixl_num_kv_expired_reqs_total"),
    _counter("vllm:nixl_num_notifications_after_expiry_total"),
)
"""What vLLM exposes as well where prefill and decode are apart."""

FETCH_STAGES: Final = (
    _gauge(
        "vllm:num_requests_kv_fetch_by_stage",
        "stage",
        seeded=seeds("stage", "waiting_to_start", "in_progress", "completed_waiting"),
    ),
)
"""What vLLM exposes as well where it reads the KV cache of others."""

KV_BLOCKS: Final = (
    _histogram("vllm:kv_block_lifetime_seconds", _BLOCK_AGES),
    _histogram("vllm:kv_block_idle_before_evict_seconds", _BLOCK_AGES),
    _histogram("vllm:kv_block_reuse_gap_seconds", _BLOCK_AGES),
)
"""What vLLM exposes as well with `--kv-cache-metrics`."""

SPECULATION: Final = (
    _counter("vllm:spec_decode_num_drafts_total"),
    _counter("vllm:spec_decode_num_draft_tokens_total"),
    _counter("vllm:spec_decode_num_accepted_tokens_total"),
    _counter(
        "vllm:spec_decode_num_accepted_tokens_per_pos_total",
        "position",
        seeded=seeds("position", "0", "1", "2"),
    ),
)
"""What vLLM exposes as well with `--speculative-config`."""

HTTP: Final = (
    Family(name="http_requests_total", kind="counter", labels=("handler", "method", "status")),
    Family(name="http_request_size_bytes", kind="summary", labels=("handler",)),
    Family(name="http_response_size_bytes", kind="summary", labels=("handler",)),
    Family(
        name="http_request_duration_highr_seconds", kind="histogram", buckets=_HTTP_FINE_SECONDS
    ),
    Family(
        name="http_request_duration_seconds",
        kind="histogram",
        labels=("handler", "method"),
        buckets=_HTTP_SECONDS,
    ),
)
"""What vLLM's web server exposes on the same port."""

PROCESS: Final = (
    Family(name="process_virtual_memory_bytes", kind="gauge"),
    Family(name="process_resident_memory_bytes", kind="gauge"),
    Family(name="process_start_time_seconds", kind="gauge"),
    Family(name="process_cpu_seconds_total", kind="counter"),
    Family(name="process_open_fds", kind="gauge"),
    Family(name="process_max_fds", kind="gauge"),
)
"""What the Python client exposes about its process, unless there are several."""

_HANDLER: Final = "/v1/completions"
_BYTES_PER_TOKEN: Final = 4


def families(role: Role, *, processes: int) -> tuple[Family, ...]:
    """Returns the families of a vLLM process.

    Args:
        role: What the pod is for.
        processes: How many API servers it runs.
    """
    apart = role is not Role.BOTH
    return (
        *(PROCESS if processes == 1 else ()),
        *CORE,
        *(NIXL if apart else ()),
        *(FETCH_STAGES if role is Role.DECODE else ()),
        *KV_BLOCKS,
        *SPECULATION,
        *HTTP,
    )


class VllmPod:
    """The metrics of one vLLM pod.

    Args:
        model: The served model's name.
        engines: Its engines by the value of their `engine` label.
        role: What the pod is for.
    """

    def __init__(self, model: str, engines: Mapping[int, Engine], role: Role) -> None:
        self.exporter = Exporter(families(role, processes=len(engines)), {"model_name": model})
        self._engines = engines
        self._role = role
        for engine in engines:
            self.exporter.seed({"engine": str(engine)})
            self._set(engine, "vllm:engine_sleep_state", 1, sleep_state="awake")
            self._set(engine, "vllm:cache_config_info", 1, **_CACHE_CONFIG)
        if self.exporter.has("process_start_time_seconds"):
            self.exporter.set("process_start_time_seconds", time.time())
            self.exporter.set("process_resident_memory_bytes", 6.2e9)
            self.exporter.set("process_virtual_memory_bytes", 48e9)
            self.exporter.set("process_open_fds", 64)
            self.exporter.set("process_max_fds", 1048576)

    def record(self, engine: int, events: Iterable[EngineEvent]) -> None:
        """Moves the metrics as the events of one engine do."""
        step_tokens = 0
        for event in events:
            match event:
                case Scheduled():
                    self._scheduled(engine, event.sequence)
                case Generated():
                    step_tokens += event.count
                    step_tokens += event.sequence.computed_tokens if event.first else 0
                    self._generated(engine, event)
                case Finished():
                    self._finished(engine, event)
                case BrokenOff():
                    # The client's going away is counted by its web server alone, as a success.
                    self._answered(event.sequence, event.at, "2xx")
                case Preempted():
                    self._add(engine, "vllm:num_preemptions_total")
                case Fetched() | FetchFailed() | LeaseExpired():
                    self._transferred(engine, event)
                case TurnedAway():
                    # Its web server alone knows of it.
                    status = f"{event.status // 100}xx"
                    self.exporter.add(
                        "http_requests_total", handler=_HANDLER, method="POST", status=status
                    )
        if step_tokens:
            self._observe(engine, "vllm:iteration_tokens_total", step_tokens)

    def look(self, seconds: float) -> None:
        """Sets the gauges; the argument is the time since the last look."""
        for name, engine in self._engines.items():
            waiting = len(engine.waiting)
            self._set(name, "vllm:num_requests_running", len(engine.running))
            self._set(name, "vllm:num_requests_waiting", waiting)
            self._set(name, "vllm:num_requests_waiting_by_reason", waiting, reason="capacity")
            self._set(name, "vllm:kv_cache_usage_perc", engine.kv_usage)
        if self.exporter.has("process_cpu_seconds_total"):
            self.exporter.add("process_cpu_seconds_total", seconds * 0.3)

    def _transferred(self, engine: int, event: Fetched | FetchFailed | LeaseExpired) -> None:
        match event:
            case Fetched():
                self._observe(engine, "vllm:nixl_xfer_time_seconds", event.seconds)
                self._observe(engine, "vllm:nixl_post_time_seconds", event.seconds / 20)
                self._observe(engine, "vllm:nixl_bytes_transferred", event.size)
                self._observe(engine, "vllm:nixl_num_descriptors", event.descriptors)
            case FetchFailed():
                self._add(engine, "vllm:nixl_num_failed_transfers_total")
            case LeaseExpired():
                self._add(engine, "vllm:nixl_num_kv_expired_reqs_total")

    def _scheduled(self, engine: int, sequence: Sequence) -> None:
        prompt, hits = sequence.request.prompt_tokens, sequence.local_tokens
        self._add(engine, "vllm:prefix_cache_queries_total", prompt)
        self._add(engine, "vllm:prefix_cache_hits_total", hits)
        self._add(engine, "vllm:prompt_tokens_cached_by_source_total", hits, source="device")
        if self._role is not Role.BOTH:
            self._add(engine, "vllm:external_prefix_cache_queries_total", prompt - hits)
            self._add(engine, "vllm:external_prefix_cache_hits_total", sequence.remote_tokens)
            self._add(
                engine,
                "vllm:prompt_tokens_cached_by_source_total",
                sequence.remote_tokens,
                source="p2p",
            )

    def _generated(self, engine: int, event: Generated) -> None:
        sequence = event.sequence
        self._add(engine, "vllm:generation_tokens_total", event.count)
        gaps = event.count
        if event.first and sequence.first_token is not None:
            gaps -= 1
            self._first_token(engine, sequence, sequence.first_token)
        for _ in range(gaps):
            self._observe(engine, "vllm:inter_token_latency_seconds", sequence.gap)
        self._speculated(engine, gaps)

    def _first_token(self, engine: int, sequence: Sequence, at: float) -> None:
        seconds = at - sequence.enqueued
        self._observe(engine, "vllm:time_to_first_token_seconds", seconds)
        sources = {
            "local_compute": sequence.computed_tokens,
            "local_cache_hit": sequence.local_tokens,
            "external_kv_transfer": sequence.remote_tokens,
        }
        self._add(engine, "vllm:prompt_tokens_total", sequence.request.prompt_tokens)
        for source, tokens in sources.items():
            self._add(engine, "vllm:prompt_tokens_by_source_total", tokens, source=source)
        cached = sequence.local_tokens + sequence.remote_tokens
        self._add(engine, "vllm:prompt_tokens_cached_total", cached)

    def _speculated(self, engine: int, tokens: int) -> None:
        """Three tokens are proposed for each draft, and two thirds of the drafts' tokens accepted."""
        drafts = tokens // 3
        if not drafts:
            return
        self._add(engine, "vllm:spec_decode_num_drafts_total", drafts)
        self._add(engine, "vllm:spec_decode_num_draft_tokens_total", 3 * drafts)
        self._add(engine, "vllm:spec_decode_num_accepted_tokens_total", 2 * drafts)
        for position in ("0", "1"):
            self._add(
                engine,
                "vllm:spec_decode_num_accepted_tokens_per_pos_total",
                drafts,
                position=position,
            )

    def _finished(self, engine: int, event: Finished) -> None:
        sequence, failed = event.sequence, event.reason == "error"
        request, first = sequence.request, sequence.first_token
        self._add(engine, "vllm:request_success_total", finished_reason=event.reason)
        self._answered(sequence, event.at, "5xx" if failed else "2xx")
        started = sequence.enqueued + sequence.queue_seconds
        prefilled = event.at if first is None else first
        seconds = {
            "vllm:e2e_request_latency_seconds": event.at - sequence.enqueued,
            "vllm:request_queue_time_seconds": sequence.queue_seconds,
            "vllm:request_inference_time_seconds": event.at - started,
            "vllm:request_prefill_time_seconds": prefilled - started,
            "vllm:request_decode_time_seconds": event.at - prefilled,
        }
        for name, value in seconds.items():
            self._observe(engine, name, max(0.0, value))
        gaps = max(1, sequence.emitted - 1)
        per_token = max(0.0, event.at - prefilled) / gaps
        self._observe(engine, "vllm:request_time_per_output_token_seconds", per_token)
        counts = {
            "vllm:request_prompt_tokens": request.prompt_tokens,
            "vllm:request_generation_tokens": sequence.emitted,
            "vllm:request_max_num_generation_tokens": sequence.emitted,
            "vllm:request_params_n": 1,
            "vllm:request_params_max_tokens": 1 if sequence.limit == 1 else MAX_OUTPUT_TOKENS,
            "vllm:request_num_preemptions": sequence.preemptions,
            "vllm:request_prefill_kv_computed_tokens": sequence.computed_tokens,
        }
        for name, count in counts.items():
            self._observe(engine, name, count)
        age = event.at - started
        self._observe(engine, "vllm:kv_block_lifetime_seconds", age + 20)
        self._observe(engine, "vllm:kv_block_idle_before_evict_seconds", 20)
        self._observe(engine, "vllm:kv_block_reuse_gap_seconds", 2)

    def _answered(self, sequence: Sequence, at: float, status: str) -> None:
        seconds = at - sequence.enqueued
        self.exporter.add("http_requests_total", handler=_HANDLER, method="POST", status=status)
        self.exporter.observe(
            "http_request_size_bytes",
            sequence.request.prompt_tokens * _BYTES_PER_TOKEN,
            handler=_HANDLER,
        )
        self.exporter.observe(
            "http_response_size_bytes", sequence.emitted * _BYTES_PER_TOKEN, handler=_HANDLER
        )
        self.exporter.observe("http_request_duration_highr_seconds", seconds)
        self.exporter.observe(
            "http_request_duration_seconds", seconds, handler=_HANDLER, method="POST"
        )

    def _add(self, engine: int, name: str, amount: float = 1, **labels: str) -> None:
        self.exporter.add(name, amount, engine=str(engine), **labels)

    def _set(self, engine: int, name: str, value: float, **labels: str) -> None:
        self.exporter.set(name, value, engine=str(engine), **labels)

    def _observe(self, engine: int, name: str, value: float) -> None:
        self.exporter.observe(name, value, engine=str(engine))
