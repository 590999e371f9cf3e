"""Reading which series and labels a PromQL expression names."""

from rules.mentions import mentions


class TestAnExpression:
    def test_names_its_series(self) -> None:
        assert mentions("sum(rate(a:b_total[5m])) / (up > 0)").names == {"a:b_total", "up"}

    def test_names_the_labels_of_matchers(self) -> None:
        read = mentions('llmd:x:sum{role!="prefill", model=~"a|b"} or other')
        assert read.series == (
            ("llmd:x:sum", frozenset({"role", "model"})),
            ("other", frozenset()),
        )

    def test_names_the_labels_of_aggregations_and_joins(self) -> None:
        read = mentions("sum by (a, b) (x) * on (c) group_left (d) group by (c, d) (y)")
        assert read.grouping == {"a", "b", "c", "d"}
        assert read.names == {"x", "y"}

    def test_takes_no_word_of_the_language_for_a_series(self) -> None:
        read = mentions("max_over_time(x[1h:5m]) unless x offset 5m and on () vector(1) > bool inf")
        assert read.names == {"x"}

    def test_takes_nothing_in_strings_for_a_series(self) -> None:
        read = mentions('label_replace(x, "pod", "$1", "exported_pod", "(.+)")')
        assert read.names == {"x"}
        assert read.grouping == frozenset()
