"""The recording rules, as objects."""

from collections import Counter

from rules.catalogue import by_series
from rules.mentions import mentions
from rules.objectives import LatencyObjective, Objectives, ObjectivesByModel
from rules.recording import groups
from rules.rule import Recording
from rules.series import BY_NAME

_STRICT = ObjectivesByModel(
    models=(
        ("meta-llama/Llama-3.1-8B", Objectives(availability=0.999)),
        ("a.b", Objectives(ttft=LatencyObjective(share=0.99, seconds=1))),
    )
)


def _recordings(objectives: ObjectivesByModel = _STRICT) -> list[Recording]:
    return [
        rule for group in groups(objectives) for rule in group.rules if isinstance(rule, Recording)
    ]


class TestRecordingRules:
    def test_record_what_the_vocabulary_lists(self) -> None:
        recorded = {rule.record for rule in _recordings()}
        of_the_program = {"llmd:certificate_expiry:timestamp"}
        assert recorded | of_the_program == set(BY_NAME)

    def test_name_no_series_that_neither_the_catalogue_nor_the_vocabulary_has(self) -> None:
        known = {*by_series(), *BY_NAME}
        unknown = {
            (rule.record, name)
            for rule in _recordings()
            for name in mentions(rule.expr).names
            if name not in known
        }
        assert unknown == set()

    def test_name_no_label_that_a_series_lacks(self) -> None:
        raw = by_series()
        wrong = set()
        for rule in _recordings():
            for name, labels in mentions(rule.expr).series:
                has = raw[name].scraped_labels if name in raw else set(BY_NAME[name].labels)
                wrong |= {(rule.record, name, label) for label in labels - has}
        assert wrong == set()

    def test_set_no_label_that_the_vocabulary_lacks(self) -> None:
        assert [
            (rule.record, label)
            for rule in _recordings()
            for label in rule.labels
            if label not in BY_NAME[rule.record].labels
        ] == []

    def test_read_a_recorded_series_only_after_it_is_recorded(self) -> None:
        for group in groups(_STRICT):
            later = [rule.record for rule in group.rules if isinstance(rule, Recording)]
            for rule in group.rules:
                assert isinstance(rule, Recording)
                later.remove(rule.record)
                assert not mentions(rule.expr).names & set(later), rule.record

    def test_come_in_groups_of_distinct_names(self) -> None:
        names = Counter(group.name for group in groups(_STRICT))
        assert max(names.values()) == 1

    def test_are_evaluated_well_within_the_lookback(self) -> None:
        assert {group.interval for group in groups(_STRICT)} <= {"30s", "1m", "2m", "4m"}


class TestObjectives:
    def test_divide_all_models_among_them(self) -> None:
        matchers = [matcher for matcher, _ in _STRICT.each()]
        assert matchers == [
            'model="meta-llama/Llama-3.1-8B"',
            'model="a.b"',
            r'model!~"meta-llama/Llama-3\\.1-8B|a\\.b"',
        ]

    def test_of_no_special_model_hold_for_every_named_one(self) -> None:
        assert [matcher for matcher, _ in ObjectivesByModel().each()] == ['model!=""']
