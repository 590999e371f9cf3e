"""What the recording rules make of raw series, judged by promtool."""

from pathlib import Path

import pytest

from rules.objectives import LatencyObjective, Objectives, ObjectivesByModel
from rules.recording import groups
from tests.rules.promtool import (
    Case,
    Question,
    check,
    check_rules,
    counting,
    holding,
    labels,
    series,
)

_OBJECTIVES = ObjectivesByModel(
    models=(("strict", Objectives(ttft=LatencyObjective(share=0.99, seconds=0.5))),)
)


def _holds(folder: Path, case: Case) -> None:
    check(folder, groups(_OBJECTIVES), [case])


def _pod(pod: str, role: str = "both", **more: str) -> dict[str, str]:
    return {
        "namespace": "llm",
        "pod": pod,
        "job": "llm/pods",
        "instance": f"{pod}:8000",
        **({"role": role} if role else {}),
        **more,
    }


def _vllm(name: str, pod: str = "p1", role: str = "both", **more: str) -> str:
    return series(f"vllm:{name}", **_pod(pod, role), model_name="m", engine="0", **more)


def _sglang(name: str, pod: str = "s1", role: str = "both", **more: str) -> str:
    return series(f"sglang:{name}", **_pod(pod, role), model_name="m", **more)


def _epp(metric: str, pod: str = "epp-1", /, **more: str) -> str:
    target = {"namespace": "llm", "pod": pod, "job": "epp", "instance": f"{pod}:9090"}
    return series(metric, **target, **more)


_RECORDED_POD = {"namespace": "llm", "pod": "p1", "role": "both", "model": "m", "server": "vllm"}


class TestAllRules:
    def test_are_accepted_without_a_lint(self, tmp_path: Path) -> None:
        assert "SUCCESS" in check_rules(tmp_path, groups(_OBJECTIVES))


class TestGenerationsOfVllm:
    _HISTOGRAM = "inter_token_latency_seconds"
    _OLD_HISTOGRAM = "time_per_output_token_seconds"

    def test_of_either_name_give_one_series(self, tmp_path: Path) -> None:
        case = Case(
            series={
                _vllm("kv_cache_usage_perc", "new"): holding(0.5),
                _vllm("gpu_cache_usage_perc", "old"): holding(0.25),
                _vllm("prefix_cache_hits_total", "new"): counting(4),
                _vllm("gpu_prefix_cache_hits_total", "old"): counting(2),
                _vllm(f"{self._HISTOGRAM}_count", "new"): counting(10),
                _vllm(f"{self._OLD_HISTOGRAM}_count", "old"): counting(5),
            },
            questions=[
                Question(
                    at="10m",
                    ask="sum by (pod) (llmd:kv_cache_usage:max)",
                    answer={labels(pod="new"): 0.5, labels(pod="old"): 0.25},
                ),
                Question(
                    at="10m",
                    ask="sum by (pod) (llmd:prefix_cache_hits:rate5m)",
                    answer={labels(pod="new"): 4, labels(pod="old"): 2},
                ),
                Question(
                    at="10m",
                    ask="sum (llmd:inter_token_seconds_count:rate5m)",
                    answer={"{}": 15},
                ),
            ],
        )
        _holds(tmp_path, case)

    def test_at_once_count_once(self, tmp_path: Path) -> None:
        case = Case(
            series={
                _vllm("kv_cache_usage_perc"): holding(0.5),
                _vllm("gpu_cache_usage_perc"): holding(0.5),
                _vllm("prefix_cache_hits_total"): counting(4),
                _vllm("gpu_prefix_cache_hits_total"): counting(4),
                _vllm(f"{self._HISTOGRAM}_bucket", le="0.1"): counting(3),
                _vllm(f"{self._OLD_HISTOGRAM}_bucket", le="0.1"): counting(3),
            },
            questions=[
                Question(
                    at="10m",
                    ask="llmd:prefix_cache_hits:rate5m",
                    answer={labels(**_RECORDED_POD): 4},
                ),
                Question(
                    at="10m", ask="llmd:kv_cache_usage:max", answer={labels(**_RECORDED_POD): 0.5}
                ),
                Question(
                    at="10m",
                    ask="llmd:inter_token_seconds_bucket:rate5m",
                    answer={
                        labels(namespace="llm", role="both", model="m", server="vllm", le="0.1"): 3
                    },
                ),
            ],
        )
        _holds(tmp_path, case)

    def test_of_the_simulator_have_their_reason(self, tmp_path: Path) -> None:
        case = Case(
            series={
                _vllm("request_success_total", "real", finished_reason="stop"): counting(1),
                series(
                    "vllm:request_success_total",
                    **_pod("sim"),
                    model_name="m",
                    finish_reason="length",
                ): counting(2),
            },
            questions=[
                Question(
                    at="10m",
                    ask="sum by (pod, reason) (llmd:requests_finished:rate5m)",
                    answer={
                        labels(pod="real", reason="stop"): 1,
                        labels(pod="sim", reason="length"): 2,
                    },
                )
            ],
        )
        _holds(tmp_path, case)


class TestModelServers:
    def test_keep_the_role_that_monitors_set(self, tmp_path: Path) -> None:
        case = Case(
            series={_vllm("num_requests_running", "a-prefill-0", role="decode"): holding(1)},
            questions=[
                Question(
                    at="5m",
                    ask="sum by (role) (llmd:requests_running:sum)",
                    answer={labels(role="decode"): 1},
                )
            ],
        )
        _holds(tmp_path, case)

    def test_get_a_role_where_monitors_set_none(self, tmp_path: Path) -> None:
        case = Case(
            series={
                _vllm("num_requests_running", "ms-a-prefill-5c", role=""): holding(1),
                _vllm("num_requests_running", "ms-a-decode-7d", role=""): holding(2),
                _vllm("num_requests_running", "llama-9f", role=""): holding(4),
                _sglang("num_running_reqs", "sg-1", role="", engine_type="prefill"): holding(8),
            },
            questions=[
                Question(
                    at="5m",
                    ask="sum by (role) (llmd:requests_running:sum)",
                    answer={
                        labels(role="prefill"): 9,
                        labels(role="decode"): 2,
                        labels(role="both"): 4,
                    },
                )
            ],
        )
        _holds(tmp_path, case)

    def test_add_up_the_engines_of_a_pod(self, tmp_path: Path) -> None:
        case = Case(
            series={
                series(f"vllm:{name}", **_pod("p1"), model_name="m", engine=engine): value
                for engine, running, usage in (("0", 3, 0.2), ("1", 5, 0.8))
                for name, value in (
                    ("num_requests_running", holding(running)),
                    ("kv_cache_usage_perc", holding(usage)),
                    ("generation_tokens_total", counting(running)),
                )
            },
            questions=[
                Question(
                    at="10m", ask="llmd:requests_running:sum", answer={labels(**_RECORDED_POD): 8}
                ),
                Question(
                    at="10m",
                    ask="llmd:generation_tokens:rate5m",
                    answer={labels(**_RECORDED_POD): 8},
                ),
                Question(
                    at="10m", ask="llmd:kv_cache_usage:max", answer={labels(**_RECORDED_POD): 0.8}
                ),
                Question(
                    at="10m", ask="llmd:kv_cache_usage:avg", answer={labels(**_RECORDED_POD): 0.5}
                ),
            ],
        )
        _holds(tmp_path, case)

    def test_vanish_with_their_pod(self, tmp_path: Path) -> None:
        case = Case(
            series={_vllm("num_requests_running"): "1x10 stale"},
            questions=[
                Question(at="5m", ask="count(llmd:requests_running:sum)", answer={"{}": 1}),
                Question(at="6m", ask="count(llmd:requests_running:sum)", answer={}),
            ],
        )
        _holds(tmp_path, case)

    def test_of_sglang_count_the_total_of_priorities_alone(self, tmp_path: Path) -> None:
        case = Case(
            series={
                _sglang("num_queue_reqs", priority="", tp_rank="0"): holding(7),
                _sglang("num_queue_reqs", priority="1", tp_rank="0"): holding(3),
                _sglang("num_queue_reqs", priority="2", tp_rank="0"): holding(4),
            },
            questions=[Question(at="5m", ask="sum(llmd:requests_waiting:sum)", answer={"{}": 7})],
        )
        _holds(tmp_path, case)

    def test_of_sglang_take_one_tensor_rank_and_all_data_ranks(self, tmp_path: Path) -> None:
        case = Case(
            series={
                _sglang("num_running_reqs", tp_rank=tp, dp_rank=dp): holding(value)
                for tp, dp, value in (("0", "0", 2), ("1", "0", 2), ("2", "1", 5), ("3", "1", 5))
            },
            questions=[Question(at="5m", ask="sum(llmd:requests_running:sum)", answer={"{}": 7})],
        )
        _holds(tmp_path, case)

    def test_wait_for_capacity_where_the_reason_is_told(self, tmp_path: Path) -> None:
        case = Case(
            series={
                _vllm("num_requests_waiting", "new"): holding(9),
                _vllm("num_requests_waiting_by_reason", "new", reason="capacity"): holding(2),
                _vllm("num_requests_waiting_by_reason", "new", reason="deferred"): holding(7),
                _vllm("num_requests_waiting", "old"): holding(4),
            },
            questions=[
                Question(
                    at="5m",
                    ask="sum by (pod) (llmd:requests_waiting_capacity:sum)",
                    answer={labels(pod="new"): 2, labels(pod="old"): 4},
                ),
                Question(at="5m", ask="sum(llmd:requests_waiting:sum)", answer={"{}": 13}),
            ],
        )
        _holds(tmp_path, case)

    def test_answer_http_for_their_model_and_no_other_program_does(self, tmp_path: Path) -> None:
        batch = series(
            "http_requests_total",
            namespace="batch",
            pod="gw",
            job="gw",
            instance="gw:8080",
            handler="/",
            method="GET",
            status="5xx",
        )
        own = series(
            "http_requests_total", **_pod("p1"), handler="/v1", method="POST", status="5xx"
        )
        case = Case(
            series={
                _vllm("num_requests_running"): holding(1),
                own: counting(2),
                batch: counting(50),
            },
            questions=[
                Question(
                    at="10m",
                    ask="llmd:http_requests:rate5m",
                    answer={labels(**_RECORDED_POD, status="5xx"): 2},
                )
            ],
        )
        _holds(tmp_path, case)

    def test_of_sglang_answer_http_by_class_without_scrapes(self, tmp_path: Path) -> None:
        responses = {
            _sglang("num_running_reqs"): holding(1),
            series(
                "sglang:http_responses_total",
                **_pod("s1"),
                endpoint="http",
                exported_endpoint="/v1/completions",
                status_code="503",
            ): counting(3),
            series(
                "sglang:http_responses_total",
                **_pod("s1"),
                endpoint="http",
                exported_endpoint="/metrics",
                status_code="200",
            ): counting(1),
        }
        case = Case(
            series=responses,
            questions=[
                Question(
                    at="10m",
                    ask="sum by (status) (llmd:http_requests:rate5m)",
                    answer={labels(status="5xx"): 3},
                )
            ],
        )
        _holds(tmp_path, case)


class TestTokens:
    def test_of_a_prompt_are_told_from_the_work_on_it(self, tmp_path: Path) -> None:
        """Prefill and decode pods both count a prompt, one of them computes it."""
        case = Case(
            series={
                _vllm("prompt_tokens_total", "pre", "prefill"): counting(100),
                _vllm(
                    "prompt_tokens_by_source_total", "pre", "prefill", source="local_compute"
                ): counting(80),
                _vllm(
                    "prompt_tokens_by_source_total", "pre", "prefill", source="local_cache_hit"
                ): counting(20),
                _vllm("prompt_tokens_total", "dec", "decode"): counting(100),
                _vllm(
                    "prompt_tokens_by_source_total", "dec", "decode", source="local_compute"
                ): counting(0),
                _vllm(
                    "prompt_tokens_by_source_total", "dec", "decode", source="external_kv_transfer"
                ): counting(100),
            },
            questions=[
                Question(
                    at="10m",
                    ask='sum(llmd:prompt_tokens:rate5m{role!="prefill"})',
                    answer={"{}": 100},
                ),
                Question(
                    at="10m",
                    ask="sum by (role) (llmd:prompt_tokens_computed:rate5m)",
                    answer={labels(role="prefill"): 80, labels(role="decode"): 0},
                ),
                Question(
                    at="10m",
                    ask="sum by (source) (llmd:prompt_tokens_by_source:rate5m)",
                    answer={
                        labels(source="local_compute"): 80,
                        labels(source="local_cache_hit"): 20,
                        labels(source="external_kv_transfer"): 100,
                    },
                ),
            ],
        )
        _holds(tmp_path, case)

    def test_computed_are_those_not_found_where_the_server_is_old(self, tmp_path: Path) -> None:
        case = Case(
            series={
                _vllm("prompt_tokens_total"): counting(100),
                _vllm("gpu_prefix_cache_hits_total"): counting(30),
            },
            questions=[
                Question(
                    at="10m",
                    ask="llmd:prompt_tokens_computed:rate5m",
                    answer={labels(**_RECORDED_POD): 70},
                )
            ],
        )
        _holds(tmp_path, case)

    def test_found_are_a_share_of_those_looked_up(self, tmp_path: Path) -> None:
        hit = "prefill_effective_tokens_total"
        case = Case(
            series={
                _sglang(hit, mode="input"): counting(60),
                _sglang(hit, mode="device_hit"): counting(30),
                _sglang(hit, mode="host_hit"): counting(10),
                _sglang("cache_hit_rate"): holding(0.026),
                _vllm("prefix_cache_queries_total", "pre", "prefill"): counting(100),
                _vllm("prefix_cache_hits_total", "pre", "prefill"): counting(25),
                _vllm("prefix_cache_queries_total", "dec", "decode"): counting(100),
                _vllm("prefix_cache_hits_total", "dec", "decode"): counting(0),
            },
            questions=[
                Question(
                    at="10m",
                    ask="sum by (server) (llmd:prefix_cache_hit:ratio_rate5m)",
                    answer={labels(server="sglang"): 0.4, labels(server="vllm"): 0.25},
                )
            ],
        )
        _holds(tmp_path, case)

    def test_found_are_no_share_of_nothing(self, tmp_path: Path) -> None:
        case = Case(
            series={
                _vllm("prefix_cache_queries_total"): holding(5),
                _vllm("prefix_cache_hits_total"): holding(1),
            },
            questions=[Question(at="10m", ask="llmd:prefix_cache_hit:ratio_rate5m", answer={})],
        )
        _holds(tmp_path, case)


class TestRequests:
    def test_broken_off_by_clients_are_estimated_for_vllm(self, tmp_path: Path) -> None:
        case = Case(
            series={
                _vllm("time_to_first_token_seconds_count"): counting(2),
                _vllm("e2e_request_latency_seconds_count"): counting(1.5),
                _vllm("num_requests_running"): holding(3),
            },
            questions=[
                Question(
                    at="60m",
                    ask="llmd:requests_aborted:rate30m",
                    answer={labels(**_RECORDED_POD): 0.5},
                )
            ],
        )
        _holds(tmp_path, case)

    def test_that_still_run_are_not_taken_for_broken_off(self, tmp_path: Path) -> None:
        case = Case(
            series={
                _vllm("time_to_first_token_seconds_count"): counting(2),
                _vllm("e2e_request_latency_seconds_count"): counting(1),
                _vllm("num_requests_running"): counting(1),
            },
            questions=[
                Question(
                    at="60m",
                    ask="llmd:requests_aborted:rate30m",
                    answer={labels(**_RECORDED_POD): 0},
                )
            ],
        )
        _holds(tmp_path, case)

    def test_of_sglang_are_completed_or_aborted(self, tmp_path: Path) -> None:
        case = Case(
            series={
                _sglang("num_requests_total", is_streaming="true"): counting(4),
                _sglang("num_requests_total", is_streaming="false"): counting(6),
                _sglang("num_aborted_requests_total"): counting(3),
                _sglang("num_requests_total", "quiet", is_streaming="true"): counting(1),
            },
            questions=[
                Question(
                    at="10m",
                    ask="sum by (pod, reason) (llmd:requests_finished:rate5m)",
                    answer={
                        labels(pod="s1", reason="completed"): 7,
                        labels(pod="s1", reason="abort"): 3,
                        labels(pod="quiet", reason="completed"): 1,
                        labels(pod="quiet", reason="abort"): 0,
                    },
                )
            ],
        )
        _holds(tmp_path, case)

    def test_thrown_out_are_0_until_sglang_throws_one_out(self, tmp_path: Path) -> None:
        case = Case(
            series={
                series("up", **_pod("s1")): holding(1),
                _sglang("num_running_reqs"): holding(2),
                _sglang("num_retracted_requests_total"): "_x20 30x100",
            },
            questions=[
                Question(at="9m", ask="sum(llmd:preemptions:rate5m)", answer={"{}": 0}),
                Question(at="12m", ask="sum(llmd:preemptions:rate5m)", answer={"{}": 0.1}),
                Question(at="18m", ask="sum(llmd:preemptions:rate5m)", answer={"{}": 0}),
            ],
        )
        _holds(tmp_path, case)


_NEW = {"model_name": "m", "target_model_name": "m", "priority": "0"}
_OLD = {"model_name": "m", "target_model_name": "m"}


def _requests_of(pod: str, *generations: str, per_second: float = 4) -> dict[str, str]:
    """One program's requests, a quarter of them for another fairness id, errors besides."""
    made: dict[str, str] = {}
    for generation in generations:
        if generation == "llm_d_epp":
            for fairness, share in (("a", 0.75), ("b", 0.25)):
                name = _epp("llm_d_epp_request_total", pod, **_NEW, fairness_id=fairness)
                made[name] = counting(per_second * share)
            error = _epp(
                "llm_d_epp_request_error_total",
                pod,
                **_NEW,
                fairness_id="a",
                error_code="ResourceExhausted",
            )
        else:
            made[_epp(f"{generation}_request_total", pod, **_OLD)] = counting(per_second)
            error = _epp(
                f"{generation}_request_error_total", pod, **_OLD, error_code="ResourceExhausted"
            )
        made[error] = counting(per_second)
    return made


class TestGenerationsOfTheEndpointPicker:
    @pytest.mark.parametrize(
        "generations",
        [
            ("llm_d_epp",),
            ("inference_objective",),
            ("inference_model",),
            ("llm_d_epp", "inference_objective"),
            ("inference_objective", "inference_model"),
        ],
    )
    def test_count_each_request_once(self, tmp_path: Path, generations: tuple[str, ...]) -> None:
        case = Case(
            series=_requests_of("epp-1", *generations),
            questions=[
                Question(
                    at="10m",
                    ask="sum by (model) (llmd:epp_requests:rate5m)",
                    answer={labels(model="m"): 4},
                ),
                Question(
                    at="10m",
                    ask="llmd:epp_errors:rate5m",
                    answer={
                        labels(
                            namespace="llm", job="epp", model="m", error_code="ResourceExhausted"
                        ): 4
                    },
                ),
                Question(at="10m", ask="sum(llmd:epp_requests_received:rate5m)", answer={"{}": 8}),
                Question(at="10m", ask="sum(llmd:epp_error:ratio_rate5m)", answer={"{}": 0.5}),
            ],
        )
        _holds(tmp_path, case)

    def test_side_by_side_add_up(self, tmp_path: Path) -> None:
        case = Case(
            series={
                **_requests_of("epp-1", "llm_d_epp", "inference_objective"),
                **_requests_of("epp-2", "inference_objective", per_second=2),
                **_requests_of("epp-3", "inference_model", per_second=1),
            },
            questions=[
                Question(at="10m", ask="sum(llmd:epp_requests:rate5m)", answer={"{}": 7}),
                Question(at="10m", ask="sum(llmd:epp_errors:rate5m)", answer={"{}": 7}),
            ],
        )
        _holds(tmp_path, case)

    def test_decide_on_disaggregation_once(self, tmp_path: Path) -> None:
        decision = {"decision_type": "prefill-decode", "model_name": "m"}
        plugin = {"plugin_name": "x", "plugin_type": "y"}
        case = Case(
            series={
                _epp("llm_d_epp_disagg_decision_total", **decision, **plugin): counting(3),
                _epp("llm_d_inference_scheduler_disagg_decision_total", **decision): counting(3),
                _epp("llm_d_inference_scheduler_pd_decision_total", "epp-2", **decision): counting(
                    2
                ),
            },
            questions=[
                Question(
                    at="10m",
                    ask="llmd:disagg_decisions:rate5m",
                    answer={
                        labels(namespace="llm", job="epp", model="m", decision="prefill-decode"): 5
                    },
                )
            ],
        )
        _holds(tmp_path, case)

    def test_time_their_scheduler_and_plugins_once(self, tmp_path: Path) -> None:
        at = {"extension_point": "Scorer", "plugin_type": "prefix", "plugin_name": "p"}
        case = Case(
            series={
                _epp("llm_d_epp_scheduler_e2e_duration_seconds_bucket", le="0.01"): counting(2),
                _epp(
                    "inference_extension_scheduler_e2e_duration_seconds_bucket", le="0.01"
                ): counting(2),
                _epp("llm_d_epp_plugin_duration_seconds_count", **at): counting(6),
                _epp("inference_extension_plugin_duration_seconds_count", **at): counting(6),
                _epp(
                    "inference_extension_scheduler_plugin_duration_seconds_count",
                    "old",
                    plugin_type="kv",
                ): counting(1),
                _epp(
                    "inference_extension_request_control_plugin_duration_seconds_count",
                    "old",
                    plugin_type="control",
                ): counting(2),
            },
            questions=[
                Question(
                    at="10m", ask="sum(llmd:scheduler_seconds_bucket:rate5m)", answer={"{}": 2}
                ),
                Question(
                    at="10m",
                    ask="sum by (plugin_type) (llmd:plugin_seconds_count:rate5m)",
                    answer={
                        labels(plugin_type="prefix"): 6,
                        labels(plugin_type="kv"): 1,
                        labels(plugin_type="control"): 2,
                    },
                ),
            ],
        )
        _holds(tmp_path, case)

    def test_name_the_chosen_endpoint_alike(self, tmp_path: Path) -> None:
        case = Case(
            series={
                _epp(
                    "llm_d_epp_scheduler_attempts_total",
                    endpoint_name="e1",
                    status="success",
                    exported_namespace="llm",
                    port="8000",
                ): counting(1),
                _epp(
                    "inference_extension_scheduler_attempts_total",
                    "epp-2",
                    pod_name="e2",
                    status="success",
                ): counting(2),
                _epp(
                    "inference_extension_scheduler_attempts_total", "epp-3", status="failure"
                ): counting(3),
            },
            questions=[
                Question(
                    at="10m",
                    ask="sum by (endpoint, status) (llmd:scheduler_attempts:rate5m)",
                    answer={
                        labels(endpoint="e1", status="success"): 1,
                        labels(endpoint="e2", status="success"): 2,
                        labels(status="failure"): 3,
                    },
                )
            ],
        )
        _holds(tmp_path, case)

    def test_tell_saturation_of_the_whole_where_there_are_no_stages(self, tmp_path: Path) -> None:
        case = Case(
            series={
                _epp(
                    "llm_d_epp_flow_control_pool_saturation", inference_pool="a", stage="decode"
                ): holding(1.5),
                _epp(
                    "inference_extension_flow_control_pool_saturation", "epp-2", inference_pool="b"
                ): holding(0.5),
            },
            questions=[
                Question(
                    at="5m",
                    ask="sum by (pool, stage) (llmd:pool_saturation:max)",
                    answer={
                        labels(pool="a", stage="decode"): 1.5,
                        labels(pool="b", stage="effective"): 0.5,
                    },
                )
            ],
        )
        _holds(tmp_path, case)

    def test_count_what_left_the_queue_with_and_without_a_counter(self, tmp_path: Path) -> None:
        flow = {"inference_pool": "a", "priority": "0", "outcome": "Dispatched"}
        caller = {"fairness_id": "x", "model_name": "m", "target_model_name": "m"}
        queue = "flow_control_request_queue_duration_seconds_count"
        case = Case(
            series={
                _epp("llm_d_epp_flow_control_requests_total", **flow): counting(3),
                _epp(f"llm_d_epp_{queue}", **flow, **caller): counting(3),
                _epp(f"inference_extension_{queue}", **flow, **caller): counting(3),
                _epp(f"inference_extension_{queue}", "epp-2", **flow, **caller): counting(2),
            },
            questions=[
                Question(
                    at="10m",
                    ask="sum by (outcome) (llmd:flow_control_requests:rate5m)",
                    answer={labels(outcome="Dispatched"): 5},
                ),
            ],
        )
        _holds(tmp_path, case)


class TestErrorsOfTheEndpointPicker:
    _ERROR = _epp("llm_d_epp_request_error_total", **_NEW, error_code="ServiceUnavailable")

    def test_are_counted_from_the_first_one(self, tmp_path: Path) -> None:
        """All thirty errors come between two scrapes, after which the counter stands still."""
        case = Case(
            series={_epp("up"): holding(1), self._ERROR: "_x20 30x100"},
            questions=[
                Question(at="12m", ask="sum(llmd:epp_errors:rate5m)", answer={"{}": 0.1}),
                Question(at="16m", ask="sum(llmd:epp_errors:rate5m)", answer={"{}": 0}),
            ],
        )
        _holds(tmp_path, case)

    def test_of_former_days_are_not_taken_for_new_ones(self, tmp_path: Path) -> None:
        case = Case(
            series={_epp("up"): "_x20 1x100", self._ERROR: "_x20 5000x100"},
            questions=[Question(at="12m", ask="sum(llmd:epp_errors:rate5m)", answer={"{}": 0})],
        )
        _holds(tmp_path, case)

    def test_are_a_share_of_admitted_and_refused_ones_together(self, tmp_path: Path) -> None:
        case = Case(
            series={
                _epp("llm_d_epp_request_total", **_NEW): counting(1),
                _epp(
                    "llm_d_epp_request_error_total", **_NEW, error_code="ResourceExhausted"
                ): counting(9),
                _epp(
                    "llm_d_epp_request_total",
                    model_name="quiet",
                    target_model_name="quiet",
                    priority="0",
                ): counting(1),
            },
            questions=[
                Question(
                    at="10m",
                    ask="sum by (model) (llmd:epp_error:ratio_rate5m)",
                    answer={labels(model="m"): 0.9, labels(model="quiet"): 0},
                )
            ],
        )
        _holds(tmp_path, case)


class TestPools:
    def test_have_no_means_while_no_endpoint_is_ready(self, tmp_path: Path) -> None:
        """The EPP goes on showing the last ones."""
        case = Case(
            series={
                _epp("llm_d_epp_ready_endpoints", name="a"): "2x9 0x100",
                _epp("llm_d_epp_average_queue_size", name="a"): holding(26),
                _epp("inference_pool_average_queue_size", name="a"): holding(26),
                _epp("inference_pool_ready_pods", name="a"): "2x9 0x100",
            },
            questions=[
                Question(
                    at="4m",
                    ask="sum by (pool) (llmd:pool_queue_size:avg)",
                    answer={labels(pool="a"): 26},
                ),
                Question(at="6m", ask="llmd:pool_queue_size:avg", answer={}),
                Question(
                    at="6m",
                    ask="sum by (pool) (llmd:pool_ready_endpoints:max)",
                    answer={labels(pool="a"): 0},
                ),
            ],
        )
        _holds(tmp_path, case)

    def test_are_not_added_up_over_replicas_of_the_picker(self, tmp_path: Path) -> None:
        case = Case(
            series={
                _epp("llm_d_epp_ready_endpoints", pod, name="a"): holding(3)
                for pod in ("epp-1", "epp-2")
            },
            questions=[
                Question(at="5m", ask="sum(llmd:pool_ready_endpoints:max)", answer={"{}": 3})
            ],
        )
        _holds(tmp_path, case)

    def test_list_their_endpoints_by_either_label(self, tmp_path: Path) -> None:
        case = Case(
            series={
                _epp(
                    "llm_d_epp_per_endpoint_queue_size",
                    name="a",
                    model_server_endpoint="e1",
                    endpoint="metrics",
                ): holding(1),
                _epp(
                    "inference_pool_per_pod_queue_size",
                    "epp-2",
                    name="a",
                    model_server_pod="e2",
                    endpoint="metrics",
                ): holding(2),
            },
            questions=[
                Question(
                    at="5m",
                    ask="sum by (endpoint) (llmd:pool_endpoint_queue_size:max)",
                    answer={labels(endpoint="e1"): 1, labels(endpoint="e2"): 2},
                )
            ],
        )
        _holds(tmp_path, case)


class TestTransfersOfKvData:
    def test_of_nixl_are_read_on_the_pod_that_pulls(self, tmp_path: Path) -> None:
        case = Case(
            series={
                _vllm("nixl_xfer_time_seconds_bucket", "dec", "decode", le="0.1"): counting(2),
                _vllm("nixl_bytes_transferred_sum", "dec", "decode"): counting(1000),
                _vllm("nixl_num_failed_transfers_total", "dec", "decode"): counting(0.5),
                _vllm("nixl_num_kv_expired_reqs_total", "pre", "prefill"): counting(0.25),
            },
            questions=[
                Question(
                    at="10m",
                    ask="sum by (transport) (llmd:kv_transfer_bytes:rate5m)",
                    answer={labels(transport="nixl"): 1000},
                ),
                Question(
                    at="10m",
                    ask="sum by (role, failure) (llmd:kv_transfer_failures:rate5m)",
                    answer={
                        labels(role="decode", failure="transfer"): 0.5,
                        labels(role="prefill", failure="expired"): 0.25,
                    },
                ),
                Question(
                    at="10m",
                    ask="sum by (le) (llmd:kv_transfer_seconds_bucket:rate5m)",
                    answer={labels(le="0.1"): 2},
                ),
            ],
        )
        _holds(tmp_path, case)

    def test_of_sglang_come_in_seconds_and_bytes(self, tmp_path: Path) -> None:
        bucket = "kv_transfer_latency_ms_bucket"
        case = Case(
            series={
                _sglang(bucket, le="1.0"): counting(1),
                _sglang(bucket, le="250.0"): counting(2),
                _sglang(bucket, le="1000.0"): counting(3),
                _sglang(bucket, le="+Inf"): counting(4),
                _sglang("kv_transfer_latency_ms_sum"): counting(500),
                _sglang("kv_transfer_total_mb_sum"): counting(2),
            },
            questions=[
                Question(
                    at="10m",
                    ask="sum by (le) (llmd:kv_transfer_seconds_bucket:rate5m)",
                    answer={
                        labels(le="0.001"): 1,
                        labels(le="0.25"): 2,
                        labels(le="1.0"): 3,
                        labels(le="+Inf"): 4,
                    },
                ),
                Question(
                    at="10m", ask="sum(llmd:kv_transfer_seconds_sum:rate5m)", answer={"{}": 0.5}
                ),
                Question(at="10m", ask="sum(llmd:kv_transfer_bytes:rate5m)", answer={"{}": 2e6}),
            ],
        )
        _holds(tmp_path, case)


class TestTheAutoscaler:
    @pytest.mark.parametrize("generations", [("wva",), ("inferno",), ("wva", "inferno")])
    def test_tells_replicas_of_the_variants_namespace(
        self, tmp_path: Path, generations: tuple[str, ...]
    ) -> None:
        target = {"namespace": "wva-system", "pod": "wva", "job": "wva", "instance": "wva:8443"}
        case = Case(
            series={
                series(
                    f"{generation}_desired_replicas",
                    **target,
                    exported_namespace="llm",
                    variant_name="v",
                    accelerator_type="H100",
                ): holding(3)
                for generation in generations
            },
            questions=[
                Question(
                    at="5m",
                    ask="llmd:autoscaler_desired_replicas:max",
                    answer={labels(namespace="llm", variant="v"): 3},
                )
            ],
        )
        _holds(tmp_path, case)


_EXPORTER = {
    "namespace": "gpu",
    "pod": "nvidia-dcgm-exporter-x",
    "instance": "n:9400",
    "Hostname": "node-1",
}


class TestGpus:
    def test_are_told_by_their_workload(self, tmp_path: Path) -> None:
        case = Case(
            series={
                series(
                    "DCGM_FI_DEV_GPU_UTIL",
                    **_EXPORTER,
                    gpu="0",
                    exported_namespace="llm",
                    exported_pod="p1",
                ): holding(90),
                series("DCGM_FI_DEV_GPU_UTIL", **_EXPORTER, gpu="1"): holding(0),
                series(
                    "DCGM_FI_DEV_GPU_UTIL",
                    namespace="llm",
                    pod="p2",
                    instance="o:9400",
                    Hostname="node-2",
                    gpu="0",
                ): holding(50),
            },
            questions=[
                Question(
                    at="5m",
                    ask="llmd:gpu_utilization:avg",
                    answer={
                        labels(node="node-1", gpu="0", namespace="llm", pod="p1"): 0.9,
                        labels(node="node-1", gpu="1"): 0,
                        labels(node="node-2", gpu="0", namespace="llm", pod="p2"): 0.5,
                    },
                )
            ],
        )
        _holds(tmp_path, case)

    def test_tell_the_share_of_memory_in_use(self, tmp_path: Path) -> None:
        case = Case(
            series={
                series("DCGM_FI_DEV_FB_USED", **_EXPORTER, gpu="0"): holding(30),
                series("DCGM_FI_DEV_FB_FREE", **_EXPORTER, gpu="0"): holding(10),
            },
            questions=[
                Question(
                    at="5m",
                    ask="sum by (gpu) (llmd:gpu_memory_used:ratio)",
                    answer={labels(gpu="0"): 0.75},
                )
            ],
        )
        _holds(tmp_path, case)


class TestObjectives:
    def test_count_slow_first_tokens_by_the_largest_bound_below(self, tmp_path: Path) -> None:
        """2.5 s of vLLM and 2 s of SGLang for the default, 0.5 s for the strict model."""

        def histogram(name: str, model: str, buckets: dict[str, float]) -> dict[str, str]:
            pod = _pod(f"{name}-{model}")
            made = {
                series(
                    f"{name}:time_to_first_token_seconds_bucket", **pod, model_name=model, le=le
                ): counting(rate)
                for le, rate in buckets.items()
            }
            count = series(f"{name}:time_to_first_token_seconds_count", **pod, model_name=model)
            return {**made, count: counting(buckets["+Inf"])}

        case = Case(
            series={
                **histogram("vllm", "m", {"1.0": 2, "2.5": 6, "5.0": 9, "+Inf": 10}),
                **histogram("sglang", "m", {"1": 1, "2": 3, "4": 9, "+Inf": 10}),
                **histogram("vllm", "strict", {"0.25": 1, "0.5": 4, "0.75": 9, "+Inf": 10}),
            },
            questions=[
                Question(
                    at="10m",
                    ask='sum by (model) (llmd:slo_bad_events:rate5m{slo="ttft"})',
                    answer={labels(model="m"): 11, labels(model="strict"): 6},
                ),
                Question(
                    at="10m",
                    ask='sum by (model) (llmd:slo_bad:ratio_rate5m{slo="ttft"})',
                    answer={labels(model="m"): 0.55, labels(model="strict"): 0.6},
                ),
                Question(
                    at="10m",
                    ask='sum by (model) (llmd:slo_objective:ratio{slo="ttft"})',
                    answer={labels(model="m"): 0.95, labels(model="strict"): 0.99},
                ),
            ],
        )
        _holds(tmp_path, case)

    def test_leave_out_prefill_pods(self, tmp_path: Path) -> None:
        case = Case(
            series={
                _vllm("time_to_first_token_seconds_count", "pre", "prefill"): counting(5),
                _vllm("time_to_first_token_seconds_count", "dec", "decode"): counting(3),
                _vllm("inter_token_latency_seconds_count", "pre", "prefill"): counting(5),
                _vllm("inter_token_latency_seconds_count", "dec", "decode"): counting(3),
            },
            questions=[
                Question(
                    at="10m",
                    ask="sum by (slo) (llmd:slo_events:rate5m)",
                    answer={labels(slo="ttft"): 3, labels(slo="inter_token"): 3},
                )
            ],
        )
        _holds(tmp_path, case)

    def test_blame_refusals_and_failed_answers_but_not_callers(self, tmp_path: Path) -> None:
        answers = series(
            "http_requests_total", **_pod("p1"), handler="/v1", method="POST", status="5xx"
        )
        case = Case(
            series={
                _epp("llm_d_epp_request_total", **_NEW): counting(10),
                _epp(
                    "llm_d_epp_request_error_total", **_NEW, error_code="ResourceExhausted"
                ): counting(5),
                _epp("llm_d_epp_request_error_total", **_NEW, error_code="NotFound"): counting(3),
                _epp(
                    "llm_d_epp_request_error_total",
                    model_name="",
                    target_model_name="",
                    priority="0",
                    error_code="BadRequest",
                ): counting(7),
                _vllm("num_requests_running"): holding(1),
                answers: counting(1),
            },
            questions=[
                Question(
                    at="10m",
                    ask='sum by (model) (llmd:slo_events:rate5m{slo="availability"})',
                    answer={labels(model="m"): 15},
                ),
                Question(
                    at="10m",
                    ask="sum by (model) (llmd:slo_bad:ratio_rate5m)",
                    answer={labels(model="m"): 0.4},
                ),
            ],
        )
        _holds(tmp_path, case)

    def test_judge_the_servers_where_there_is_no_picker(self, tmp_path: Path) -> None:
        def answers(status: str) -> str:
            return series(
                "http_requests_total", **_pod("p1"), handler="/v1", method="POST", status=status
            )

        case = Case(
            series={
                _vllm("num_requests_running"): holding(1),
                answers("2xx"): counting(9),
                answers("4xx"): counting(50),
                answers("5xx"): counting(1),
            },
            questions=[
                Question(
                    at="10m",
                    ask='sum(llmd:slo_bad:ratio_rate5m{slo="availability"})',
                    answer={"{}": 0.1},
                )
            ],
        )
        _holds(tmp_path, case)

    def test_are_judged_over_longer_windows_too(self, tmp_path: Path) -> None:
        """Half an hour of failures after half an hour without."""
        case = Case(
            series={
                _epp("llm_d_epp_request_total", **_NEW): counting(10),
                _epp(
                    "llm_d_epp_request_error_total", **_NEW, error_code="Internal"
                ): f"0x60 {300}+300x180",
            },
            questions=[
                Question(
                    at="65m",
                    ask="sum by (slo) (llmd:slo_bad:ratio_rate30m)",
                    answer={labels(slo="availability"): 0.5},
                ),
                Question(
                    at="65m",
                    ask="llmd:slo_budget_remaining:ratio < bool -40",
                    answer={labels(namespace="llm", model="m", slo="availability"): 1},
                ),
            ],
        )
        _holds(tmp_path, case)
