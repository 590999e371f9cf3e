"""Reads raw series of the Endpoint Picker, and gives them the uniform labels.

Its replicas are added up: each handles requests of its own. `fairness_id` is dropped, since callers choose it.
"""

from rules.promql import (
    aggregate,
    first_known,
    label_copied,
    rate,
    rate_from_first_event,
    selector,
)
from rules.rule import Recording
from rules.series import EPP

_RAW_NAMES = {
    "model": ("model_name",),
    "target_model": ("target_model_name",),
    "pool": ("name", "inference_pool"),
    "endpoint": ("endpoint_name", "pod_name", "model_server_endpoint", "model_server_pod"),
    "decision": ("decision_type",),
}
"""Uniform labels and what they are called in the generations; a family has one of them."""

_PARTS = ("bucket", "sum", "count")


def picker(name: str, *matchers: str) -> str:
    """Reads a counter or a part of a histogram."""
    return rate(selector(name, *matchers))


def picker_from_first_event(name: str) -> str:
    """Reads a counter that is absent until its first event."""
    return f"({rate_from_first_event(name)})"


def uniform(expression: str, *labels: str, operation: str = "sum") -> str:
    """Aggregates to namespace, job and further labels in their uniform names."""
    wanted = (*EPP, *labels)
    kept = [label for label in wanted if label not in _RAW_NAMES]
    raw = [old for label in wanted for old in _RAW_NAMES.get(label, ())]
    inner = aggregate(operation, (*kept, *raw), expression)
    for label in wanted:
        for old in _RAW_NAMES.get(label, ()):
            inner = label_copied(inner, to=label, source=old, pattern="(.+)")
    return aggregate(operation, wanted, inner)


def by_release(
    record: str, expression: str, *labels: str, operation: str = "sum", **fixed: str
) -> Recording:
    """A recording for each release of the EPP; further labels are kept, `fixed` ones are set."""
    return Recording(
        record=record,
        expr=uniform(expression, *labels, operation=operation),
        labels=fixed,
    )


def histogram(what: str, *names: str, labels: tuple[str, ...] = ()) -> tuple[Recording, ...]:
    """The three recordings of a histogram.

    Args:
        what: Middle of the recorded name.
        names: Raw names, newest generation first.
        labels: Further labels to keep.
    """
    return tuple(
        by_release(
            f"llmd:{what}_{part}:rate5m",
            first_known(*(picker(f"{name}_{part}") for name in names)),
            *labels,
            *(("le",) if part == "bucket" else ()),
        )
        for part in _PARTS
    )
