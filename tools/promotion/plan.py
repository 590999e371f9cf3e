"""What a promotion would change in a stack file: a pure function of two files."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tools.promotion.own_keys import is_own
from tools.promotion.stack_file import Leaf, StackFile, is_encrypted


@dataclass(frozen=True, kw_only=True)
class Promotion:
    """What is to be done.

    Attributes:
        changes: Values that the target gets.
        removals: Settings that the target loses.
        before: What the target has now of both.
        by_hand: Encrypted settings of the source that the target lacks; only its own key can encrypt them.
    """

    changes: Mapping[Leaf, Any]
    removals: tuple[Leaf, ...]
    before: Mapping[Leaf, Any]
    by_hand: tuple[Leaf, ...]

    @property
    def empty(self) -> bool:
        """Whether the target has everything already."""
        return not self.changes and not self.removals


def plan(source: StackFile, target: StackFile) -> Promotion:
    """Compares two stack files; settings that belong to their stacks are left alone."""
    wanted, present = _promotable(source), _promotable(target)
    changes = {leaf: value for leaf, value in wanted.items() if present.get(leaf) != value}
    removals = tuple(leaf for leaf in present if leaf not in wanted)
    return Promotion(
        changes=changes,
        removals=removals,
        before={leaf: present[leaf] for leaf in (*changes, *removals) if leaf in present},
        by_hand=tuple(
            leaf
            for leaf, value in source.leaves().items()
            if is_encrypted(value) and leaf not in target.leaves()
        ),
    )


def _promotable(file: StackFile) -> dict[Leaf, Any]:
    return {
        leaf: value
        for leaf, value in file.leaves().items()
        if not is_own(leaf) and not is_encrypted(value)
    }
