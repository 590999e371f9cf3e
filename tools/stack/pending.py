"""The operations of which a stack's state doesn't know how they ended."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

RELEASE_TYPE: Final = "kubernetes:helm.sh/v3:Release"
_CREATING: Final = "creating"
_PATCH: Final = "Patch"


@dataclass(frozen=True, kw_only=True)
class PendingOperation:
    """One operation that was interrupted.

    Attributes:
        creating: Whether the resource was being made; otherwise the state knows it already.
        type: The resource's type token.
        inputs: What it was to become.
    """

    creating: bool
    type: str
    inputs: Mapping[str, Any]

    @property
    def is_release(self) -> bool:
        """Whether Helm was at work."""
        return self.type == RELEASE_TYPE

    @property
    def may_have_made_an_object(self) -> bool:
        """Whether the cluster may hold an object that the state doesn't know.

        Keys and certificates exist in the state alone, and a Patch kind makes nothing: it may be applied
        again.
        """
        return (
            self.creating
            and not self.is_release
            and self.type.startswith("kubernetes:")
            and not self.type.endswith(_PATCH)
        )


def pending_operations(state: Mapping[str, Any]) -> tuple[PendingOperation, ...]:
    """Returns the operations that an exported state holds as pending."""
    operations = (state.get("deployment") or {}).get("pending_operations") or ()
    return tuple(
        PendingOperation(
            creating=operation["type"] == _CREATING,
            type=operation["resource"]["type"],
            inputs=operation["resource"].get("inputs", {}),
        )
        for operation in operations
    )
