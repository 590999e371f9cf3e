"""Values that move, and agree with each other and with what was done."""

import pytest

from tests.unit.emulators.fleets import finished, fleet, lived, names, samples, value
from tools.emulators.epp import Generation
from tools.emulators.failures import Failure
from tools.emulators.world import World

DECODERS = ("decode-0", "decode-1")


@pytest.fixture(scope="module")
def world() -> World:
    return finished(lived(World(fleet()), 60))


class TestAgreement:
    def test_every_request_that_was_routed_is_answered(self, world: World) -> None:
        totals = world.deployments[0].pool.totals
        assert totals.arrived > 100
        assert totals.arrived == totals.routed == totals.answered

    def test_the_endpoint_picker_counts_what_was_done(self, world: World) -> None:
        totals = world.deployments[0].pool.totals
        assert value(world, "epp-0", "llm_d_epp_request_total") == totals.routed
        assert value(world, "epp-0", "llm_d_epp_request_duration_seconds_count") == totals.answered

    def test_decode_pods_finish_what_the_endpoint_picker_routed(self, world: World) -> None:
        routed = value(world, "epp-0", "llm_d_epp_request_total")
        finished = sum(value(world, pod, "vllm:request_success_total") for pod in DECODERS)
        first = sum(value(world, pod, "vllm:time_to_first_token_seconds_count") for pod in DECODERS)
        assert first == routed
        assert 0 < routed - finished < 0.1 * routed, "some clients break off, which vLLM hides"

    def test_the_prefill_pod_works_on_what_was_split(self, world: World) -> None:
        split = value(
            world,
            "epp-0",
            "llm_d_epp_disagg_decision_total",
            {"decision_type": "prefill-decode"},
        )
        assert split > 0
        assert value(world, "prefill-0", "vllm:request_success_total") == split
        fetched = sum(value(world, pod, "vllm:nixl_xfer_time_seconds_count") for pod in DECODERS)
        assert fetched == split

    def test_tokens_are_those_that_the_engines_generated(self, world: World) -> None:
        pool = world.deployments[0].pool
        for pod in (*DECODERS, "prefill-0"):
            generated = sum(
                engine.totals.generated_tokens
                for address, engine in pool.engines.items()
                if address.pod == pod
            )
            assert value(world, pod, "vllm:generation_tokens_total") == generated

    def test_prompt_tokens_have_one_source_each(self, world: World) -> None:
        for pod in (*DECODERS, "prefill-0"):
            prompt = value(world, pod, "vllm:prompt_tokens_total")
            assert prompt == value(world, pod, "vllm:prompt_tokens_by_source_total") > 0

    def test_nothing_is_left_when_all_is_finished(self, world: World) -> None:
        for pod in DECODERS:
            assert value(world, pod, "vllm:num_requests_running") == 0
            assert value(world, pod, "vllm:kv_cache_usage_perc") == 0

    def test_sglang_counts_aborted_requests_among_the_finished_ones(self, world: World) -> None:
        pool = world.deployments[1].pool
        broken_off = sum(engine.totals.broken_off for engine in pool.engines.values())
        requests = value(world, "sglang-0", "sglang:num_requests_total")
        assert requests == pool.totals.answered
        assert value(world, "sglang-0", "sglang:num_aborted_requests_total") == broken_off > 0

    def test_the_same_seed_gives_the_same_values(self) -> None:
        first, second = (lived(World(fleet()), 20) for _ in range(2))
        assert first.totals() == second.totals()


class TestHabits:
    def test_vllm_adds_creation_times_unless_it_runs_several_processes(self, world: World) -> None:
        assert "vllm:generation_tokens_created" in names(world, "decode-0")
        assert not any(name.endswith("_created") for name in names(world, "decode-1"))
        assert "process_cpu_seconds_total" not in names(world, "decode-1")

    def test_vllm_has_a_series_for_each_engine(self, world: World) -> None:
        running = [s for s in samples(world, "decode-1") if s.name == "vllm:num_requests_running"]
        assert {sample.labels["engine"] for sample in running} == {"0", "1"}

    def test_vllm_starts_with_every_finish_reason_at_zero(self) -> None:
        started = World(fleet())
        reasons = {
            sample.labels["finished_reason"]: sample.value
            for sample in samples(started, "decode-0")
            if sample.name == "vllm:request_success_total"
        }
        assert reasons == dict.fromkeys(("stop", "length", "abort", "error", "repetition"), 0)

    def test_sglang_has_no_counter_of_what_has_not_happened(self, world: World) -> None:
        assert "sglang:num_retracted_requests_total" not in names(world, "sglang-0")
        retracting = lived(World(fleet()), 20, [Failure.PREEMPTIONS])
        assert value(retracting, "sglang-0", "sglang:num_retracted_requests_total") > 0

    def test_sglang_gives_the_sum_over_priorities_an_empty_priority(self) -> None:
        busy = lived(World(fleet()), 20, [Failure.SLOW_FIRST_TOKEN])
        running = {
            sample.labels["priority"]: sample.value
            for sample in samples(busy, "sglang-0")
            if sample.name == "sglang:num_running_reqs"
        }
        assert running.keys() == {"", "0", "10"}
        assert running[""] == running["0"] + running["10"] > 0

    def test_the_endpoint_picker_has_no_errors_before_the_first_one(self, world: World) -> None:
        assert "llm_d_epp_request_error_total" not in names(world, "epp-0")


PREFIXES = {
    Generation.MODEL: "inference_model_request_total",
    Generation.OBJECTIVE: "inference_objective_request_total",
    Generation.SCHEDULER: "llm_d_inference_scheduler_disagg_decision_total",
    Generation.EPP: "llm_d_epp_request_total",
}


class TestGenerations:
    @pytest.mark.parametrize("generation", list(Generation))
    def test_each_one_alone_has_its_own_names(self, generation: Generation) -> None:
        world = lived(World(fleet(generation)), 15)
        found = names(world, "epp-0")
        for other, name in PREFIXES.items():
            assert (name in found) is (other is generation)

    def test_two_at_once_have_equal_values(self) -> None:
        world = lived(World(fleet(Generation.OBJECTIVE, Generation.EPP)), 30)
        new = value(world, "epp-0", "llm_d_epp_request_total")
        assert new == value(world, "epp-0", "inference_objective_request_total") > 0
        assert value(world, "epp-0", "llm_d_epp_average_queue_size") == value(
            world, "epp-0", "inference_pool_average_queue_size"
        )

    def test_the_newest_one_keeps_three_old_names_for_autoscalers(self) -> None:
        found = names(lived(World(fleet(Generation.EPP)), 15), "epp-0")
        assert {name for name in found if name.startswith("inference_")} == {
            "inference_extension_scheduler_attempts_total",
            "inference_extension_flow_control_queue_size",
            "inference_extension_flow_control_queue_bytes",
        }
