"""What drift is, whoever made the object that has it."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tools.preview.comparing.fields import Field, shown_path
from tools.preview.resource import Resource, Source

_SHOWN_DIGITS: Final = 16


@dataclass(frozen=True, kw_only=True)
class Drift:
    """One object that isn't as it was made.

    Attributes:
        resource: The object as it was made, without its secrets.
        fields: What differs: `before` as it was made, `after` as it is; empty where the object is gone.
        note: What else a reader has to know; empty for nothing.
    """

    resource: Resource
    fields: tuple[Field, ...] = ()
    note: str = ""

    @property
    def gone(self) -> bool:
        """Whether the object is gone."""
        return not self.fields

    @property
    def told(self) -> str:
        """What happened to it, in one word."""
        return "gone" if self.gone else "changed"

    @property
    def of_the_chart(self) -> bool:
        """Whether a chart made the object, so that no refresh of the engine sees it."""
        return self.resource.source is Source.CHART

    @property
    def paths(self) -> tuple[str, ...]:
        """Where it differs."""
        return tuple(shown_path(field.path) for field in self.fields)


def ordered(drifts: Sequence[Drift]) -> tuple[Drift, ...]:
    """Returns drift in one order, whatever order it was found in."""
    return tuple(sorted(drifts, key=lambda drift: (drift.of_the_chart, drift.resource.identity)))


def fingerprint(drifts: Sequence[Drift]) -> str:
    """Returns what is the same as long as the same objects differ in the same fields; empty for no drift.

    Values aren't part of it: one that goes on changing is still the same drift.
    """
    if not drifts:
        return ""
    told = [[drift.resource.identity, drift.told, sorted(drift.paths)] for drift in ordered(drifts)]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:_SHOWN_DIGITS]
