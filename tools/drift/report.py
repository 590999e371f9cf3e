"""What is told about a stack's drift, whatever it is written as."""

from dataclasses import dataclass
from typing import Final

from tools.drift.found import Drift, fingerprint

NONE: Final = 0
ERROR: Final = 1
DRIFT: Final = 3
"""Exit codes, as those of `preview`; 2 is a command line that can't be read."""


@dataclass(frozen=True, kw_only=True)
class Report:
    """One stack.

    Attributes:
        stack: Name of the stack.
        drifts: What isn't as it was made.
        error: Why nothing is known; `None` where something is.
    """

    stack: str
    drifts: tuple[Drift, ...] = ()
    error: str | None = None

    @property
    def result(self) -> str:
        """`none`, `drift` or `failed`."""
        if self.error is not None:
            return "failed"
        return "drift" if self.drifts else "none"

    @property
    def exit_code(self) -> int:
        """What the command ends with."""
        return {"none": NONE, "drift": DRIFT, "failed": ERROR}[self.result]

    @property
    def fingerprint(self) -> str:
        """The same for the same drift; `failed` where nothing is known, empty for none."""
        return "failed" if self.error is not None else fingerprint(self.drifts)

    @property
    def summary(self) -> str:
        """One sentence."""
        if self.error is not None:
            return f"Drift of stack {self.stack} is unknown: {self.error}"
        if not self.drifts:
            return f"Stack {self.stack} is as it was made."
        ours = sum(not drift.of_the_chart for drift in self.drifts)
        parts = (f"{ours} of the program", f"{len(self.drifts) - ours} of its charts")
        return f"Objects of stack {self.stack} that aren't as they were made: {', '.join(parts)}."

    @property
    def cure(self) -> str:
        """What undoes it; empty where there is nothing to undo."""
        if not self.drifts:
            return ""
        option = "" if self.stack == "local" else f" --stack {self.stack} --yes"
        whole = f"llmd-monitoring up{option}"
        if any(drift.of_the_chart for drift in self.drifts):
            return f"{whole} undoes all of it; pulumi up --refresh can't mend objects of charts."
        return f"{whole} undoes it, and so does pulumi up --refresh --stack {self.stack}."
