"""Which series and labels a query uses, by a real PromQL parser and the catalogue of series.

`labels_of` follows the labels through a query, so that a label that can't be there, a sum by a label that was
summed away and two sides that never match are mistakes.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

import promql_parser as promql

from rules.catalogue import MetricType, by_series
from rules.series import BY_NAME

_ALERTS: Final = frozenset(
    {"alertname", "alertstate", "severity", "namespace", "model", "pod", "job", "slo"}
)
_RAW: Final = by_series()
_SETS: Final = frozenset({"and", "or", "unless"})
_KEEPING_EVERYTHING: Final = frozenset({"topk", "bottomk"})


class UnknownError(Exception):
    """A query that uses what isn't there."""


@dataclass(frozen=True, kw_only=True)
class Labels:
    """Labels of the result of a part of a query.

    Attributes:
        names: Labels that it can have.
        certain: Whether it has them all: not so where some releases lack one.
        is_scalar: It is a number, and takes on the labels of the other side.
    """

    names: frozenset[str]
    certain: bool = True
    is_scalar: bool = False


_NUMBER: Final = Labels(names=frozenset(), is_scalar=True)


def selected(expr: str) -> tuple[str, ...]:
    """Returns the names of the series that a query reads."""
    found: list[str] = []

    def visit(part: promql.Expr) -> bool:
        if isinstance(part, promql.VectorSelector):
            found.append(part.name or "")
        return True

    promql.walk(promql.parse(expr), visit)
    return tuple(found)


def labels_of(expr: str) -> frozenset[str]:
    """Returns the labels of a query's result.

    Raises:
        UnknownError: A series or label isn't in the catalogue, was summed away, or two sides never match.
        ValueError: It isn't PromQL.
    """
    return _of(promql.parse(expr)).names


def _of(part: Any) -> Labels:  # noqa: ANN401 - the parser's classes have no common useful base
    return _BY_KIND[type(part)](part)


def _of_selector(part: promql.VectorSelector) -> Labels:
    labels = _of_series(part.name or "")
    _require((matcher.name for matcher in part.matchers.matchers), labels, part)
    return labels


def _of_series(name: str) -> Labels:
    if name == "ALERTS":
        return Labels(names=_ALERTS, certain=False)
    if name in BY_NAME:
        return Labels(names=frozenset(BY_NAME[name].labels))
    if name in _RAW:
        metric = _RAW[name]
        is_quantile = metric.type is MetricType.SUMMARY and name == metric.name
        quantile = {"quantile"} if is_quantile else set()
        return Labels(names=metric.scraped_labels | quantile, certain=False)
    raise UnknownError(f"no series {name!r}")


def _of_call(part: promql.Call) -> Labels:
    name = part.func.name
    if name in {"vector", "time"}:
        return Labels(names=frozenset(), is_scalar=name == "time")
    vectors = [labels for labels in map(_of, part.args) if not labels.is_scalar]
    if name == "histogram_quantile":
        _require(("le",), vectors[0], part)
        return Labels(names=vectors[0].names - {"le"}, certain=vectors[0].certain)
    if name == "label_replace":
        return Labels(names=vectors[0].names | {part.args[1].val}, certain=vectors[0].certain)
    return vectors[0]


def _of_aggregate(part: promql.AggregateExpr) -> Labels:
    inner = _of(part.expr)
    modifier = part.modifier
    if modifier is None:
        return inner if str(part.op) in _KEEPING_EVERYTHING else Labels(names=frozenset())
    if modifier.type is not promql.AggModifierType.By:
        raise UnknownError(f"an aggregation without 'by': {part}")
    _require(modifier.labels, inner, part)
    return Labels(names=frozenset(modifier.labels))


def _of_binary(part: promql.BinaryExpr) -> Labels:
    left, right = _of(part.lhs), _of(part.rhs)
    if left.is_scalar or right.is_scalar:
        return right if left.is_scalar else left
    on = _joined_on(part)
    operator = str(part.op)
    if on is not None:
        _require(on, left, part)
        if not (operator == "or" and not on):
            _require(on, right, part)
    elif operator != "or" and left.certain and right.certain and left.names != right.names:
        raise UnknownError(f"{sorted(left.names)} never matches {sorted(right.names)}: {part}")
    if operator == "or":
        return Labels(names=left.names | right.names, certain=left.certain and right.certain)
    if operator in _SETS or on is None or _is_grouped(part):
        return left
    return Labels(names=frozenset(on))


def _joined_on(part: promql.BinaryExpr) -> list[str] | None:
    matching = part.modifier.matching if part.modifier is not None else None
    return None if matching is None else list(matching.labels)


def _is_grouped(part: promql.BinaryExpr) -> bool:
    return part.modifier is not None and "group_" in str(part.modifier)


def _require(
    wanted: Iterable[str],
    labels: Labels,
    part: Any,  # noqa: ANN401 - any part of a query
) -> None:
    missing = sorted(set(wanted) - labels.names)
    if missing:
        raise UnknownError(f"no label {', '.join(missing)} in {part}")


def _inside(attribute: str) -> Callable[[Any], Labels]:
    return lambda part: _of(getattr(part, attribute))


_BY_KIND: Final[dict[type, Callable[[Any], Labels]]] = {
    promql.VectorSelector: _of_selector,
    promql.MatrixSelector: _inside("vector_selector"),
    promql.SubqueryExpr: _inside("expr"),
    promql.ParenExpr: _inside("expr"),
    promql.UnaryExpr: _inside("expr"),
    promql.NumberLiteral: lambda _: _NUMBER,
    promql.StringLiteral: lambda _: _NUMBER,
    promql.Call: _of_call,
    promql.AggregateExpr: _of_aggregate,
    promql.BinaryExpr: _of_binary,
}
