"""Rules that live faster, and are otherwise the same."""

import pytest

from tests.live.rule_objects import milliseconds, scaled, scaled_expression


class TestScaledExpression:
    @pytest.mark.parametrize(
        ("written", "faster"),
        [
            ("rate(a[5m])", "rate(a[10000ms])"),
            ("sum_over_time(a[1d:5m])", "sum_over_time(a[2880000ms:10000ms])"),
            ("max_over_time(a[1h:])", "max_over_time(a[120000ms:])"),
            ("a offset 1h", "a offset 120000ms"),
            ("a:rate5m / 300 > 0.5", "a:rate5m / 300 > 0.5"),
            ('a{pod=~"x[0-9]m"}', 'a{pod=~"x[0-9]m"}'),
        ],
    )
    def test_shortens_ranges_steps_and_offsets_and_nothing_else(
        self, written: str, faster: str
    ) -> None:
        assert scaled_expression(written, 30) == faster


class TestScaled:
    def test_shortens_the_times_of_a_group(self) -> None:
        rule = {"alert": "A", "expr": "a[5m] > 1", "for": "10m", "keep_firing_for": "15m"}
        group = scaled({"name": "g", "interval": "1m", "rules": [rule]}, 30)
        assert group == {
            "name": "g",
            "interval": "2000ms",
            "rules": [
                {
                    "alert": "A",
                    "expr": "a[10000ms] > 1",
                    "for": "20000ms",
                    "keep_firing_for": "30000ms",
                }
            ],
        }

    def test_keeps_what_has_no_time(self) -> None:
        rule = {"record": "r", "expr": "sum(a)", "labels": {"b": "c"}}
        assert scaled({"name": "g", "interval": "30s", "rules": [rule]}, 30)["rules"] == [rule]


def test_durations_are_read_as_prometheus_reads_them() -> None:
    assert milliseconds("1h30m") == 5_400_000
    assert milliseconds("0m") == 0
