"""Reads raw series of model servers, and gives them the uniform labels.

`role` is set by monitors. Where other monitors scrape, it is told by the pod's name, which contains `decode` or
`prefill` in all of llm-d's guides, and by SGLang's own `engine_type`.
"""

from collections.abc import Callable, Sequence
from typing import Final

from rules.promql import (
    aggregate,
    label_copied,
    label_set,
    rate,
    rate_from_first_event,
    selector,
    union,
)
from rules.rule import Recording
from rules.series import MODEL, POD

VLLM: Final = "vllm"
SGLANG: Final = "sglang"

_PREFILL_POD: Final = ".*prefill.*"
_DECODE_POD: Final = ".*decode.*"

Read = Callable[..., str]
"""Makes an expression of a name and matchers: `rate(...)`, or the series itself."""


def growth(name: str, *matchers: str) -> str:
    """Reads a counter or a part of a histogram."""
    return rate(selector(name, *matchers))


def level(name: str, *matchers: str) -> str:
    """Reads a gauge."""
    return selector(name, *matchers)


def growth_from_first_event(name: str, *matchers: str) -> str:
    """Reads a counter that is absent until its first event."""
    return f"({rate_from_first_event(name, *matchers)})"


def vllm(name: str, *matchers: str, read: Read = growth, but_prefill: bool = False) -> str:
    """Reads a series of vLLM on each pod, `role` filled in.

    Args:
        name: Name without `vllm:`, unless it has a prefix of its own.
        matchers: What to select.
        read: How to read it.
        but_prefill: Leave prefill pods out.
    """
    full = name if name.startswith("http_") else f"vllm:{name}"
    return _with_role(full, matchers, read, but_prefill=but_prefill)


def sglang(name: str, *matchers: str, read: Read = growth, but_prefill: bool = False) -> str:
    """Reads a series of SGLang's tokenizer manager, `role` filled in; arguments as for `vllm`."""
    return _with_role(
        f"sglang:{name}", matchers, read, but_prefill=but_prefill, from_engine_type=True
    )


def sglang_scheduler(
    name: str,
    *matchers: str,
    read: Read = growth,
    keep: Sequence[str] = (),
    but_prefill: bool = False,
) -> str:
    """Reads a series of SGLang's scheduler; arguments as for `vllm`.

    With tensor or pipeline parallelism every rank may report the same, so one rank is taken. Ranks of data
    parallelism have work of their own, and are kept. With priorities, the series with an empty `priority` is the
    sum of the others.

    Args:
        name: Name without `sglang:`.
        matchers: What to select.
        read: How to read it.
        keep: Further labels that the expression needs.
        but_prefill: Leave prefill pods out.
    """
    raw = sglang(name, 'priority=""', *matchers, read=read, but_prefill=but_prefill)
    return aggregate(
        "max", ("namespace", "pod", "role", "instance", "model_name", "dp_rank", *keep), raw
    )


def _with_role(
    name: str,
    matchers: Sequence[str],
    read: Read,
    *,
    but_prefill: bool,
    from_engine_type: bool = False,
) -> str:
    known = ['role!="prefill"'] if but_prefill else []
    unknown = [f'pod!~"{_PREFILL_POD}"'] if but_prefill else []
    if but_prefill and from_engine_type:
        unknown.append('engine_type!="prefill"')
    labelled = read(name, *matchers, 'role!=""', *known)
    told = label_set(read(name, *matchers, 'role=""', *unknown), "role", "both")
    told = _role_where(told, "prefill", _PREFILL_POD)
    told = _role_where(told, "decode", _DECODE_POD)
    if from_engine_type:
        told = label_copied(told, to="role", source="engine_type", pattern="(prefill|decode)")
    return f"({union(labelled, told)})"


def _role_where(expression: str, role: str, pod_pattern: str) -> str:
    return f'label_replace({expression}, "role", "{role}", "pod", "{pod_pattern}")'


def uniform(
    expression: str,
    *,
    labels: Sequence[str],
    operation: str = "sum",
    copied: Sequence[tuple[str, str]] = (),
) -> str:
    """Aggregates to uniform labels, `model_name` renamed to `model`.

    Args:
        expression: Raw series with `role`.
        labels: Labels to keep, in their uniform names.
        operation: How to aggregate.
        copied: Further labels to rename: the uniform name and the raw one.
    """
    renamed = [("model", "model_name"), *copied]
    kept = [label for label in labels if label not in {new for new, _ in renamed}]
    raw = [old for new, old in renamed if new in labels]
    inner = aggregate(operation, (*kept, *raw), expression)
    for new, old in renamed:
        if new in labels:
            inner = label_copied(inner, to=new, source=old, pattern="(.+)")
    return aggregate(operation, labels, inner)


def recorded(
    record: str,
    server: str,
    expression: str,
    labels: Sequence[str],
    *,
    operation: str = "sum",
    copied: Sequence[tuple[str, str]] = (),
    **fixed: str,
) -> Recording:
    """A recording of one kind of server; `server` and `fixed` are set as labels."""
    wanted = [label for label in labels if label not in {"server", *fixed}]
    return Recording(
        record=record,
        expr=uniform(expression, labels=wanted, operation=operation, copied=copied),
        labels={"server": server, **fixed},
    )


def by_pod(
    record: str,
    server: str,
    expression: str,
    *more: str,
    operation: str = "sum",
    copied: Sequence[tuple[str, str]] = (),
    **fixed: str,
) -> Recording:
    """A recording for each pod; further labels are kept."""
    return recorded(
        record, server, expression, (*POD, *more), operation=operation, copied=copied, **fixed
    )


def by_model(
    record: str,
    server: str,
    expression: str,
    *more: str,
    copied: Sequence[tuple[str, str]] = (),
    **fixed: str,
) -> Recording:
    """A recording for each model and role, summed over pods; further labels are kept."""
    return recorded(record, server, expression, (*MODEL, *more), copied=copied, **fixed)
