"""The check of queries finds what is wrong with them."""

import pytest

from tests.promql import UnknownError, labels_of, selected

WAITING = "llmd:requests_waiting:sum"
BUCKETS = "llmd:ttft_seconds_bucket:rate5m"


@pytest.mark.parametrize(
    ("expr", "labels"),
    [
        (WAITING, {"namespace", "pod", "role", "model", "server"}),
        (f"sum({WAITING})", set()),
        (f"sum by (model) ({WAITING})", {"model"}),
        (f"topk(3, sum by (pod) ({WAITING}))", {"pod"}),
        (f"histogram_quantile(0.9, sum by (le, model) ({BUCKETS}))", {"model"}),
        (f'sum({WAITING}) or on () label_replace(vector(0), "code", "none", "", "")', {"code"}),
        (f"1 - sum by (model) ({WAITING})", {"model"}),
        (f"{WAITING} > 0", {"namespace", "pod", "role", "model", "server"}),
        (f"sum by (pod) ({WAITING}) and on (pod) up", {"pod"}),
    ],
)
def test_follows_labels_through_a_query(expr: str, labels: set[str]) -> None:
    assert labels_of(expr) == labels


@pytest.mark.parametrize(
    "expr",
    [
        "llmd:no_such_series:sum",
        'llmd:requests_waiting:sum{nope="x"}',
        f"sum by (nope) ({WAITING})",
        f"sum by (pod) (sum by (model) ({WAITING}))",
        f"histogram_quantile(0.9, sum by (model) ({BUCKETS}))",
        f"sum by (pod) ({WAITING}) / sum by (model) ({WAITING})",
        f"sum by (pod) ({WAITING}) / on (model) sum by (model) ({WAITING})",
        'vllm:num_preemptions{pod="a"}',
    ],
)
def test_finds_what_is_not_there(expr: str) -> None:
    with pytest.raises(UnknownError):
        labels_of(expr)


@pytest.mark.parametrize("expr", ["sum by (", "up{", "rate(up)", "histogram_quantile(up)"])
def test_finds_what_is_not_promql(expr: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        labels_of(expr)


def test_lists_the_series_that_are_read() -> None:
    assert selected(f"rate(up[5m]) / on (pod) {WAITING}") == ("up", WAITING)
