"""Changes of a `config.yaml` that keep every other byte of it."""

from string import ascii_letters
from typing import Any, Final

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from components.openshift.config_yaml import ConfigYamlError, merged, parsed

ON = {"enableUserWorkload": True}
LINE = "enableUserWorkload: true\n"

KEYS = st.text(ascii_letters, min_size=8, max_size=12)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.text("abc: #'\"-\n", max_size=8) | st.integers() | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)
DOCUMENTS = st.dictionaries(KEYS, VALUES, min_size=1, max_size=4)


class TestParsing:
    @pytest.mark.parametrize("text", ["", "\n", "# nothing yet\n", "---\n", "{}"])
    def test_of_an_empty_text_gives_nothing(self, text: str) -> None:
        assert parsed(text) == {}

    def test_reads_booleans_as_openshift_does(self) -> None:
        assert parsed("enableUserWorkload: yes\n") == ON

    @pytest.mark.parametrize(
        ("text", "told"),
        [
            ("a: [", "no valid YAML"),
            ("a: 1\na: 2\n", "no valid YAML"),
            ("a: 1\n---\nb: 2\n", "no valid YAML"),
            ("a: !!python/object:os.system {}\n", "no valid YAML"),
            ("- a\n", "no YAML mapping"),
            ("enableUserWorkload\n", "no YAML mapping"),
        ],
    )
    def test_refuses_what_is_no_single_mapping(self, text: str, told: str) -> None:
        with pytest.raises(ConfigYamlError, match=told):
            parsed(text)

    def test_says_where_it_broke(self) -> None:
        with pytest.raises(ConfigYamlError, match="line 2"):
            parsed("a: 1\na: 2\n")


class TestNewSection:
    @pytest.mark.parametrize("text", ["", "# nothing yet\n", "---\n"])
    def test_of_an_empty_text_comes_last(self, text: str) -> None:
        assert merged(text, ON) == text + LINE

    def test_comes_before_the_first_and_changes_nothing_else(self) -> None:
        before = "# ours, ask first\n\n"
        after = "prometheusK8s:   # big\n  retention:   '15d'\n  a: &x [1,   2]\n\n\n# end"
        assert merged(before + after, ON) == before + LINE + after

    def test_is_indented_as_the_others_are(self) -> None:
        assert merged("  a: 1\n  b: 2\n", ON) == f"  {LINE}  a: 1\n  b: 2\n"

    def test_joins_a_document_of_one_line(self) -> None:
        assert yaml.safe_load(merged("{nodeExporter: {}}", ON)) == {"nodeExporter": {}, **ON}

    def test_of_several_lines_is_a_block(self) -> None:
        text = merged("# c\n", {"prometheus": {"retention": "7d", "resources": {"a": 1}}})
        assert text == "# c\nprometheus:\n  retention: 7d\n  resources:\n    a: 1\n"

    @given(document=DOCUMENTS, indent=st.integers(2, 5))
    def test_keeps_every_other_line(self, document: dict[str, Any], indent: int) -> None:
        text = yaml.safe_dump(document, indent=indent)
        result = merged(text, ON)
        assert yaml.safe_load(result) == {**document, **ON}
        assert result.replace(LINE, "", 1) == text

    @given(DOCUMENTS)
    def test_is_there_once_however_often_it_is_asked_for(self, document: dict[str, Any]) -> None:
        once = merged(yaml.safe_dump(document), ON)
        assert merged(once, ON) == once

    @pytest.mark.parametrize("text", ["null\n", "~", "a: 1\n...\n---\n"])
    def test_is_refused_where_it_has_no_place(self, text: str) -> None:
        with pytest.raises(ConfigYamlError):
            merged(text, ON)


class TestChangedSection:
    WANTED: Final = {"prometheus": {"retention": "7d"}}

    @pytest.mark.parametrize(
        ("before", "after"),
        [
            ("prometheus:\n  retention: 1d  # short\n", "prometheus:\n  retention: 7d  # short\n"),
            ("prometheus:\n  retention: 1d", "prometheus:\n  retention: 7d"),
            ("prometheus: {retention: 1d}\n", "prometheus: {retention: 7d}\n"),
            ("a: 'x'\nprometheus:\n", "a: 'x'\nprometheus:\n  retention: 7d\n"),
            (
                '# c\nprometheus:\n    b:\n      - 1\n\n    # d\n    c: "2"\n',
                '# c\nprometheus:\n    b:\n      - 1\n\n    # d\n    c: "2"\n    retention: 7d\n',
            ),
            (
                "---\nprometheus:\n  b:\n  - 1\nz: 1\n",
                "---\nprometheus:\n  b:\n  - 1\n  retention: 7d\nz: 1\n",
            ),
        ],
    )
    def test_keeps_what_is_beside_it(self, before: str, after: str) -> None:
        assert merged(before, self.WANTED) == after

    def test_is_left_alone_where_it_says_so_already(self) -> None:
        text = "prometheus:   {retention:    7d, a:   1}"
        assert merged(text, self.WANTED) == text

    def test_is_refused_where_the_text_would_be_reformatted(self) -> None:
        with pytest.raises(ConfigYamlError, match="reformat"):
            merged("prometheus:\n   a:    1\n   b:\n         - 1\n", self.WANTED)

    def test_is_refused_where_a_value_stands_in_the_place_of_the_group(self) -> None:
        with pytest.raises(ConfigYamlError, match="group prometheus"):
            merged("prometheus: yes\n", self.WANTED)

    @given(document=DOCUMENTS, section=st.dictionaries(KEYS, VALUES, max_size=3))
    def test_is_laid_over_or_refused(
        self, document: dict[str, Any], section: dict[str, Any]
    ) -> None:
        text = yaml.safe_dump({**document, "prometheus": section}, sort_keys=False)
        try:
            result = merged(text, self.WANTED)
        except ConfigYamlError:
            return
        expected = {**document, "prometheus": {**section, "retention": "7d"}}
        assert yaml.safe_load(result) == expected
        assert set(text.splitlines()) - {"prometheus: {}"} <= set(result.splitlines())
