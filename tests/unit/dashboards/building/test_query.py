"""The forms of PromQL that panels are put together from."""

import promql_parser as promql
import pytest

from dashboards.building.query import (
    USERS,
    largest,
    mean,
    of_gateways,
    of_models,
    of_namespaces,
    of_pods,
    or_none,
    or_zero,
    quantile,
    quantile_now,
    quantiles,
    readable,
    select,
    share,
    spread,
    total,
)

WAITING = "llmd:requests_waiting:sum"


class TestSelectors:
    def test_without_matchers_is_the_name(self) -> None:
        assert select("up") == "up"

    def test_follow_the_variables_of_their_scope(self) -> None:
        assert of_namespaces("a") == 'a{namespace=~"$namespace"}'
        assert of_models("a") == 'a{namespace=~"$namespace",model=~"$model"}'
        assert of_pods("a") == 'a{namespace=~"$namespace",model=~"$model",pod=~"$pod"}'
        assert of_gateways("a") == 'a{namespace=~"$namespace",job=~"$job"}'

    def test_take_matchers_and_fixed_labels(self) -> None:
        assert select("a", USERS, server="vllm") == 'a{role!="prefill",server="vllm"}'


class TestForms:
    def test_sums_keep_the_labels_asked_for(self) -> None:
        assert total("a") == "sum(a)"
        assert total("a", "model", "pod") == "sum by (model, pod) (a)"

    def test_quantiles_keep_the_bounds(self) -> None:
        assert quantile(0.9, "b", "model") == "histogram_quantile(0.9, sum by (le, model) (b))"

    def test_a_quantile_of_nothing_is_no_number(self) -> None:
        assert quantile_now(0.9, "b").endswith(" >= 0")

    def test_quantiles_come_highest_first_and_say_which_they_are(self) -> None:
        assert [query.legend for query in quantiles("b")] == ["P99", "P90", "P50"]
        assert quantiles("b", "model", shares=(0.995,))[0].legend == "{{model}} P99.5"

    def test_a_share_is_0_without_events_and_nothing_without_anybody_who_counts(self) -> None:
        assert share("a", "b") == "(sum(a) or sum(b) * 0) / (sum(b) > 0) or sum(b) * 0"
        assert "vector" not in share("a", "b", "model")

    def test_a_spread_is_three_lines_for_any_number_of_pods(self) -> None:
        assert [query.legend for query in spread("a")] == [
            "highest pod",
            "median pod",
            "lowest pod",
        ]

    @pytest.mark.parametrize(
        "expr",
        [
            or_zero("sum(a)"),
            or_none("sum by (code) (a)", "code"),
            readable("a", "model", "(none)"),
            share("a", "b"),
            share("a", "b", "model"),
            mean("llmd:queue_seconds", "model"),
            largest(10, "a"),
            *(query.expr for query in spread("a")),
        ],
    )
    def test_are_promql(self, expr: str) -> None:
        promql.parse(expr.replace("$", ""))
