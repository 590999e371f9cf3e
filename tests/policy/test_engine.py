"""The policy pack in the real engine: it stops production, and advises elsewhere."""

from pathlib import Path

import pytest

from tests.policy.pack import PACK
from tests.standins.language_python.project import Project

UNPROTECTED_CA = """
    import pulumi
    import pulumi_tls as tls

    key = tls.PrivateKey("key", algorithm="ECDSA", ecdsa_curve="P256")
    tls.SelfSignedCert(
        "ca",
        private_key_pem=key.private_key_pem,
        is_ca_certificate=True,
        subject={{"common_name": "ca"}},
        validity_period_hours=24,
        allowed_uses=["cert_signing"],
        opts=pulumi.ResourceOptions(protect={protect}),
    )
"""
PROBLEM = "ca: the CA isn't protected; set tls.protectCa"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    plugins = {"pulumi-language-python": "language_python", "pulumi-resource-tls": "tls"}
    return Project.create(tmp_path, plugins)


def test_an_update_of_production_is_stopped_before_anything_is_made(project: Project) -> None:
    project.write(UNPROTECTED_CA.format(protect=False))
    project.pulumi("stack", "init", "prod")
    printed = project.fails("up", "--yes", "--skip-preview", "--policy-pack", str(PACK))
    assert "[mandatory]  protected-ca  (tls:index:SelfSignedCert: ca)" in printed
    assert PROBLEM in printed
    assert "tls:index:SelfSignedCert" not in project.pulumi("stack", "export")


def test_production_that_keeps_them_passes(project: Project) -> None:
    project.write(UNPROTECTED_CA.format(protect=True))
    project.pulumi("stack", "init", "prod")
    assert "mandatory" not in project.pulumi("preview", "--policy-pack", str(PACK))


def test_elsewhere_it_is_advice(project: Project) -> None:
    project.write(UNPROTECTED_CA.format(protect=False))
    printed = project.up("--policy-pack", str(PACK))
    assert "[advisory]  protected-ca-advice  (tls:index:SelfSignedCert: ca)" in printed
    assert PROBLEM in printed


def test_a_pack_that_fails_to_start_is_told(project: Project, tmp_path: Path) -> None:
    pack = tmp_path / "pack"
    pack.mkdir()
    (pack / "PulumiPolicy.yaml").write_text("runtime: python\n")
    (pack / "__main__.py").write_text("raise SystemExit('no environment here')\n")
    project.write("")
    printed = project.fails("preview", "--policy-pack", str(pack))
    assert "failed to start" in printed
    assert "no environment here" in printed
