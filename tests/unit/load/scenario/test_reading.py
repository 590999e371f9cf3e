from pathlib import Path

import pytest

from tools.errors import UserError
from tools.load.scenario.reading import built_in, read_scenario

GOOD = "description: a test\ndurationSeconds: 5\narrivals: {constant: {rate: 3}}\n"


def written(folder: Path, text: str) -> str:
    file = folder / "scenario.yaml"
    file.write_text(text, encoding="utf-8")
    return str(file)


def refusal(folder: Path, text: str) -> str:
    with pytest.raises(UserError) as caught:
        read_scenario(written(folder, text))
    return str(caught.value)


class TestBuiltInScenarios:
    def test_are_these(self) -> None:
        assert set(built_in()) == {"smoke", "errors", "saturate", "prefix", "pd", "soak"}

    @pytest.mark.parametrize("name", sorted(built_in()))
    def test_can_be_read_and_last_at_most_an_hour(self, name: str) -> None:
        assert read_scenario(name).duration_seconds <= 3600

    def test_errors_sends_every_malformed_kind(self) -> None:
        malformed = read_scenario("errors").malformed
        assert malformed.share > 0
        assert malformed.kinds == {}, "no weights: every kind alike"

    def test_prefix_shares_prefixes(self) -> None:
        assert all(sort.shared_prefix for sort in read_scenario("prefix").requests)


class TestScenarioFile:
    def test_is_read_from_a_path(self, tmp_path: Path) -> None:
        assert read_scenario(written(tmp_path, GOOD)).arrivals.mean_rate() == 3

    def test_that_is_missing_is_one_clear_error(self, tmp_path: Path) -> None:
        with pytest.raises(UserError, match=r"nowhere\.yaml can't be read: No such file"):
            read_scenario(str(tmp_path / "nowhere.yaml"))

    def test_that_is_a_folder_is_one_clear_error(self, tmp_path: Path) -> None:
        with pytest.raises(UserError, match="can't be read: Is a directory"):
            read_scenario(f"{tmp_path}/")

    def test_unknown_name_lists_the_names(self) -> None:
        with pytest.raises(UserError, match=r"no scenario 'smok'; allowed: errors, pd, prefix"):
            read_scenario("smok")

    def test_broken_yaml_names_line_and_column(self, tmp_path: Path) -> None:
        assert "isn't YAML, line 2, column 2" in refusal(tmp_path, "a: [1\nb: 2")

    def test_binary_is_refused(self, tmp_path: Path) -> None:
        file = tmp_path / "scenario.yaml"
        file.write_bytes(b"\xff\xfe\x00")
        with pytest.raises(UserError, match="no text in UTF-8"):
            read_scenario(str(file))

    def test_a_huge_file_is_refused(self, tmp_path: Path) -> None:
        assert "larger than" in refusal(tmp_path, "#" * 1_000_001)

    def test_without_mapping_lists_the_keys(self, tmp_path: Path) -> None:
        message = refusal(tmp_path, "- 1\n")
        assert "holds no mapping" in message
        assert "durationSeconds" in message

    def test_all_mistakes_are_told_at_once_with_what_is_allowed(self, tmp_path: Path) -> None:
        message = refusal(
            tmp_path,
            "description: x\ndurationSeconds: -1\narrivals: {poisson: {rate: many}}\n"
            "requests: [{promptToken: 3}]\n",
        )
        assert "3 mistakes" in message
        assert "durationSeconds: got -1; allowed: greater than 0" in message
        assert "arrivals.poisson.rate: got 'many'; allowed:" in message
        assert "requests.0.promptToken: unknown key, did you mean promptTokens?" in message

    def test_empty_list_of_requests_is_refused(self, tmp_path: Path) -> None:
        assert "requests: got a list; allowed: a list of at least one" in refusal(
            tmp_path, f"{GOOD}requests: []\n"
        )

    def test_missing_key_is_named(self, tmp_path: Path) -> None:
        assert "arrivals: is missing" in refusal(tmp_path, "description: x\ndurationSeconds: 1\n")

    @pytest.mark.parametrize(
        ("arrivals", "told"),
        [
            ("{}", "arrivals has no way of arriving; allowed: exactly one of constant, poisson"),
            (
                "{constant: {rate: 1}, poisson: {rate: 1}}",
                "arrivals has constant and poisson; allowed: exactly one of",
            ),
            ("{ramp: {startRate: 0, endRate: 0}}", "both startRate and endRate are 0"),
            (
                "{bursts: {rate: 1, burstRate: 9, everySeconds: 2, burstSeconds: 2}}",
                "burstSeconds (2) isn't below everySeconds (2)",
            ),
        ],
    )
    def test_contradicting_arrivals_are_refused(
        self, tmp_path: Path, arrivals: str, told: str
    ) -> None:
        text = f"description: x\ndurationSeconds: 1\narrivals: {arrivals}\n"
        assert told in refusal(tmp_path, text)

    @pytest.mark.parametrize(
        ("length", "told"),
        [
            ("{}", "there is no distribution; allowed: exactly one of"),
            ("{uniform: {min: 9, max: 2}}", "min (9) is above max (2)"),
            ("{lognormal: {median: 9, p95: 2}}", "aren't in order"),
        ],
    )
    def test_contradicting_lengths_are_refused(
        self, tmp_path: Path, length: str, told: str
    ) -> None:
        assert told in refusal(tmp_path, f"{GOOD}requests: [{{outputTokens: {length}}}]\n")

    def test_unknown_malformed_kind_lists_the_kinds(self, tmp_path: Path) -> None:
        message = refusal(tmp_path, f"{GOOD}malformed: {{kinds: {{bad: 1}}}}\n")
        assert "malformed_json" in message
