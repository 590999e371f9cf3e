"""Wrong inputs are told by the engine, at the resource, before or while it is made."""

import pytest

from tests.standins.language_python.project import Project


@pytest.mark.parametrize(
    ("resource", "messages"),
    [
        (
            'tls.PrivateKey("x", algorithm="DSA", rsa_bits="many")',
            ["must be one of RSA, ECDSA, ED25519, got 'DSA'", "got 'many'"],
        ),
        (
            """tls.SelfSignedCert(
                "x", private_key_pem="k", allowed_uses=["serverAuth"], validity_period_hours=-1
            )""",
            ["any_extended, cert_signing", "got 'serverAuth'", "must be at least 0, got -1"],
        ),
    ],
)
def test_wrong_inputs_are_all_told_by_a_preview(
    project: Project, resource: str, messages: list[str]
) -> None:
    project.write(f"import pulumi_tls as tls\n\n{resource}\n")
    printed = project.fails("preview")
    assert [message for message in messages if message not in printed] == []
    assert "Traceback" not in printed


def test_a_key_that_cannot_be_read_is_told_without_being_shown(project: Project) -> None:
    project.write("""
        import pulumi_tls as tls

        tls.CertRequest("x", private_key_pem="canary-4711")
    """)
    printed = project.fails("up", "--yes", "--skip-preview")
    assert "privateKeyPem: no unencrypted private key in PEM form" in printed
    assert "canary-4711" not in printed


def test_looking_up_a_resource_is_refused(project: Project) -> None:
    project.write("""
        import pulumi_tls as tls

        tls.PrivateKey.get("x", "some-id")
    """)
    assert "can't be imported or looked up" in project.fails("preview")


def test_functions_are_refused_with_a_way_out(project: Project) -> None:
    project.write("""
        import pulumi_tls as tls

        tls.get_public_key(private_key_pem="x")
    """)
    assert "install the official plug-in" in project.fails("preview")
