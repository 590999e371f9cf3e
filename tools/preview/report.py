"""What a report says, whatever it is written as."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from policy.checks import Finding
from tools.preview.comparing.change import Change

NO_CHANGE: Final = 0
ERROR: Final = 1
CHANGES: Final = 3
DESTRUCTIVE: Final = 4
"""Exit codes; 2 is a command line that can't be read."""

BLANK_CLUSTER: Final = (
    "The program looks at its cluster first. No cluster was asked for this report: a ready and "
    "otherwise empty one is assumed."
)


class Level(StrEnum):
    """How grave a stack's changes are."""

    NONE = "no change"
    CHANGES = "changes"
    DESTRUCTIVE = "destructive"
    ERROR = "error"


@dataclass(frozen=True, kw_only=True)
class Stack:
    """One stack's row and details.

    Attributes:
        name: Name of the stack.
        changes: What changes, the gravest first.
        same: How many resources stay as they are.
        quiet: How many change in checksums and the chart's version labels only.
        notes: What a reader has to know about how this was found.
        error: Why nothing was found; `None` where something was.
        incomparable: Whether the base revision couldn't be read, so that differences are unknown.
        reads_cluster: Whether the program looks at its cluster, which wasn't asked for this report.
        findings: Policies that the stack breaks; a mandatory one is an error.
    """

    name: str
    changes: tuple[Change, ...] = ()
    same: int = 0
    quiet: int = 0
    notes: tuple[str, ...] = ()
    error: str | None = None
    incomparable: bool = False
    reads_cluster: bool = False
    findings: tuple[Finding, ...] = ()

    @property
    def level(self) -> Level:
        """How grave it is."""
        if self.error is not None or any(finding.mandatory for finding in self.findings):
            return Level.ERROR
        if any(change.destructive for change in self.changes):
            return Level.DESTRUCTIVE
        return Level.CHANGES if self.changes or self.incomparable else Level.NONE


@dataclass(frozen=True, kw_only=True)
class Report:
    """All stacks.

    Attributes:
        base: What is compared with.
        head: What it is about.
        stacks: In the order of their names.
    """

    base: str
    head: str
    stacks: tuple[Stack, ...]

    @property
    def notes(self) -> dict[str, list[str]]:
        """What holds for several stacks, once: the names of the stacks by note."""
        found: dict[str, list[str]] = {}
        for stack in self.stacks:
            told = [*stack.notes, BLANK_CLUSTER] if stack.reads_cluster else stack.notes
            for note in told:
                found.setdefault(note, []).append(stack.name)
        return found

    @property
    def level(self) -> Level:
        """How grave the gravest stack is."""
        order = list(Level)
        return max((stack.level for stack in self.stacks), key=order.index, default=Level.NONE)

    @property
    def exit_code(self) -> int:
        """What the command ends with."""
        return {
            Level.NONE: NO_CHANGE,
            Level.CHANGES: CHANGES,
            Level.DESTRUCTIVE: DESTRUCTIVE,
            Level.ERROR: ERROR,
        }[self.level]
