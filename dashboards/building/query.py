"""PromQL in a panel: selectors that follow the dashboard's variables, and the forms that recur."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, kw_only=True)
class Query:
    """One query of a panel.

    Attributes:
        expr: PromQL, with the dashboard's variables in it.
        legend: Grafana's template for the name of each series.
        exemplars: Show the exemplars of the series it reads: each leads to the trace of one request.
    """

    expr: str
    legend: str = ""
    exemplars: bool = False


USERS: Final = 'role!="prefill"'
"""What users see: a prefill pod's requests come back on a decode pod."""


def select(series: str, *matchers: str, **equal: str) -> str:
    """Returns a selector: ready-made matchers first, then one of equality for each keyword."""
    every = [*matchers, *(f'{label}="{value}"' for label, value in equal.items())]
    return f"{series}{{{','.join(every)}}}" if every else series


def of_namespaces(series: str, *matchers: str, **equal: str) -> str:
    """Selects a series in the chosen namespaces."""
    return select(series, 'namespace=~"$namespace"', *matchers, **equal)


def of_models(series: str, *matchers: str, **equal: str) -> str:
    """Selects a series of the chosen models."""
    return of_namespaces(series, 'model=~"$model"', *matchers, **equal)


def of_pods(series: str, *matchers: str, **equal: str) -> str:
    """Selects a series of the chosen pods."""
    return of_models(series, 'pod=~"$pod"', *matchers, **equal)


def of_gateways(series: str, *matchers: str, **equal: str) -> str:
    """Selects a series of the chosen Endpoint Pickers."""
    return of_namespaces(series, 'job=~"$job"', *matchers, **equal)


def total(expr: str, *by: str) -> str:
    """Returns a sum, one for each value of the labels `by`."""
    return f"sum by ({', '.join(by)}) ({expr})" if by else f"sum({expr})"


def or_zero(expr: str) -> str:
    """Returns one number, 0 where there is nothing to count."""
    return f"{expr} or vector(0)"


def or_none(expr: str, label: str) -> str:
    """Returns counts by a label, and a 0 under the name `none` where there is nothing to count."""
    return f'{expr} or on () label_replace(vector(0), "{label}", "none", "", "")'


def readable(expr: str, label: str, nameless: str) -> str:
    """Returns series of which one may lack a label's value, with a word in its place."""
    return f'label_replace({expr}, "{label}", "{nameless}", "{label}", "")'


def share(part: str, whole: str, *by: str) -> str:
    """Returns which share of a whole is a part: 0 without any events, nothing where nobody counts them."""
    parts, wholes = total(part, *by), total(whole, *by)
    return f"({parts} or {wholes} * 0) / ({wholes} > 0) or {wholes} * 0"


def mean(histogram: str, *by: str, matchers: tuple[str, ...] = (), **equal: str) -> str:
    """Returns the mean of a recorded histogram's observations, of the chosen models."""
    sums = total(of_models(f"{histogram}_sum:rate5m", *matchers, **equal), *by)
    counts = total(of_models(f"{histogram}_count:rate5m", *matchers, **equal), *by)
    return f"{sums} / ({counts} > 0)"


def quantile(share_below: float, buckets: str, *by: str) -> str:
    """Returns a quantile over the rates of histogram buckets, one for each value of the labels `by`."""
    labels = ", ".join(("le", *by))
    return f"histogram_quantile({share_below:g}, sum by ({labels}) ({buckets}))"


def quantile_now(share_below: float, buckets: str, *by: str) -> str:
    """Returns a quantile for a single number: nothing, instead of not a number, where nothing was observed."""
    return f"{quantile(share_below, buckets, *by)} >= 0"


def quantiles(
    buckets: str, *by: str, shares: tuple[float, ...] = (0.5, 0.9, 0.99)
) -> tuple[Query, ...]:
    """Returns a query for each of some quantiles, the highest first."""
    names = "".join(f"{{{{{label}}}}} " for label in by)
    return tuple(
        Query(expr=quantile(below, buckets, *by), legend=f"{names}P{below * 100:g}")
        for below in sorted(shares, reverse=True)
    )


def spread(expr: str, of: str = "pod") -> tuple[Query, ...]:
    """Returns the highest, the middle and the lowest of many series: three lines for any number of pods."""
    return (
        Query(expr=f"max({expr})", legend=f"highest {of}"),
        Query(expr=f"quantile(0.5, {expr})", legend=f"median {of}"),
        Query(expr=f"min({expr})", legend=f"lowest {of}"),
    )


def largest(count: int, expr: str) -> str:
    """Returns the largest few of many series."""
    return f"topk({count}, {expr})"
