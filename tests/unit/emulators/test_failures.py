"""Each switch moves the series that tell of it, and off again they stop."""

from collections.abc import Callable

import pytest

from tests.unit.emulators.fleets import fleet, lived, value
from tools.emulators.failures import Failure
from tools.emulators.world import World

Reading = Callable[[World], float]


def reading(pod: str, name: str, /, **labels: str) -> Reading:
    return lambda world: value(world, pod, name, labels)


COUNTED: dict[Failure, Reading] = {
    Failure.ERRORS: reading("decode-0", "vllm:request_success_total", finished_reason="error"),
    Failure.REJECTIONS: reading(
        "epp-0", "llm_d_epp_request_error_total", error_code="ResourceExhausted"
    ),
    Failure.PREEMPTIONS: reading("decode-0", "vllm:num_preemptions_total"),
    Failure.KV_TRANSFERS: reading("decode-0", "vllm:nixl_num_failed_transfers_total"),
    Failure.AUTOSCALER_ERRORS: reading("autoscaler", "wva_errors_total"),
}
HIGH: dict[Failure, tuple[Reading, float]] = {
    Failure.QUEUE: (reading("decode-0", "vllm:num_requests_waiting"), 5),
    Failure.KV_CACHE_FULL: (reading("decode-0", "vllm:kv_cache_usage_perc"), 0.9),
    Failure.SLOW_TOKENS: (reading("decode-0", "vllm:num_requests_running"), 4),
    Failure.HOT_GPUS: (reading("node-1", "DCGM_FI_DEV_GPU_TEMP", pod="decode-0"), 90),
}


class TestSwitches:
    @pytest.mark.parametrize("failure", COUNTED)
    def test_events_are_counted_only_while_it_is_on(self, failure: Failure) -> None:
        read = COUNTED[failure]
        world = lived(World(fleet()), 10)
        assert read(world) == 0
        during = read(lived(world, 20, [failure]))
        assert during > 0
        settled = read(lived(world, 10))
        assert read(lived(world, 10)) == settled

    @pytest.mark.parametrize("failure", HIGH)
    def test_a_gauge_is_high_only_while_it_is_on(self, failure: Failure) -> None:
        read, high = HIGH[failure]
        world = lived(World(fleet()), 5)
        assert read(world) < high
        assert read(lived(world, 30, [failure])) > high
        assert read(lived(world, 60)) < high

    @pytest.mark.parametrize(
        ("failure", "pod"),
        [(Failure.MODEL_SERVERS_DOWN, "decode-0"), (Failure.ENDPOINT_PICKER_DOWN, "epp-0")],
    )
    def test_one_pod_is_out_of_reach_while_it_is_on(self, failure: Failure, pod: str) -> None:
        world = lived(World(fleet()), 1, [failure])
        down = [
            target.pod
            for target in world.targets
            if not target.reachable() and target.namespace == "llm-d"
        ]
        assert down == [pod]
        lived(world, 1)
        assert all(target.reachable() for target in world.targets)

    def test_a_first_token_comes_late(self) -> None:
        name = "vllm:time_to_first_token_seconds_bucket"
        world = lived(World(fleet()), 60, [Failure.SLOW_FIRST_TOKEN])
        assert value(world, "decode-0", name, {"le": "5.0"}) == 0
        assert value(world, "decode-0", name, {"le": "+Inf"}) > 0

    def test_a_cold_cache_finds_nothing(self) -> None:
        world = lived(World(fleet()), 30, [Failure.COLD_CACHE])
        assert value(world, "decode-0", "vllm:prefix_cache_queries_total") > 0
        assert value(world, "decode-0", "vllm:prefix_cache_hits_total") == 0

    def test_scheduling_is_slow(self) -> None:
        name = "llm_d_epp_scheduler_e2e_duration_seconds_bucket"
        world = lived(World(fleet()), 30, [Failure.SLOW_SCHEDULER])
        assert value(world, "epp-0", name, {"le": "0.02"}) == 0
        assert value(world, "epp-0", name, {"le": "+Inf"}) > 0
