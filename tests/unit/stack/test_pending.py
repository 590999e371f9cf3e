"""What an interrupted update left is read from the state."""

from typing import Any

import pytest

from tools.stack.pending import RELEASE_TYPE, PendingOperation, pending_operations

SECRET: dict[str, Any] = {
    "type": "kubernetes:core/v1:Secret",
    "inputs": {"metadata": {"name": "prometheus-web-tls", "namespace": "m"}},
}


def state(*operations: dict[str, Any]) -> dict[str, Any]:
    return {"deployment": {"pending_operations": list(operations)}}


def creation(typ: str) -> PendingOperation:
    return PendingOperation(creating=True, type=typ, inputs={})


@pytest.mark.parametrize("whole", [{}, {"deployment": None}, state()])
def test_a_state_at_rest_has_none(whole: dict[str, Any]) -> None:
    assert pending_operations(whole) == ()


def test_each_tells_what_was_being_done_to_what() -> None:
    made, changed = pending_operations(
        state({"type": "creating", "resource": SECRET}, {"type": "updating", "resource": SECRET})
    )
    assert made.creating
    assert not changed.creating
    assert made.inputs == SECRET["inputs"]


class TestWhatMayBeInTheCluster:
    def test_an_object_that_was_being_made(self) -> None:
        assert creation("kubernetes:core/v1:Secret").may_have_made_an_object

    def test_not_one_that_the_state_knows(self) -> None:
        changed = PendingOperation(creating=False, type="kubernetes:core/v1:Secret", inputs={})
        assert not changed.may_have_made_an_object

    @pytest.mark.parametrize(
        "typ",
        ["tls:index/privateKey:PrivateKey", "kubernetes:core/v1:NamespacePatch", RELEASE_TYPE],
    )
    def test_not_what_is_no_object_of_its_own(self, typ: str) -> None:
        assert not creation(typ).may_have_made_an_object

    def test_a_release_is_helms(self) -> None:
        assert creation(RELEASE_TYPE).is_release
