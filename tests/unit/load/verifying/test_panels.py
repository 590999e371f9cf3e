import json
from pathlib import Path

import pytest

from tools.errors import UserError
from tools.load.verifying.panels import everything, panels


class TestQueryForEverything:
    @pytest.mark.parametrize(
        ("query", "asked"),
        [
            ('up{job="a"}', 'up{job="a"}'),
            ('up{job=~"$job"}', 'up{job=~".*"}'),
            ('up{job="$job",pod=~"${pod:regex}"}', 'up{job=~".*",pod=~".*"}'),
            ('up{job=~"[[job]]-.*"}', 'up{job=~".*-.*"}'),
            ('up{job!="$job"}', 'up{job!~"a^"}'),
            ("rate(a[$__rate_interval])", "rate(a[2m])"),
            ("increase(a[$__range])", "increase(a[10m])"),
            ("rate(a[${interval}])", "rate(a[5m])"),
            ("a > $limit", "a > 1"),
        ],
    )
    def test_has_no_variable(self, query: str, asked: str) -> None:
        assert everything(query) == asked


def dashboard(folder: Path, *entries: object) -> Path:
    text = json.dumps({"title": "board", "panels": list(entries)})
    (folder / "board.json").write_text(text, encoding="utf-8")
    return folder


class TestPanels:
    def test_are_those_that_ask_prometheus_those_in_rows_too(self, tmp_path: Path) -> None:
        row = {"type": "row", "panels": [{"title": "inner", "targets": [{"expr": "b"}]}]}
        text = {"type": "text", "title": "words"}
        outer = {"title": "outer", "targets": [{"expr": "a"}, {"expr": ""}, {"refId": "B"}]}
        found = panels(dashboard(tmp_path, row, text, outer))
        assert [(panel.title, panel.queries) for panel in found] == [
            ("inner", ("b",)),
            ("outer", ("a",)),
        ]

    @pytest.mark.parametrize("text", ["{", "[]", "{}", '{"title": "a", "panels": [1]}'])
    def test_of_a_file_without_dashboard_are_one_clear_error(
        self, tmp_path: Path, text: str
    ) -> None:
        (tmp_path / "broken.json").write_text(text, encoding="utf-8")
        with pytest.raises(UserError, match=r"broken\.json holds no Grafana dashboard"):
            panels(tmp_path)
