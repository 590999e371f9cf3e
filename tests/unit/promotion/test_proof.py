"""A promotion is refused unless the source stack has run what is promoted."""

from pathlib import Path
from typing import Any

import pytest

from components.configuration import parse
from components.deployed import OUTPUT, deployed_output, revision, settings_digest
from components.settings import Settings
from tests.preview.history import History
from tools.errors import UserError
from tools.promotion.proof import check


@pytest.fixture
def history(tmp_path: Path) -> History:
    history = History(folder=tmp_path)
    history.git("init", "--quiet", "--initial-branch=main")
    (tmp_path / "Pulumi.yaml").write_text("name: llmd-monitoring\nstackConfigDir: stacks\n")
    (tmp_path / "__main__.py").write_text("")
    history.set("staging", {"prometheus": {"retention": "7d"}})
    history.commit("begin")
    return history


def digest(settings: dict[str, Any]) -> str:
    parsed = Settings.model_validate(settings)
    return settings_digest(parsed)


def deployed(history: History, **others: str) -> dict[str, Any]:
    """The outputs of a stack that was deployed just now."""
    chart = {"path": "./tools/embedded/chart/kube-prometheus-stack"}
    settings = {"prometheus": {"retention": "7d"}, "chart": chart}
    told = {"revision": history.git("rev-parse", "HEAD"), "settingsDigest": digest(settings)}
    return {OUTPUT: {**told, **others}}


class TestProof:
    def test_is_a_stack_that_runs_this_program_with_these_settings(self, history: History) -> None:
        commit = history.git("rev-parse", "HEAD")
        assert check(history.folder, "staging", deployed(history)) == commit

    def test_holds_when_only_documents_have_changed_since(self, history: History) -> None:
        outputs = deployed(history)
        (history.folder / "README.md").write_text("more")
        history.commit("say more")
        assert check(history.folder, "staging", outputs)

    def test_is_missing_when_the_program_has_changed_since(self, history: History) -> None:
        outputs = deployed(history)
        history.edit("__main__.py", lambda text: f"{text}pass\n")
        with pytest.raises(UserError, match=r"since when __main__\.py changed"):
            check(history.folder, "staging", outputs)

    def test_is_missing_when_the_settings_have_changed_since(self, history: History) -> None:
        outputs = deployed(history)
        history.set("staging", {"prometheus": {"retention": "8d"}})
        with pytest.raises(UserError, match="its settings aren't those of its stack file"):
            check(history.folder, "staging", outputs)

    def test_is_missing_when_uncommitted_work_was_deployed(self, history: History) -> None:
        outputs = deployed(history, revision=f"{history.git('rev-parse', 'HEAD')}-dirty")
        with pytest.raises(UserError, match="weren't committed"):
            check(history.folder, "staging", outputs)

    def test_is_missing_when_the_stack_was_never_deployed(self, history: History) -> None:
        with pytest.raises(UserError, match="doesn't say what it runs") as refused:
            check(history.folder, "staging", {})
        assert refused.value.next_step == "Deploy it first: pulumi up --stack staging"

    def test_is_missing_when_the_commit_is_unknown(self, history: History) -> None:
        with pytest.raises(UserError, match="isn't in this repository"):
            check(history.folder, "staging", deployed(history, revision="0" * 40))


class TestDigest:
    def test_tells_settings_apart(self) -> None:
        assert digest({}) != digest({"prometheus": {"retention": "8d"}})
        assert digest({}) == digest({"prometheus": {"retention": "15d"}})

    def test_is_the_same_on_another_cluster(self) -> None:
        assert digest({}) == digest({"kubernetes": {"context": "another"}})

    def test_holds_no_secret(self) -> None:
        raw = '{"adminPassword": "%s"}'
        key = "llmd-monitoring:grafana"
        found = [parse({key: raw % word}, frozenset({key}))[0] for word in ("one", "two")]
        assert settings_digest(found[0] or Settings()) == settings_digest(found[1] or Settings())


class TestRevision:
    def test_is_the_commit_and_whether_the_program_is_as_committed(
        self, history: History, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(history.folder)
        commit = history.git("rev-parse", "HEAD")
        assert revision() == commit
        (history.folder / "README.md").write_text("more")
        assert revision() == commit
        (history.folder / "__main__.py").write_text("pass\n")
        assert deployed_output(Settings())["revision"] == f"{commit}-dirty"

    def test_is_unknown_outside_of_git(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        assert revision() is None
