from pathlib import Path
from typing import Any

import pytest

from tools.preview.rendering.chart import (
    Helm,
    Origin,
    RefusedError,
    digest_of,
    identity_of,
    origin_of,
    steady,
)

# Answers with a ConfigMap that holds the values, and counts its runs in a file beside it.
HELM = """\
#!/bin/sh
echo run >> "$0.runs"
values=$(cat)
case "$values" in *bad*) echo 'Error: refused' >&2; exit 1;; esac
printf '%s\\n' --- 'kind: ConfigMap' 'metadata: {name: a}' "data: $values" ---
"""


def secret(password: str, name: str = "grafana") -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": name, "namespace": "ns"},
        "data": {"password": password, "user": "admin"},
    }


class TestSteady:
    def test_takes_out_what_two_renderings_disagree_on(self) -> None:
        settled = steady([secret("one")], [secret("two")])
        assert settled(secret("three"))["data"] == {"user": "admin"}

    def test_keeps_everything_else(self) -> None:
        settled = steady([secret("one")], [secret("one")])
        assert settled(secret("three")) == secret("three")
        assert settled(secret("one", name="other")) == secret("one", name="other")


class TestIdentity:
    def test_is_the_same_in_another_version_of_the_api(self) -> None:
        old, new = (
            {"apiVersion": f"policy/{v}", "kind": "P", "metadata": {"name": "a"}}
            for v in ("v1", "v2")
        )
        assert identity_of(old) == identity_of(new)
        assert identity_of(old) != identity_of({**old, "apiVersion": "other/v1"})


class TestOrigin:
    def test_is_on_disk_without_repository(self) -> None:
        assert Origin(chart="./chart", repository="", version="").on_disk
        assert not Origin(chart="oci://r.example/c", repository="", version="1").on_disk

    def test_is_read_from_a_release(self) -> None:
        inputs = {"chart": "c", "version": "1", "repositoryOpts": {"repo": "https://r.example"}}
        assert str(origin_of(inputs)) == "c of https://r.example 1"


class TestRendering:
    @pytest.fixture
    def runs(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        program = tmp_path / "bin" / "helm"
        program.parent.mkdir()
        program.write_text(HELM)
        program.chmod(0o755)
        monkeypatch.setattr("shutil.which", lambda *_, **__: str(program))
        for tree in ("base", "head"):
            self.chart(tmp_path / tree, "1.0.0")
        return tmp_path / "bin" / "helm.runs"

    @staticmethod
    def chart(tree: Path, version: str) -> None:
        (tree / "chart").mkdir(parents=True, exist_ok=True)
        (tree / "chart" / "Chart.yaml").write_text(f"version: {version}\n")

    @staticmethod
    def release(**values: str) -> dict[str, Any]:
        return {"chart": "chart", "namespace": "ns", "values": values}

    def test_of_the_same_chart_and_values_is_made_once(self, runs: Path, tmp_path: Path) -> None:
        helm = Helm(folder=tmp_path)
        (rendered,) = helm.manifests(self.release(a="1"), tmp_path / "base")
        assert rendered["data"] == {"a": "1"}
        assert rendered["metadata"] == {"name": "a", "namespace": "ns"}
        assert helm.manifests(self.release(a="1"), tmp_path / "head") == (rendered,)
        assert len(runs.read_text().splitlines()) == 1

    def test_of_other_values_or_another_chart_is_its_own(self, runs: Path, tmp_path: Path) -> None:
        self.chart(tmp_path / "head", "2.0.0")
        helm = Helm(folder=tmp_path)
        helm.manifests(self.release(a="1"), tmp_path / "base")
        (other,) = helm.manifests(self.release(a="2"), tmp_path / "base")
        assert other["data"] == {"a": "2"}
        helm.manifests(self.release(a="1"), tmp_path / "head")
        assert len(runs.read_text().splitlines()) == 3

    def test_again_is_a_second_one(self, runs: Path, tmp_path: Path) -> None:
        helm = Helm(folder=tmp_path)
        for again in (False, True, True):
            helm.manifests(self.release(), tmp_path / "base", again=again)
        assert len(runs.read_text().splitlines()) == 2

    def test_that_is_refused_leaves_the_next_alone(self, runs: Path, tmp_path: Path) -> None:
        helm = Helm(folder=tmp_path)
        for _ in range(2):
            with pytest.raises(RefusedError, match="refused"):
                helm.manifests(self.release(a="bad"), tmp_path / "base")
        assert helm.manifests(self.release(a="good"), tmp_path / "base")
        assert len(runs.read_text().splitlines()) == 3


class TestDigest:
    def test_changes_with_content_and_place_of_any_file(self, tmp_path: Path) -> None:
        found = [digest_of(tmp_path)]
        (tmp_path / "a").write_text("1")
        found.append(digest_of(tmp_path))
        (tmp_path / "a").write_text("2")
        found.append(digest_of(tmp_path))
        (tmp_path / "a").rename(tmp_path / "b")
        found.append(digest_of(tmp_path))
        assert len(set(found)) == 4

    def test_looks_through_a_link_to_a_sub_chart(self, tmp_path: Path) -> None:
        chart, other = tmp_path / "chart", tmp_path / "other"
        for folder in (chart, other):
            folder.mkdir()
        (other / "values.yaml").write_text("a: 1")
        (chart / "sub").symlink_to(other)
        before = digest_of(chart)
        (other / "values.yaml").write_text("a: 2")
        assert digest_of(chart) != before

    def test_of_what_is_not_there_is_its_path(self, tmp_path: Path) -> None:
        assert digest_of(tmp_path / "none") == str(tmp_path / "none")
