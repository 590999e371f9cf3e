"""What can go wrong, as switches, and what each switch does to the simulated programs."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Failure(StrEnum):
    """A failure that can be switched on for a model deployment."""

    ERRORS = "errors"
    """Model servers answer 3 of 10 requests with an internal error."""

    REJECTIONS = "rejections"
    """The Endpoint Picker refuses 4 of 10 requests as overload."""

    QUEUE = "queue"
    """Model servers take hardly any request at a time, so that the others wait."""

    KV_CACHE_FULL = "kv-cache-full"
    """Model servers have hardly any KV cache, and all of it is in use."""

    PREEMPTIONS = "preemptions"
    """Model servers preempt running requests all the time."""

    KV_TRANSFERS = "kv-transfers"
    """Half of the KV transfers from prefill to decode fail, and some leases run out."""

    SLOW_FIRST_TOKEN = "slow-first-token"  # noqa: S105 - a failure's name
    """Prefill takes 8 s longer."""

    SLOW_TOKENS = "slow-tokens"
    """The time between two tokens is 12 times as long."""

    COLD_CACHE = "cold-cache"
    """No prompt is found in any prefix cache."""

    SLOW_SCHEDULER = "slow-scheduler"
    """The Endpoint Picker's scheduling takes 80 ms."""

    MODEL_SERVERS_DOWN = "model-servers-down"
    """The first decode pod's metrics can't be reached."""

    ENDPOINT_PICKER_DOWN = "endpoint-picker-down"
    """The Endpoint Picker's metrics can't be reached."""

    AUTOSCALER_ERRORS = "autoscaler-errors"
    """The autoscaler can't collect metrics."""

    HOT_GPUS = "hot-gpus"
    """GPUs are at their thermal limit and report XID errors."""


@dataclass(frozen=True, kw_only=True)
class Conditions:
    """Under what conditions a deployment works; the defaults are the healthy ones.

    Attributes:
        error_share: Share of requests that a model server answers with an internal error.
        rejected_share: Share of requests that the Endpoint Picker refuses.
        slots: Requests that an engine runs at a time.
        kv_share: Share of the KV cache that can be used.
        preempted_share: Share of running requests that are preempted each second.
        failed_transfer_share: Share of KV transfers that fail.
        prefill_delay: Seconds by which each prefill takes longer.
        token_factor: Factor on the time between tokens.
        warm: Whether prefix caches find anything.
        scheduling_seconds: Duration of one scheduling decision.
    """

    error_share: float = 0.0
    rejected_share: float = 0.0
    slots: int = 32
    kv_share: float = 1.0
    preempted_share: float = 0.0
    failed_transfer_share: float = 0.0
    prefill_delay: float = 0.0
    token_factor: float = 1.0
    warm: bool = True
    scheduling_seconds: float = 0.0008


def conditions(failures: Iterable[Failure]) -> Conditions:
    """Returns the conditions under a set of failures."""
    on = frozenset(failures)
    healthy = Conditions()
    return Conditions(
        error_share=0.3 if Failure.ERRORS in on else 0.0,
        rejected_share=0.4 if Failure.REJECTIONS in on else 0.0,
        slots=1 if Failure.QUEUE in on else healthy.slots,
        kv_share=0.03 if Failure.KV_CACHE_FULL in on else 1.0,
        preempted_share=0.8 if Failure.PREEMPTIONS in on else 0.0,
        failed_transfer_share=0.5 if Failure.KV_TRANSFERS in on else 0.0,
        prefill_delay=8.0 if Failure.SLOW_FIRST_TOKEN in on else 0.0,
        token_factor=12.0 if Failure.SLOW_TOKENS in on else 1.0,
        warm=Failure.COLD_CACHE not in on,
        scheduling_seconds=0.08 if Failure.SLOW_SCHEDULER in on else healthy.scheduling_seconds,
    )
