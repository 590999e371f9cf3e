"""How many changes of each kind, in words."""

from collections import Counter
from collections.abc import Iterable

from tools.preview.comparing.change import SEVERITY, Change, Operation
from tools.preview.comparing.fields import shown_path

ORDER = tuple(sorted(Operation, key=lambda operation: -SEVERITY[operation]))
"""The gravest first."""


def counted(changes: Iterable[Change]) -> dict[Operation, int]:
    """Returns how many changes there are of each kind, the gravest first; none are left out."""
    found = Counter(change.operation for change in changes)
    return {operation: found[operation] for operation in ORDER if found[operation]}


def in_words(changes: Iterable[Change]) -> str:
    """Returns counts such as `1 replace, 2 update`."""
    return ", ".join(f"{count} {operation}" for operation, count in counted(changes).items())


def reason(change: Change) -> str:
    """Returns what makes a replacement of a change, and what else has to be known; may be empty."""
    causes = ", ".join(shown_path(path) for path in change.causes)
    parts = [f"because of {causes}" if causes else "", *change.notes]
    return "; ".join(part for part in parts if part)
