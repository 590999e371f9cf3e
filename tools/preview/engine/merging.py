"""Lays what the engine says over what two revisions render."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from tools.preview.comparing.change import Change, Operation
from tools.preview.resource import Source

NOT_OF_THIS_CHANGE: Final = (
    "the engine only: not yet deployed from the base, changed in the cluster, or due by itself"
)
NOT_OF_THE_ENGINE: Final = "the engine sees no difference: what is deployed has it already"


def merged(rendered: Sequence[Change], engine: Sequence[Change]) -> tuple[Change, ...]:
    """Returns one change for each resource.

    The engine knows what is deployed, so its operation counts. What is rendered knows the chart's objects, and
    which of the engine's changes are those of the revision.

    Args:
        rendered: What two revisions render.
        engine: What the engine would do.
    """
    ours = {
        change.resource.identity: change
        for change in rendered
        if change.resource.source is Source.PROGRAM
    }
    changes = [_one(change, ours.pop(change.resource.identity, None)) for change in engine]
    left = [replace(change, notes=(*change.notes, NOT_OF_THE_ENGINE)) for change in ours.values()]
    chart = [change for change in rendered if change.resource.source is Source.CHART]
    return (*changes, *left, *chart)


def _one(engine: Change, rendered: Change | None) -> Change:
    if rendered is None:
        due = engine.operation is Operation.RENEW
        notes = engine.notes if due else (*engine.notes, NOT_OF_THIS_CHANGE)
        return replace(engine, notes=notes)
    return replace(
        engine,
        # Rendered ones are read the better: the engine shows a text that is a document as it stands.
        fields=rendered.fields or engine.fields,
        causes=engine.causes or rendered.causes,
        notes=tuple(dict.fromkeys([*rendered.notes, *engine.notes])),
    )
