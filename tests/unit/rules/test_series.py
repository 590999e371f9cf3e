"""The vocabulary of recorded series."""

import re
from collections import Counter

from rules.series import ALL, BY_NAME, Kind, Unit


class TestRecordedSeries:
    def test_are_named_once(self) -> None:
        repeated = [name for name, number in Counter(s.name for s in ALL).items() if number > 1]
        assert repeated == []
        assert len(BY_NAME) == len(ALL)

    def test_follow_one_pattern(self) -> None:
        pattern = re.compile(r"llmd:[a-z0-9_]+:[a-z0-9_]+")
        assert [s.name for s in ALL if not pattern.fullmatch(s.name)] == []

    def test_have_no_label_twice(self) -> None:
        assert [s.name for s in ALL if len(set(s.labels)) != len(s.labels)] == []

    def test_keep_le_where_they_are_buckets_and_only_there(self) -> None:
        for series in ALL:
            assert ("le" in series.labels) == (series.kind is Kind.HISTOGRAM_BUCKET), series.name
            assert ("_bucket:" in series.name) == (series.kind is Kind.HISTOGRAM_BUCKET)

    def test_of_a_ratio_have_the_unit_of_a_ratio(self) -> None:
        assert [s.name for s in ALL if s.kind is Kind.RATIO and s.unit is not Unit.RATIO] == []
