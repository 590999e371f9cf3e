"""What a refresh of a dashboard asks, read from its file."""

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.refresh.dashboards import COUNTERPARTS, Asked, File, read
from tools.errors import UserError
from tools.paths import REPO


def written(folder: Path, **content: Any) -> File:  # noqa: ANN401 - JSON
    """Writes a dashboard and reads it."""
    document = {"title": "One", "panels": [], **content}
    (folder / "one.json").write_text(json.dumps(document), encoding="utf-8")
    (found,) = read(folder, range_seconds=600, step_seconds=15, rate_seconds=60)
    return found


def panel(*targets: dict[str, Any]) -> dict[str, Any]:
    return {"targets": list(targets)}


class TestADashboard:
    def test_asks_for_each_target_at_once_or_over_time(self, tmp_path: Path) -> None:
        found = written(tmp_path, panels=[panel({"expr": "a"}, {"expr": "b", "instant": True})])
        assert found.queries == (Asked(expr="a", instant=False), Asked(expr="b", instant=True))

    def test_asks_for_what_is_in_rows(self, tmp_path: Path) -> None:
        found = written(tmp_path, panels=[{"type": "row", "panels": [panel({"expr": "a"})]}])
        assert [one.expr for one in found.queries] == ["a"]

    def test_asks_for_nothing_hidden(self, tmp_path: Path) -> None:
        assert written(tmp_path, panels=[panel({"expr": "a", "hide": True}, {})]).queries == ()

    @pytest.mark.parametrize("variable", ["$pod", "${pod}", "${pod:regex}", "[[pod]]"])
    def test_has_everything_chosen(self, tmp_path: Path, variable: str) -> None:
        found = written(tmp_path, panels=[panel({"expr": f'a{{pod=~"{variable}"}}'})])
        assert found.queries[0].expr == 'a{pod=~".*"}'

    def test_has_grafana_s_own_variables(self, tmp_path: Path) -> None:
        expr = "rate(a[$__rate_interval]) + rate(b[${__range}]) + rate(c[$__interval])"
        found = written(tmp_path, panels=[panel({"expr": expr})])
        assert found.queries[0].expr == "rate(a[60s]) + rate(b[600s]) + rate(c[15s])"

    def test_takes_the_first_of_intervals(self, tmp_path: Path) -> None:
        variable = {"name": "window", "type": "interval", "query": "5m,1h"}
        found = written(
            tmp_path,
            panels=[panel({"expr": "rate(a[$window])"})],
            templating={"list": [variable]},
        )
        assert found.queries[0].expr == "rate(a[5m])"


class TestAFolder:
    def test_without_dashboards_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "values.json").write_text("{}", encoding="utf-8")
        with pytest.raises(UserError, match="holds no dashboard"):
            read(tmp_path, range_seconds=600, step_seconds=15, rate_seconds=60)

    def test_of_ours_has_every_dashboard_that_is_compared(self) -> None:
        folder = REPO / "dashboards" / "json"
        ours = read(folder, range_seconds=600, step_seconds=15, rate_seconds=60)
        assert {one.uid for one in ours} >= COUNTERPARTS.keys()
        assert all("$" not in query.expr for one in ours for query in one.queries)
