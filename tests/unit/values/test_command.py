"""`llmd-monitoring values`."""

from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from tools import cli, paths
from tools.errors import UserError

STACK = """
config:
  llmd-monitoring:grafana:
    adminPassword: {secure: v1:canary}
  llmd-monitoring:models:
    - {namespace: llm-d-pd, deployment: modelservice, generation: gaie, epp: [{release: gaie-pd}]}
    - {namespace: llm-d, epp: [{release: baseline}]}
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with a stack file of its own."""
    (tmp_path / "stacks").mkdir()
    (tmp_path / "stacks" / "Pulumi.prod.yaml").write_text(STACK, encoding="utf-8")
    monkeypatch.setattr(paths, "REPO", tmp_path)
    return tmp_path


def values(stack: str, out: Path, *more: str) -> str:
    arguments = ["values", "--stack", stack, "--out", str(out), *more]
    answer = CliRunner().invoke(cli.assembled(arguments), arguments, catch_exceptions=False)
    assert answer.exit_code == 0, answer.output
    return answer.output


def test_writes_a_file_for_each_chart_and_says_so(project: Path) -> None:
    out = project / "values"
    told = values("prod", out)
    written = {str(file.relative_to(out)) for file in out.rglob("*.yaml")}
    assert written == {
        "llm-d-pd/ms-llm-d-pd/values.yaml",
        "llm-d-pd/gaie-pd/values.yaml",
        "llm-d/router-baseline/values.yaml",
    }
    assert all(f"wrote {out / file}" in told for file in written)
    assert "canary" not in told


def test_says_when_there_is_nothing_to_write(project: Path) -> None:
    values("prod", project / "values")
    assert values("prod", project / "values") == f"{project / 'values'} is up to date.\n"


@pytest.mark.parametrize(
    ("models", "told"),
    [
        ("[{namespace: A}]", "models.0.namespace: got 'A'"),
        ("[]", "lists no llm-d deployment"),
    ],
)
def test_tells_what_is_wrong_and_writes_nothing(project: Path, models: str, told: str) -> None:
    file = project / "stacks" / "Pulumi.prod.yaml"
    file.write_text(f"config:\n  llmd-monitoring:models: {models}\n", encoding="utf-8")
    with pytest.raises(UserError, match=told):
        values("prod", project / "values")
    assert not (project / "values").exists()


AUTOSCALERS = """
config:
  llmd-monitoring:autoscalers:
    workloadVariant: {namespace: wva}
    prometheusAdapter: {namespace: scaling}
"""
PEM = "-----BEGIN CERTIFICATE-----\nQ0E=\n-----END CERTIFICATE-----\n"


class TestAutoscalers:
    @pytest.fixture(autouse=True)
    def stack(self, project: Path) -> None:
        (project / "stacks" / "Pulumi.prod.yaml").write_text(AUTOSCALERS, encoding="utf-8")

    def test_have_files_too_with_the_ca_that_is_named(self, project: Path) -> None:
        (project / "ca.crt").write_text(PEM, encoding="ascii")
        out = project / "values"
        values("prod", out, "--ca-file", str(project / "ca.crt"))
        variant = yaml.safe_load(
            (out / "wva" / "workload-variant-autoscaler" / "values.yaml").read_text()
        )
        assert variant["wva"]["prometheus"]["caCert"] == PEM
        assert (out / "scaling" / "prometheus-adapter" / "values.yaml").exists()

    def test_that_want_the_ca_are_told_how_to_get_it(self, project: Path) -> None:
        with pytest.raises(UserError, match="pulumi stack output autoscaler --stack prod"):
            values("prod", project / "values")
        assert not (project / "values").exists()

    @pytest.mark.parametrize(
        ("content", "told"),
        [
            (None, "can't be read as a certificate"),
            ("# none\n", "holds something else than certificates"),
            (f"{PEM}-----BEGIN PRIVATE KEY-----\nQ0E=\n-----END PRIVATE KEY-----\n", "else than"),
        ],
    )
    def test_get_no_file_that_is_not_a_ca(
        self, project: Path, content: str | None, told: str
    ) -> None:
        if content is not None:
            (project / "ca.crt").write_text(content, encoding="ascii")
        with pytest.raises(UserError, match=told):
            values("prod", project / "values", "--ca-file", str(project / "ca.crt"))
        assert not (project / "values").exists()
