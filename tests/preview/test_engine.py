"""What the real engine says of a small PKI, and how it is laid over what two revisions render."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.standins.language_python.project import Project
from tools.preview.comparing.change import Change, Operation
from tools.preview.comparing.fields import Field
from tools.preview.engine.merging import NOT_OF_THE_ENGINE, NOT_OF_THIS_CHANGE, merged
from tools.preview.engine.previewing import engine_preview
from tools.preview.engine.steps import changes_of
from tools.preview.masking import Masking
from tools.preview.report import Level, Report, Stack
from tools.preview.reporting.markdown import markdown
from tools.preview.resource import Computed, Resource, Source

PKI = """
import pulumi
import pulumi_tls as tls

config = pulumi.Config()
key = tls.PrivateKey("key", algorithm="ECDSA", ecdsa_curve=config.get("curve") or "P256")
tls.SelfSignedCert(
    "certificate",
    private_key_pem=key.private_key_pem,
    subject={"common_name": "authority"},
    allowed_uses=["cert_signing"],
    validity_period_hours=config.get_int("validity") or 24,
    early_renewal_hours=config.get_int("early") or 0,
)
"""
MASKING = Masking(key=b"key")

Configure = Callable[..., None]


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Project:
    plugins = {"pulumi-language-python": "language_python", "pulumi-resource-tls": "tls"}
    project = Project.create(tmp_path_factory.mktemp("pki"), plugins)
    project.write(PKI)
    project.up()
    return project


@pytest.fixture
def configure(pki: Project) -> Iterator[Configure]:
    given: list[str] = []

    def set_to(**values: str) -> None:
        for key, value in values.items():
            given.append(key)
            pki.pulumi("config", "set", key, value)

    yield set_to
    for key in given:
        pki.pulumi("config", "rm", key)


def changes(pki: Project) -> dict[str, Change]:
    printed = pki.pulumi("preview", "--json")
    document = json.loads(printed[printed.index("{") :])
    return {change.resource.name: change for change in changes_of(document["steps"], MASKING)}


class TestSteps:
    def test_of_a_stack_as_it_is_are_none(self, pki: Project) -> None:
        assert changes(pki) == {}

    def test_that_replace_tell_why(self, pki: Project, configure: Configure) -> None:
        configure(validity="48")
        found = changes(pki)
        assert set(found) == {"certificate"}
        assert found["certificate"].operation is Operation.REPLACE
        assert found["certificate"].causes == (("validityPeriodHours",),)
        assert (
            Field(path=("validityPeriodHours",), before=24, after=48) in found["certificate"].fields
        )

    def test_that_spread_are_all_there_and_show_no_key(
        self, pki: Project, configure: Configure
    ) -> None:
        configure(curve="P384")
        found = changes(pki)
        assert {name: change.operation for name, change in found.items()} == {
            "key": Operation.REPLACE,
            "certificate": Operation.REPLACE,
        }
        stacks = (Stack(name="prod", changes=tuple(found.values())),)
        assert "PRIVATE KEY" not in markdown(Report(base="a", head="b", stacks=stacks))

    def test_that_renew_a_certificate_are_called_so(
        self, pki: Project, configure: Configure
    ) -> None:
        configure(early="24")
        (change,) = changes(pki).values()
        assert change.operation is Operation.RENEW
        assert "scheduled renewal" in change.notes[0]
        assert (
            Field(path=("readyForRenewal",), before=False, after=Computed(origin="the provider"))
            in change.fields
        )
        assert Stack(name="prod", changes=(change,)).level is Level.CHANGES


class TestFailure:
    def test_is_told_in_one_line(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / "state").mkdir()
        monkeypatch.setenv("PULUMI_BACKEND_URL", (tmp_path / "state").as_uri())
        (tmp_path / "Pulumi.yaml").write_text("name: none\nruntime: python\n")
        found = engine_preview(tmp_path, "nope", MASKING)
        assert found.changes == ()
        assert found.error is not None
        assert "no stack named 'nope' found" in found.error
        assert "\n" not in found.error


class TestMerging:
    @staticmethod
    def change(
        name: str, operation: Operation = Operation.UPDATE, source: Source = Source.PROGRAM
    ) -> Change:
        resource = Resource(identity=name, token="t", kind="K", name=name, source=source, inputs={})
        return Change(operation=operation, resource=resource)

    def test_takes_the_engines_operation_and_the_rendered_fields(self) -> None:
        field = Field(path=("a",), before=1, after=2)
        rendered = replace(self.change("one"), fields=(field,))
        (change,) = merged([rendered], [self.change("one", Operation.REPLACE)])
        assert change.operation is Operation.REPLACE
        assert change.fields == (field,)
        assert change.notes == ()

    def test_says_what_only_one_of_them_has(self) -> None:
        both = merged([self.change("rendered")], [self.change("engine")])
        assert {change.resource.name: change.notes for change in both} == {
            "engine": (NOT_OF_THIS_CHANGE,),
            "rendered": (NOT_OF_THE_ENGINE,),
        }

    def test_keeps_the_charts_objects(self) -> None:
        of_chart = self.change("object", source=Source.CHART)
        assert merged([of_chart], []) == (of_chart,)
