"""Traffic of model servers: requests, tokens, prefix cache."""

from rules.promql import first_known, label_set, ratio, total, zero_where_missing
from rules.recording.servers import (
    SGLANG,
    VLLM,
    by_model,
    by_pod,
    growth_from_first_event,
    level,
    sglang,
    sglang_scheduler,
    uniform,
    vllm,
)
from rules.rule import Group, Recording
from rules.series import POD

_POD = tuple(label for label in POD if label != "server")
_TARGET = "namespace, pod, job, instance"
_OWN_REQUESTS = "/metrics|/health.*"


def groups() -> tuple[Group, ...]:
    """Returns the rules; what needs a long window is evaluated less often."""
    return (
        Group(
            name="llmd-model-server-traffic",
            rules=(*_requests(), *_tokens(), *_prefix_cache(), *_speculation()),
        ),
        Group(name="llmd-model-server-aborts", interval="1m", rules=_aborts()),
    )


def _requests() -> tuple[Recording, ...]:
    finished = uniform(sglang("num_requests_total"), labels=_POD)
    aborted = uniform(
        sglang("num_aborted_requests_total", read=growth_from_first_event), labels=_POD
    )
    aborted_or_zero = zero_where_missing(aborted, finished)
    finished_labels = {"server": SGLANG, "reason": "completed"}
    return (
        by_pod(
            "llmd:requests_finished:rate5m",
            VLLM,
            _with_reason(vllm("request_success_total")),
            "reason",
        ),
        Recording(
            record="llmd:requests_finished:rate5m",
            expr=f"clamp_min(({finished}) - ({aborted_or_zero}), 0)",
            labels=finished_labels,
        ),
        Recording(
            record="llmd:requests_finished:rate5m",
            expr=aborted_or_zero,
            labels={"server": SGLANG, "reason": "abort"},
        ),
        by_pod(
            "llmd:http_requests:rate5m",
            VLLM,
            _of_server(vllm("http_requests_total"), "vllm:num_requests_running"),
            "status",
        ),
        by_pod(
            "llmd:http_requests:rate5m",
            SGLANG,
            _status_class(
                _of_server(
                    sglang(
                        "http_responses_total",
                        f'endpoint!~"{_OWN_REQUESTS}"',
                        f'exported_endpoint!~"{_OWN_REQUESTS}"',
                    ),
                    "sglang:num_running_reqs",
                )
            ),
            "status",
        ),
        by_pod(
            "llmd:admission_rejections:rate5m",
            VLLM,
            vllm("admission_rejections_total", read=growth_from_first_event),
            "reason",
        ),
        by_pod("llmd:preemptions:rate5m", VLLM, vllm("num_preemptions_total")),
        _zero_until_first_event(
            "llmd:preemptions:rate5m",
            sglang_scheduler("num_retracted_requests_total", read=growth_from_first_event),
        ),
        by_pod("llmd:engine_steps:rate5m", VLLM, vllm("iteration_tokens_total_count")),
    )


def _with_reason(expression: str) -> str:
    """Gives finished requests a `reason`: vLLM calls the label finished_reason, the simulator finish_reason."""
    for source in ("finished_reason", "finish_reason"):
        expression = f'label_replace({expression}, "reason", "$1", "{source}", "(.+)")'
    return expression


def _of_server(requests: str, sign: str) -> str:
    """Gives HTTP series, which have no model, that of their server; those of other programs fall away."""
    served = f"group by ({_TARGET}, model_name) ({sign})"
    return f"{requests} * on ({_TARGET}) group_left (model_name) {served}"


def _status_class(expression: str) -> str:
    return f'label_replace({expression}, "status", "${{1}}xx", "status_code", "([0-9]).*")'


def _zero_until_first_event(record: str, expression: str) -> Recording:
    base = uniform(sglang_scheduler("num_running_reqs", read=level), labels=_POD)
    return Recording(
        record=record,
        expr=zero_where_missing(uniform(expression, labels=_POD), base),
        labels={"server": SGLANG},
    )


def _tokens() -> tuple[Recording, ...]:
    prompt = uniform(vllm("prompt_tokens_total"), labels=_POD)
    cached = uniform(_vllm_hits(), labels=_POD)
    fetched = uniform(vllm("external_prefix_cache_hits_total"), labels=_POD)
    computed = uniform(vllm("prompt_tokens_by_source_total", 'source="local_compute"'), labels=_POD)
    # Before 0.18 vLLM doesn't tell what it computed: it is what wasn't found.
    not_found = (
        f"clamp_min(({prompt}) - ({zero_where_missing(cached, prompt)})"
        f" - ({zero_where_missing(fetched, prompt)}), 0)"
    )
    found = sglang_scheduler("prefill_effective_tokens_total", 'mode=~".*_hit"', keep=("mode",))
    computed_by_sglang = sglang_scheduler(
        "prefill_effective_tokens_total", 'mode="input"', keep=("mode",)
    )
    return (
        by_pod("llmd:prompt_tokens:rate5m", VLLM, vllm("prompt_tokens_total")),
        by_pod("llmd:prompt_tokens:rate5m", SGLANG, sglang("prompt_tokens_total")),
        Recording(
            record="llmd:prompt_tokens_computed:rate5m",
            expr=f"({computed}) or {not_found}",
            labels={"server": VLLM},
        ),
        by_pod("llmd:prompt_tokens_computed:rate5m", SGLANG, computed_by_sglang),
        by_model(
            "llmd:prompt_tokens_by_source:rate5m",
            VLLM,
            vllm("prompt_tokens_by_source_total"),
            "source",
        ),
        by_model(
            "llmd:prompt_tokens_by_source:rate5m",
            SGLANG,
            f"{label_set(computed_by_sglang, 'source', 'local_compute')} or "
            f"{label_set(found, 'source', 'local_cache_hit')}",
            "source",
        ),
        by_pod("llmd:generation_tokens:rate5m", VLLM, vllm("generation_tokens_total")),
        by_pod("llmd:generation_tokens:rate5m", SGLANG, sglang("generation_tokens_total")),
    )


def _vllm_hits() -> str:
    return first_known(vllm("prefix_cache_hits_total"), vllm("gpu_prefix_cache_hits_total"))


def _prefix_cache() -> tuple[Recording, ...]:
    queries = first_known(
        vllm("prefix_cache_queries_total"), vllm("gpu_prefix_cache_queries_total")
    )
    by_model_and_server = ("namespace", "model", "server")
    but_decode = '{role!="decode"}'
    # Where prefill has pods of its own, those of decode look up what they are about to fetch.
    hits, lookups = (
        f"{total(by_model_and_server, series + but_decode)} or {total(by_model_and_server, series)}"
        for series in ("llmd:prefix_cache_hits:rate5m", "llmd:prefix_cache_queries:rate5m")
    )
    return (
        by_pod("llmd:prefix_cache_queries:rate5m", VLLM, queries),
        by_pod(
            "llmd:prefix_cache_queries:rate5m",
            SGLANG,
            sglang_scheduler("prefill_effective_tokens_total", keep=("mode",)),
        ),
        by_pod("llmd:prefix_cache_hits:rate5m", VLLM, _vllm_hits()),
        by_pod(
            "llmd:prefix_cache_hits:rate5m",
            SGLANG,
            sglang_scheduler("prefill_effective_tokens_total", 'mode=~".*_hit"', keep=("mode",)),
        ),
        Recording(
            record="llmd:prefix_cache_hit:ratio_rate5m",
            expr=ratio(f"({hits})", f"({lookups})"),
        ),
        by_pod(
            "llmd:external_prefix_cache_queries:rate5m",
            VLLM,
            vllm("external_prefix_cache_queries_total", but_prefill=True),
        ),
        by_pod(
            "llmd:external_prefix_cache_hits:rate5m",
            VLLM,
            vllm("external_prefix_cache_hits_total", but_prefill=True),
        ),
    )


def _speculation() -> tuple[Recording, ...]:
    return (
        by_model(
            "llmd:spec_decode_draft_tokens:rate5m",
            VLLM,
            vllm("spec_decode_num_draft_tokens_total"),
        ),
        by_model(
            "llmd:spec_decode_accepted_tokens:rate5m",
            VLLM,
            vllm("spec_decode_num_accepted_tokens_total"),
        ),
    )


def _aborts() -> tuple[Recording, ...]:
    """First tokens less ends less the growth of what runs: vLLM counts no broken-off request."""

    def increase(name: str, *matchers: str) -> str:
        return f"increase({name}{{{', '.join(matchers)}}}[30m])"

    def growth_of_level(name: str, *matchers: str) -> str:
        return f"delta({name}{{{', '.join(matchers)}}}[30m])"

    started = uniform(vllm("time_to_first_token_seconds_count", read=increase), labels=_POD)
    ended = uniform(vllm("e2e_request_latency_seconds_count", read=increase), labels=_POD)
    running = uniform(vllm("num_requests_running", read=growth_of_level), labels=_POD)

    def rate(name: str, *matchers: str) -> str:
        return f"rate({name}{{{', '.join(matchers)}}}[30m])"

    aborted = uniform(sglang("num_aborted_requests_total", read=rate), labels=_POD)
    base = uniform(sglang_scheduler("num_running_reqs", read=level), labels=_POD)
    return (
        Recording(
            record="llmd:requests_aborted:rate30m",
            expr=f"clamp_min(({started}) - ({ended}) - ({running}), 0) / 1800",
            labels={"server": VLLM},
        ),
        Recording(
            record="llmd:requests_aborted:rate30m",
            expr=zero_where_missing(aborted, base),
            labels={"server": SGLANG},
        ),
    )
