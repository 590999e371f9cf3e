"""What a program itself declares to wait for, by the annotation `pulumi.com/waitFor`."""

import json
from collections.abc import Callable, Sequence

from tools.standins.kubernetes.kind import Object
from tools.standins.kubernetes.readiness.jsonpath import parse
from tools.standins.kubernetes.readiness.verdict import (
    READY,
    Judge,
    Related,
    Verdict,
    conditions,
    waiting,
)
from tools.standins.protocol.errors import ProviderError


def declared_judge(annotation: str) -> Judge:
    """Return the judge for `condition=Type[=Status]`, `jsonpath={...}`, or a JSON list of such.

    Raises:
        ProviderError: The annotation is written differently.
    """
    expressions = _expressions(annotation)
    checks = {expression: _check(expression) for expression in expressions}

    def judge(obj: Object, _related: Related) -> Verdict:
        if _stale(obj):
            return waiting("Waiting for the controller to see the change")
        missing = [text for text, holds in checks.items() if not holds(obj)]
        if not missing:
            return READY
        return waiting(f"Waiting for {missing[0]}", *(f"not met: {text}" for text in missing))

    return judge


def _expressions(annotation: str) -> Sequence[str]:
    try:
        listed = json.loads(annotation)
    except json.JSONDecodeError:
        return [annotation]
    if isinstance(listed, list) and listed and all(isinstance(item, str) for item in listed):
        return listed
    msg = (
        f"pulumi.com/waitFor: {annotation!r} is not understood; expected `condition=...`, "
        "`jsonpath=...` or a JSON list of such, with at least one"
    )
    raise ProviderError(msg)


def _check(expression: str) -> Callable[[Object], bool]:
    prefix, _, rest = expression.partition("=")
    if prefix == "jsonpath":
        return parse(expression).matches
    if prefix == "condition" and rest:
        kind, _, status = rest.partition("=")
        return lambda obj: conditions(obj).get(kind, {}).get("status") == (status or "True")
    msg = (
        f"pulumi.com/waitFor: {expression!r} is not understood; expected the prefix `condition=` "
        "or `jsonpath=`"
    )
    raise ProviderError(msg)


def _stale(obj: Object) -> bool:
    generation = (obj.get("metadata") or {}).get("generation")
    seen = (obj.get("status") or {}).get("observedGeneration")
    return isinstance(generation, int) and isinstance(seen, int) and seen < generation
