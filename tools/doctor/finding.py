"""What the doctor tells."""

from dataclasses import dataclass
from enum import IntEnum


class Severity(IntEnum):
    """How bad a finding is; the highest one decides on the exit code."""

    NOTE = 0
    """Something couldn't be looked at."""

    WARNING = 1
    """It works, but not for long, or not all of it."""

    ERROR = 2
    """Something is broken."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that is wrong.

    Attributes:
        severity: How bad it is.
        where: The object, e.g. `ServiceMonitor llm-d/epp-metrics`.
        what: What is wrong there; never a secret.
        why: What comes of it.
        mend: The command or setting that mends it.
    """

    severity: Severity
    where: str
    what: str
    why: str
    mend: str


def error(where: str, what: str, *, why: str, mend: str) -> Finding:
    """Returns a finding about something broken."""
    return Finding(severity=Severity.ERROR, where=where, what=what, why=why, mend=mend)


def warning(where: str, what: str, *, why: str, mend: str) -> Finding:
    """Returns a finding about something that works for now, or in part."""
    return Finding(severity=Severity.WARNING, where=where, what=what, why=why, mend=mend)


def note(where: str, what: str, *, why: str, mend: str) -> Finding:
    """Returns a finding about something that couldn't be looked at."""
    return Finding(severity=Severity.NOTE, where=where, what=what, why=why, mend=mend)
