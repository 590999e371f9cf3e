"""The metrics of SGLang 0.5 and how an engine's events move them.

Names, labels and buckets: `sglang/srt/observability/metrics_collector.py`. The scheduler's series carry ranks, those
of the tokenizer manager don't. Counters of what hasn't happened yet are absent.
"""

from collections.abc import Iterable
from itertools import pairwise
from typing import Final

from tools.emulators.engine import CAPACITY_TOKENS, Engine
from tools.emulators.events import (
    BrokenOff,
    EngineEvent,
    Finished,
    Generated,
    Preempted,
    Role,
    Scheduled,
    Sequence,
    TurnedAway,
)
from tools.emulators.families import PRESENT, Exporter, Family, Kind, Values, seeds
from tools.emulators.requests import BLOCK_TOKENS

_SCHEDULER: Final = ("model_name", "engine_type", "tp_rank", "pp_rank", "moe_ep_rank")
_REQUESTS: Final = ("model_name", "engine_type")

_TOKENS: Final = (
    *(100, 300, 500, 700, 1000, 1500, *range(2000, 10001, 1000), *range(12500, 30001, 2500)),
    *(35000, 40000, 60000, 80000, 100000, 200000, 300000, 400000, 600000, 800000),
    *(1000000, 1100000),
)
_TOKEN_GAP: Final = (
    *(0.002, 0.004, 0.006, 0.008, 0.01, 0.015, 0.02, 0.025, 0.03, 0.035, 0.04),
    *(0.06, 0.08, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 2, 4, 6, 8),
)
_FIRST_TOKEN: Final = (
    *(0.1, 0.2, 0.4, 0.6, 0.8, 1, 2, 4, 6, 8, 10, 20, 40, 60, 80, 100, 200, 400),
)
_LATENCY: Final = (*_FIRST_TOKEN, 600, 1200, 1800, 2400)
_QUEUE: Final = (
    *(0, 0.001, 0.005, 0.01, 0.05, 0.1, 0.2, 0.5, 1, 2, 3, 4, 5, 10, 15, 20),
    *(30, 40, 50, 60, 70, 80, 90, *range(100, 1001, 100), *range(1200, 2001, 200), 2500, 3000),
)
_STAGE: Final = tuple(0.001 * 1.62**power for power in range(30))
_IMBALANCE: Final = (1, 1.5, 2, 2.5, 3, 4, 5, 7.5, 10, 15, 20, 30, 45, 60)
_SYNC_WAIT: Final = (
    *(0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1),
    *(0.25, 0.5, 1),
)

_POOLS: Final = ("swa", "mamba")
_STAGES: Final = (
    *("get_next_batch_to_run", "idle", "other", "process_batch_result"),
    *("process_input_requests", "process_queue", "recv_requests", "run_batch"),
)
_GRAPHS: Final = (
    *("decode", "draft_decode", "draft_extend", "draft_prefill", "prefill"),
    "target_verify",
)
_KEY_COUNTS: Final = ("0", "1", "2", "3", "5", "7", "10", "20", "50", "100", "200", "+Inf")

ZERO_GAUGES: Final = (
    *("num_grammar_queue_reqs", "spec_accept_length", "spec_accept_rate", "spec_cap_length"),
    *("spec_block_accept_length", "spec_num_steps", "spec_num_draft_tokens"),
    *("num_prefill_bootstrap_queue_reqs", "num_prefill_inflight_queue_reqs"),
    *("num_decode_prealloc_queue_reqs", "num_decode_transfer_queue_reqs"),
    *("num_decode_host_receive_queue_reqs", "num_decode_deferred_kv_release_reqs"),
    *("pending_prealloc_token_usage", "prealloc_full_token_usage", "prealloc_swa_token_usage"),
    *("utilization", "fwd_occupancy", "new_token_ratio", "is_cuda_graph"),
    "num_unique_running_routing_keys",
    *(f"{pool}_{what}" for pool in _POOLS for what in ("available_tokens", "evictable_tokens")),
    *(f"{pool}_used_tokens" for pool in _POOLS),
    *("swa_token_usage", "mamba_usage"),
)
"""Gauges of features that are off: there, at 0."""

LIVE_GAUGES: Final = (
    *("num_running_reqs", "num_queue_reqs", "gen_throughput", "cache_hit_rate"),
    *("decode_sum_seq_lens", "token_usage", "full_token_usage", "num_used_tokens"),
    *("kv_available_tokens", "kv_evictable_tokens", "kv_used_tokens"),
)

CONSTANT_GAUGES: Final = {
    "max_total_num_tokens": float(CAPACITY_TOKENS),
    "weight_memory_usage_gb": 14.9,
    "kv_cache_memory_usage_gb": 4.0,
    "page_size": float(BLOCK_TOKENS),
    "num_pages": float(CAPACITY_TOKENS // BLOCK_TOKENS),
    "context_len": float(CAPACITY_TOKENS),
    "startup_available_gpu_memory_gb": 70.0,
}


def _scheduler(
    name: str,
    *extra: str,
    gauge: bool = False,
    buckets: tuple[float, ...] = (),
    seeded: tuple[Values, ...] = (),
) -> Family:
    kind: Kind = "gauge" if gauge else "histogram" if buckets else "counter"
    return Family(
        name=f"sglang:{name}",
        kind=kind,
        labels=(*_SCHEDULER, *extra),
        buckets=buckets,
        seeded=seeded,
    )


def _requests(
    name: str, *extra: str, gauge: bool = False, buckets: tuple[float, ...] = ()
) -> Family:
    kind: Kind = "gauge" if gauge else "histogram" if buckets else "counter"
    return Family(name=f"sglang:{name}", kind=kind, labels=(*_REQUESTS, *extra), buckets=buckets)


def families(*, priorities: bool) -> tuple[Family, ...]:
    """Returns the families of an SGLang process.

    Args:
        priorities: Whether it schedules by priority, which adds a label to the gauges.
    """
    priority = ("priority",) if priorities else ()
    return (
        *(
            _scheduler(name, *priority, gauge=True)
            for name in (*LIVE_GAUGES, *ZERO_GAUGES, *CONSTANT_GAUGES)
        ),
        _scheduler("num_retracted_reqs", "pid", gauge=True),
        _scheduler("num_paused_reqs", "pid", gauge=True),
        _scheduler("graph_memory_usage_gb", "phase", gauge=True),
        _scheduler("routing_key_running_req_count", "gt", "le", gauge=True),
        _scheduler("routing_key_all_req_count", "gt", "le", gauge=True),
        _scheduler(
            "prefill_effective_tokens_total",
            "mode",
            seeded=seeds("mode", "input", "device_hit", "host_hit", "storage_hit"),
        ),
        _scheduler("realtime_tokens_total", "mode"),
        _scheduler("scheduler_idle_seconds_total", seeded=PRESENT),
        _scheduler("scheduler_process_cpu_seconds_total", seeded=PRESENT),
        _scheduler("scheduler_stage_seconds_total", "category", "forward_overlap"),
        _scheduler("cuda_graph_passes_total", "mode"),
        _scheduler("dp_attention_tokens_total", "kind"),
        _scheduler("dp_attention_steps_total", "rank_state"),
        _scheduler("dp_attention_pairs_total", "kind"),
        _scheduler("dp_attention_token_imbalance_ratio", buckets=_IMBALANCE, seeded=PRESENT),
        _scheduler("dp_attention_sync_wait_seconds", buckets=_SYNC_WAIT, seeded=PRESENT),
        _scheduler("estimated_flops_per_gpu_total", seeded=PRESENT),
        _scheduler("estimated_read_bytes_per_gpu_total", seeded=PRESENT),
        _scheduler("estimated_write_bytes_per_gpu_total", seeded=PRESENT),
        _scheduler("num_retracted_requests_total"),
        _scheduler("num_retracted_input_tokens_total"),
        _scheduler("num_retracted_output_tokens_total"),
        _scheduler("queue_time_seconds", buckets=_QUEUE),
        _scheduler("per_stage_req_latency_seconds", "stage", buckets=_STAGE),
        _requests("startup_time_seconds", "phase", gauge=True),
        _requests("startup_cuda_graph_time_seconds", "phase", gauge=True),
        _requests("prompt_tokens_total", "is_streaming"),
        _requests("generation_tokens_total", "is_streaming"),
        _requests("num_requests_total", "is_streaming"),
        _requests("num_aborted_requests_total"),
        _requests("cached_tokens_total", "cache_source"),
        _requests("prompt_tokens_histogram", buckets=_TOKENS),
        _requests("uncached_prompt_tokens_histogram", buckets=_TOKENS),
        _requests("generation_tokens_histogram", buckets=_TOKENS),
        _requests("time_to_first_token_seconds", "is_streaming", buckets=_FIRST_TOKEN),
        _requests("inter_token_latency_seconds", buckets=_TOKEN_GAP),
        _requests("request_time_per_output_token_seconds", "is_streaming", buckets=_TOKEN_GAP),
        _requests("e2e_request_latency_seconds", "is_streaming", buckets=_LATENCY),
        Family(name="sglang:http_requests_total", kind="counter", labels=("endpoint", "method")),
        Family(
            name="sglang:http_responses_total",
            kind="counter",
            labels=("endpoint", "status_code", "method"),
        ),
        Family(name="sglang:http_requests_active", kind="gauge", labels=("endpoint", "method")),
        Family(name="sglang:routing_keys_active", kind="gauge"),
        Family(name="sglang:process_cpu_seconds_total", kind="counter", labels=("component",)),
    )


_ENGINE_TYPES: Final = {
    Role.BOTH: "unified",
    Role.PREFILL: "prefill",
    Role.DECODE: "decode",
}
_ENDPOINT: Final[Values] = {"endpoint": "/generate", "method": "POST"}


class SglangPod:
    """The metrics of one SGLang pod.

    Args:
        model: The served model's name.
        engine: Its engine.
        role: What the pod is for.
        priorities: Whether it schedules by priority: gauges then come with an empty priority, which is the
            sum, and once for each priority.
    """

    def __init__(self, model: str, engine: Engine, role: Role, *, priorities: bool) -> None:
        self.exporter = Exporter(
            families(priorities=priorities),
            {
                "model_name": model,
                "engine_type": _ENGINE_TYPES[role],
                "tp_rank": "0",
                "pp_rank": "0",
                "moe_ep_rank": "0",
                "pid": "131",
            },
        )
        self.exporter.seed({})
        self._engine = engine
        self._role = role
        self._priorities = ("", "0", "10") if priorities else ("",)
        self._hit_rate = 0.0
        self._generated = 0
        self._constants()

    def record(self, events: Iterable[EngineEvent]) -> None:
        """Moves the metrics as the engine's events do."""
        for event in events:
            match event:
                case Scheduled():
                    self._scheduled(event.sequence)
                case Generated():
                    self._tokens(event)
                case Finished():
                    status = "500" if event.reason == "error" else "200"
                    self._ended(event.sequence, event.at, status)
                case BrokenOff():
                    self.exporter.add("sglang:num_aborted_requests_total")
                    self._ended(event.sequence, event.at, "200")
                case Preempted():
                    request = event.sequence.request
                    self.exporter.add("sglang:num_retracted_requests_total")
                    self.exporter.add(
                        "sglang:num_retracted_input_tokens_total", request.prompt_tokens
                    )
                    self.exporter.add(
                        "sglang:num_retracted_output_tokens_total", event.sequence.emitted
                    )
                case TurnedAway():
                    self.exporter.add("sglang:http_requests_total", 1, **_ENDPOINT)
                    self.exporter.add(
                        "sglang:http_responses_total", status_code=str(event.status), **_ENDPOINT
                    )
                case _:
                    pass

    def look(self, seconds: float) -> None:
        """Sets the gauges; the argument is the time since the last look."""
        engine = self._engine
        used = int(engine.kv_usage * CAPACITY_TOKENS)
        busy = bool(engine.running)
        values = {
            "num_running_reqs": float(len(engine.running)),
            "num_queue_reqs": float(len(engine.waiting)),
            "gen_throughput": self._generated / seconds if seconds else 0.0,
            "cache_hit_rate": self._hit_rate,
            "decode_sum_seq_lens": float(sum(one.tokens for one in engine.running)),
            "token_usage": round(engine.kv_usage, 2),
            "full_token_usage": round(engine.kv_usage, 2),
            "num_used_tokens": float(used),
            "kv_used_tokens": float(used),
            "kv_evictable_tokens": (CAPACITY_TOKENS - used) * 0.4,
            "kv_available_tokens": (CAPACITY_TOKENS - used) * 0.6,
        }
        self._generated = 0
        for name, value in values.items():
            self._gauge(name, value)
        stage = "run_batch" if busy else "idle"
        self.exporter.add(
            "sglang:scheduler_stage_seconds_total", seconds, category=stage, forward_overlap="none"
        )
        if not busy:
            self.exporter.add("sglang:scheduler_idle_seconds_total", seconds)
        self.exporter.add("sglang:scheduler_process_cpu_seconds_total", seconds * 0.4)
        for component in ("tokenizer", "detokenizer"):
            self.exporter.add(
                "sglang:process_cpu_seconds_total", seconds * 0.05, component=component
            )
        self.exporter.set("sglang:http_requests_active", engine.load, **_ENDPOINT)

    def _constants(self) -> None:
        for name, value in CONSTANT_GAUGES.items():
            self._gauge(name, value, shared=True)
        for name in ZERO_GAUGES:
            self._gauge(name, 0)
        self.exporter.set("sglang:num_retracted_reqs", 0)
        self.exporter.set("sglang:num_paused_reqs", 0)
        for phase in _GRAPHS:
            self.exporter.set("sglang:graph_memory_usage_gb", 0.2, phase=phase)
            self.exporter.set("sglang:startup_cuda_graph_time_seconds", 1.5, phase=phase)
        for phase in ("load_weight", "kv_cache_allocation", "scheduler_e2e", "tokenizer_e2e"):
            self.exporter.set("sglang:startup_time_seconds", 4.0, phase=phase)
        for low, high in pairwise(_KEY_COUNTS):
            for name in ("routing_key_running_req_count", "routing_key_all_req_count"):
                self.exporter.set(f"sglang:{name}", 0, gt=low, le=high)
        self._start_counters()

    def _start_counters(self) -> None:
        for mode in ("prefill_compute", "prefill_cache", "decode"):
            self.exporter.add("sglang:realtime_tokens_total", 0, mode=mode)
        for category in _STAGES:
            self.exporter.add(
                "sglang:scheduler_stage_seconds_total",
                0,
                category=category,
                forward_overlap="none",
            )
        for kind in ("scheduled", "imbalance"):
            self.exporter.add("sglang:dp_attention_tokens_total", 0, kind=kind)
            self.exporter.add("sglang:dp_attention_pairs_total", 0, kind=kind)
        for state in ("active", "idle"):
            self.exporter.add("sglang:dp_attention_steps_total", 0, rank_state=state)

    def _scheduled(self, sequence: Sequence) -> None:
        computed, hits = sequence.computed_tokens, sequence.local_tokens
        self._hit_rate = hits / sequence.request.prompt_tokens
        effective = "sglang:prefill_effective_tokens_total"
        self.exporter.add(effective, computed, mode="input")
        self.exporter.add(effective, hits, mode="device_hit")
        realtime = "sglang:realtime_tokens_total"
        self.exporter.add(realtime, computed, mode="prefill_compute")
        self.exporter.add(realtime, hits, mode="prefill_cache")
        self.exporter.add("sglang:cuda_graph_passes_total", mode="prefill_none")
        self.exporter.observe("sglang:queue_time_seconds", sequence.queue_seconds)
        if hits:
            self.exporter.add("sglang:cached_tokens_total", hits, cache_source="device")

    def _tokens(self, event: Generated) -> None:
        sequence, gaps = event.sequence, event.count
        self._generated += event.count
        self.exporter.add("sglang:realtime_tokens_total", event.count, mode="decode")
        self.exporter.add("sglang:cuda_graph_passes_total", event.count, mode="decode_none")
        if event.first and sequence.first_token is not None:
            gaps -= 1
            seconds = sequence.first_token - sequence.enqueued
            self.exporter.observe(
                "sglang:per_stage_req_latency_seconds", seconds, stage="prefill_forward"
            )
            # A prefill worker hands its request on and never sees a first token of its own.
            if self._role is not Role.PREFILL:
                self.exporter.observe(
                    "sglang:time_to_first_token_seconds",
                    seconds,
                    is_streaming=_streaming(sequence),
                )
        for _ in range(gaps):
            self.exporter.observe("sglang:inter_token_latency_seconds", sequence.gap)

    def _ended(self, sequence: Sequence, at: float, status: str) -> None:
        """Everything about a request is counted at its end, whether or not the client broke off."""
        request, streaming = sequence.request, _streaming(sequence)
        exporter, seconds = self.exporter, at - sequence.enqueued
        exporter.add("sglang:http_requests_total", 1, **_ENDPOINT)
        exporter.add("sglang:http_responses_total", 1, status_code=status, **_ENDPOINT)
        exporter.add("sglang:num_requests_total", is_streaming=streaming)
        exporter.add("sglang:prompt_tokens_total", request.prompt_tokens, is_streaming=streaming)
        exporter.add("sglang:generation_tokens_total", sequence.emitted, is_streaming=streaming)
        exporter.observe("sglang:prompt_tokens_histogram", request.prompt_tokens)
        exporter.observe("sglang:uncached_prompt_tokens_histogram", sequence.computed_tokens)
        exporter.observe("sglang:generation_tokens_histogram", sequence.emitted)
        exporter.observe("sglang:e2e_request_latency_seconds", seconds, is_streaming=streaming)
        exporter.observe("sglang:per_stage_req_latency_seconds", seconds, stage="request_process")
        if sequence.emitted > 1 and sequence.first_token is not None:
            exporter.observe(
                "sglang:request_time_per_output_token_seconds",
                max(0.0, at - sequence.first_token) / (sequence.emitted - 1),
                is_streaming=streaming,
            )

    def _gauge(self, name: str, value: float, *, shared: bool = False) -> None:
        """Sets a gauge; with priorities, the first is the sum and the last has nothing to do."""
        for number, priority in enumerate(self._priorities):
            if len(self._priorities) == 1:
                self.exporter.set(f"sglang:{name}", value)
                return
            own = value if shared or number < len(self._priorities) - 1 else 0.0
            self.exporter.set(f"sglang:{name}", own, priority=priority)


def _streaming(sequence: Sequence) -> str:
    return "true" if sequence.request.streaming else "false"
