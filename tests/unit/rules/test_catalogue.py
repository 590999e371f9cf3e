"""The catalogue of raw metrics."""

from collections import Counter
from itertools import pairwise

from rules.catalogue import METRICS, MetricType, by_series


class TestTheCatalogue:
    def test_lists_each_name_once(self) -> None:
        names = Counter(name for metric in METRICS for name in metric.series)
        assert [name for name, number in names.items() if number > 1] == []
        assert set(by_series()) == set(names)

    def test_gives_bounds_to_histograms_and_to_nothing_else(self) -> None:
        for metric in METRICS:
            assert bool(metric.buckets) == (metric.type is MetricType.HISTOGRAM), metric.name

    def test_gives_rising_bounds(self) -> None:
        for metric in METRICS:
            assert all(low < high for low, high in pairwise(metric.buckets)), metric.name

    def test_knows_that_scraping_renames_labels_of_its_own(self) -> None:
        attempts = by_series()["llm_d_epp_scheduler_attempts_total"]
        assert "exported_namespace" in attempts.scraped_labels
        assert "le" in by_series()["vllm:iteration_tokens_total_bucket"].scraped_labels
