"""Which rules see more than the series of one namespace.

A model, its servers and its Endpoint Picker are in one namespace, since an InferencePool selects pods of its own, and
each rule on them keeps `namespace`. GPUs and the autoscaler are scraped in namespaces of their own, and name those of
the models in labels.
"""

from functools import cache
from typing import Final

from rules import recording
from rules.catalogue import autoscaler, gpu
from rules.mentions import mentions
from rules.objectives import ObjectivesByModel
from rules.rule import Alert, Recording

_AREAS: Final = ("gpu", "autoscaler")


def stays_in_namespace(rule: Recording | Alert) -> bool:
    """Tells whether a rule works where it sees one model's namespace only."""
    return mentions(rule.expr).names.isdisjoint(_elsewhere())


@cache
def _elsewhere() -> frozenset[str]:
    """Raw and recorded series that aren't of a model's namespace."""
    raw = (name for metric in (*gpu.METRICS, *autoscaler.METRICS) for name in metric.series)
    recorded = (
        rule.record
        for area in _AREAS
        for group in recording.AREAS[area](ObjectivesByModel())
        for rule in group.rules
        if isinstance(rule, Recording)
    )
    return frozenset((*raw, *recorded))
