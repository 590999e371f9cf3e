"""The report on each kind of change, on a real git history, rendered by the real program and the real helm."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from tests.preview.history import CHART, History, Settings, new_history, with_another_panel
from tools.errors import UserError
from tools.preview.differences import differences
from tools.preview.report import Level, Report
from tools.preview.reporting.document import document
from tools.preview.reporting.markdown import LIMIT, markdown
from tools.preview.reporting.page import page

CANARY = "canary-ciphertext-4711"
MODEL = {"namespace": "llm-d", "epp": [{"release": "inference-scheduling"}]}
OF_NOWHERE = {"chart": {"repository": "https://charts.invalid", "version": "88.5.3"}}
PLAIN = {"tls": {"protectCa": False}}


def with_password(ciphertext: str) -> Settings:
    return {"grafana": {"adminPassword": {"secure": f"v1:{CANARY}:{ciphertext}"}}}


SETTINGS: dict[str, tuple[Settings, Settings, Level]] = {
    "retention": ({}, {"prometheus": {"retention": "30d"}}, Level.CHANGES),
    "chart-version": (
        OF_NOWHERE,
        {"chart": {**OF_NOWHERE["chart"], "version": "89.0.0"}},
        Level.CHANGES,
    ),
    "new-model": ({}, {"models": [MODEL]}, Level.CHANGES),
    "certificate": (
        PLAIN,
        {"tls": {"source": "existingSecret", "existingSecret": "ours"}},
        Level.DESTRUCTIVE,
    ),
    "tls-off": (PLAIN, {"tls": {"enabled": False}}, Level.DESTRUCTIVE),
    "ca-lifetime": ({}, {"tls": {"caValidityHours": 100_000}}, Level.DESTRUCTIVE),
    "renewal-window": ({}, {"tls": {"earlyRenewalHours": 48}}, Level.CHANGES),
    "removed-setting": ({"prometheus": {"replicas": 2}}, {}, Level.CHANGES),
    "grafana-off": ({}, {"grafana": {"enabled": False}}, Level.DESTRUCTIVE),
    "platform-switch": (PLAIN, {"platform": "openshift"}, Level.DESTRUCTIVE),
    "secret": (with_password("first"), with_password("second"), Level.CHANGES),
    "unchanged": ({}, {}, Level.NONE),
    "broken": ({}, {"prometheus": {"retention": "a month"}}, Level.ERROR),
    "cluster": ({}, {"kubernetes": {"context": "another"}}, Level.CHANGES),
    "namespace": ({}, {"namespace": "monitoring"}, Level.DESTRUCTIVE),
}

MANIFOLD = {
    "grafana-off": "- **delete** <code>grafana-off</code> <code>Deployment llm-d-monitoring/llmd-grafana</code>",
    "platform-switch": "- **delete** <code>platform-switch</code> <code>PrivateKey ca-key</code>",
    "namespace": "- **replace** <code>namespace</code> <code>Release monitoring/llmd</code>: "
    "<code>because of namespace</code>",
}
"""Of these only one line is looked at: the rest is everything that there is."""


class Markdown(SingleFileSnapshotExtension):
    _write_mode = WriteMode.TEXT
    file_extension = "md"


@pytest.fixture
def snapshot(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    return snapshot.use_extension(Markdown)


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> History:
    return new_history(tmp_path_factory.mktemp("history"))


@pytest.fixture(scope="module")
def base(history: History) -> str:
    for stack, (before, _, _) in SETTINGS.items():
        history.set(stack, before)
    return history.commit("base")


@pytest.fixture(scope="module")
def settings_report(history: History, base: str) -> Iterator[Report]:
    """One report for all stacks, each of which changed in its own way, commit by commit."""
    for stack, (_, after, _) in SETTINGS.items():
        history.set(stack, after)
        history.commit(f"change {stack}")
    yield differences(history.folder, base=base, stacks=())
    history.back_to(base)


def only(report: Report, stack: str) -> Report:
    (found,) = (each for each in report.stacks if each.name == stack)
    return replace(report, stacks=(found,))


def comparable(text: str) -> str:
    """Without what another machine, or another commit of the same content, says differently."""
    text = re.sub(r"<code>[0-9a-f]{12}</code>", "<code>commit</code>", text)
    return re.sub(r"(can&#x27;t be fetched: ).*?(\); the)", r"\1reason\2", text)


class TestSettings:
    @pytest.mark.parametrize("stack", SETTINGS)
    def test_have_this_report(
        self, settings_report: Report, stack: str, snapshot: SnapshotAssertion
    ) -> None:
        report = only(settings_report, stack)
        assert report.level is SETTINGS[stack][2]
        text = markdown(report)
        assert len(text) <= LIMIT
        if stack in MANIFOLD:
            assert MANIFOLD[stack] in text.split("\n")
        else:
            assert comparable(text) == snapshot

    def test_fit_into_one_report(self, settings_report: Report) -> None:
        assert len(markdown(settings_report)) <= LIMIT
        assert {stack.name for stack in settings_report.stacks} == set(SETTINGS)
        assert settings_report.level is Level.ERROR
        assert settings_report.exit_code == 1

    def test_show_no_ciphertext(self, settings_report: Report) -> None:
        for written in (markdown, page, document):
            assert CANARY not in written(settings_report)

    def test_name_policies_that_they_break(self, settings_report: Report) -> None:
        (stack,) = only(settings_report, "tls-off").stacks
        assert "verified-tls" in {finding.policy for finding in stack.findings}
        assert not any(finding.mandatory for finding in stack.findings)

    def test_of_a_chart_on_disk_show_its_objects(self, settings_report: Report) -> None:
        (stack,) = only(settings_report, "retention").stacks
        kinds = {(change.resource.source, change.resource.kind) for change in stack.changes}
        # The error budget is summed up over what is kept.
        rule = ("program", "PrometheusRule")
        assert kinds == {("program", "Release"), rule, ("chart", "Prometheus")}


class TestCode:
    @pytest.fixture(autouse=True)
    def at_the_base(self, history: History, base: str) -> Iterator[None]:
        history.back_to(base)
        yield
        history.back_to(base)

    @staticmethod
    def report(history: History, base: str, stack: str = "unchanged") -> Report:
        history.commit("a change")
        return differences(history.folder, base=base, stacks=[stack])

    def test_of_a_rule_is_shown_by_rule(
        self, history: History, base: str, snapshot: SnapshotAssertion
    ) -> None:
        rules = f"{CHART}/templates/rules/_groups.tpl"
        history.edit(rules, lambda text: text.replace("(up)) > 10", "(up)) > 25"))
        assert comparable(markdown(self.report(history, base))) == snapshot

    def test_of_a_dashboard_is_shown_by_panel(
        self, history: History, base: str, snapshot: SnapshotAssertion
    ) -> None:
        history.edit(f"{CHART}/llmd-vllm-overview.json", with_another_panel)
        assert comparable(markdown(self.report(history, base))) == snapshot

    def test_of_the_charts_version_is_quiet(self, history: History, base: str) -> None:
        history.edit(
            f"{CHART}/Chart.yaml",
            lambda text: re.sub(r"(?m)^version: .*$", "version: 99.0.0", text),
        )
        (stack,) = self.report(history, base).stacks
        assert stack.changes == ()
        assert stack.quiet > 10

    def test_that_does_not_run_is_an_error_of_every_stack(
        self, history: History, base: str, snapshot: SnapshotAssertion
    ) -> None:
        history.edit("__main__.py", lambda text: f"{text}\nundefined_name\n")
        report = self.report(history, base)
        assert report.level is Level.ERROR
        assert comparable(markdown(report)) == snapshot

    def test_that_mends_the_base_has_nothing_to_compare_with(self, history: History) -> None:
        history.edit("__main__.py", lambda text: f"{text}\nundefined_name\n")
        broken = history.commit("break it")
        history.edit("__main__.py", lambda text: text.replace("\nundefined_name\n", ""))
        (stack,) = self.report(history, broken).stacks
        assert stack.level is Level.CHANGES
        assert "nothing to compare with" in stack.notes[0]


class TestStackFiles:
    def test_that_are_new_or_gone_are_told(self, history: History, base: str) -> None:
        history.back_to(base)
        (history.folder / "stacks" / "Pulumi.unchanged.yaml").unlink()
        history.set("another", {})
        history.commit("move")
        report = differences(history.folder, base=base, stacks=["another", "unchanged"])
        notes: dict[str, Any] = {stack.name: stack.notes for stack in report.stacks}
        assert "new stack" in notes["another"][0]
        assert "stays until" in notes["unchanged"][0]
        history.back_to(base)

    def test_that_do_not_exist_are_a_mistake(self, history: History, base: str) -> None:
        with pytest.raises(UserError, match="no stack 'nope'; allowed: broken"):
            differences(history.folder, base=base, stacks=["nope"])

    def test_revisions_that_do_not_exist_are_a_mistake(self, history: History) -> None:
        with pytest.raises(UserError, match="revision 'nope'"):
            differences(history.folder, base="nope", stacks=[])


class TestFiles:
    def test_leave_the_repository_as_it_is(self, history: History, base: str) -> None:
        history.back_to(base)
        differences(history.folder, base=base, stacks=["unchanged"])
        assert history.git("status", "--porcelain", "--ignored") == ""
