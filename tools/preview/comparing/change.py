"""One resource that changes, and how grave that is."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from tools.preview.comparing.fields import Field, Path
from tools.preview.resource import Resource


class Operation(StrEnum):
    """What happens to a resource."""

    CREATE = "create"
    UPDATE = "update"
    RENEW = "renew"
    """A certificate that is due; nothing was changed."""

    FORGET = "forget"
    """It is managed no longer, and stays as it is."""

    REPLACE = "replace"
    DELETE = "delete"


SEVERITY: Final = {
    Operation.CREATE: 1,
    Operation.RENEW: 2,
    Operation.UPDATE: 3,
    Operation.FORGET: 4,
    Operation.REPLACE: 5,
    Operation.DELETE: 6,
}

DESTRUCTIVE: Final = frozenset({Operation.REPLACE, Operation.DELETE})


@dataclass(frozen=True, kw_only=True)
class Change:
    """One resource that changes.

    Attributes:
        operation: What happens to it.
        resource: As it will be, or as it was where it goes.
        fields: What differs; empty for one that comes or goes.
        causes: Paths of the fields that make a replacement of it.
        notes: What else a reader has to know.
    """

    operation: Operation
    resource: Resource
    fields: tuple[Field, ...] = ()
    causes: tuple[Path, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def severity(self) -> int:
        """The higher, the graver."""
        return SEVERITY[self.operation]

    @property
    def destructive(self) -> bool:
        """Whether something that exists goes."""
        return self.operation in DESTRUCTIVE
