"""Waiting ends: by success, failure, time-out, cancellation or silence."""

import threading
from collections.abc import Callable, Iterator

import pytest

from tests.unit.standins.kubernetes.readiness.objects import NOTHING, Object
from tools.standins.kubernetes.api_errors import ApiError, UnreachableError
from tools.standins.kubernetes.readiness import wait
from tools.standins.kubernetes.readiness.verdict import READY, Related, Verdict, waiting
from tools.standins.kubernetes.readiness.wait import NotReadyError, Waiter

GONE = ApiError(404, {"message": "not found"})


def judge(obj: Object, _related: Related) -> Verdict:
    if obj.get("failed"):
        return Verdict(ready=False, failed=True, reasons=("broken",))
    return READY if obj.get("ready") else waiting("Waiting for it", "not yet")


def thing(**fields: object) -> Object:
    return {"metadata": {"name": "x", "uid": "1"}, **fields}


def reads(*answers: Object | Exception) -> Callable[[], Object]:
    remaining: Iterator[Object | Exception] = iter(answers)
    last: list[Object | Exception] = []

    def read() -> Object:
        last[:] = [next(remaining, *last)]
        if isinstance(last[0], Exception):
            raise last[0]
        return last[0]

    return read


def waiter(
    read: Callable[[], Object],
    *,
    timeout: float = 60,
    cancelled: threading.Event | None = None,
    told: list[str] | None = None,
) -> Waiter:
    return Waiter(
        read=read,
        cancelled=cancelled or threading.Event(),
        report=(told if told is not None else []).append,
        timeout=timeout,
    )


def test_it_waits_until_the_object_is_ready_and_tells_once_what_for() -> None:
    told: list[str] = []
    read = reads(thing(), thing(), thing(ready=True))
    assert waiter(read, told=told).until_ready(thing(), judge, NOTHING)["ready"]
    assert told == ["Waiting for it"]


def test_an_object_that_is_ready_already_is_not_read_again() -> None:
    assert waiter(reads(AssertionError())).until_ready(thing(ready=True), judge, NOTHING)


def test_a_time_out_carries_the_reasons_and_the_object_as_last_seen() -> None:
    with pytest.raises(NotReadyError, match="'x' timed out waiting to be Ready") as caught:
        waiter(reads(thing(seen=2)), timeout=0.3).until_ready(thing(), judge, NOTHING)
    assert caught.value.reasons == ("not yet",)
    assert caught.value.live["seen"] == 2


def test_a_failure_ends_the_waiting_at_once() -> None:
    with pytest.raises(NotReadyError, match="'x' failed") as caught:
        waiter(reads(thing(failed=True))).until_ready(thing(), judge, NOTHING)
    assert caught.value.reasons == ("broken",)


def test_a_cancellation_ends_the_waiting_at_once() -> None:
    cancelled = threading.Event()
    cancelled.set()
    with pytest.raises(NotReadyError, match="cancelled"):
        waiter(reads(thing()), cancelled=cancelled).until_ready(thing(), judge, NOTHING)


def test_an_object_that_is_deleted_meanwhile_is_told() -> None:
    with pytest.raises(NotReadyError, match="deleted while waiting"):
        waiter(reads(GONE)).until_ready(thing(), judge, NOTHING)


def test_a_short_silence_of_the_server_is_endured() -> None:
    read = reads(UnreachableError("away"), ApiError(503, {}), thing(ready=True))
    assert waiter(read).until_ready(thing(), judge, NOTHING)["ready"]


def test_a_long_silence_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wait, "_SILENCE_SECONDS", 0.2)
    with pytest.raises(NotReadyError, match="lost the API server") as caught:
        waiter(reads(UnreachableError("away"))).until_ready(thing(), judge, NOTHING)
    assert caught.value.reasons == ("away",)


def test_deletion_is_over_when_the_object_is_gone() -> None:
    waiter(reads(thing(), GONE)).until_gone(thing())


def test_an_object_of_the_same_name_made_anew_is_another_one() -> None:
    waiter(reads({"metadata": {"name": "x", "uid": "2"}})).until_gone(thing())


def test_finalizers_that_hold_an_object_are_named() -> None:
    held = {"metadata": {"name": "x", "uid": "1", "finalizers": ["example.com/hold"]}}
    with pytest.raises(NotReadyError, match="timed out waiting to be deleted") as caught:
        waiter(reads(held), timeout=0.2).until_gone(held)
    assert "example.com/hold" in caught.value.reasons[0]
