"""The same through Pulumi's Automation API, with a program inside the test."""

import pulumi
import pulumi_tls as tls
import pytest
from pulumi import automation

from tests.standins.language_python.project import Project


def program() -> None:
    key = tls.PrivateKey("key", algorithm="ED25519")
    cert = tls.SelfSignedCert(
        "cert",
        private_key_pem=key.private_key_pem,
        allowed_uses=["server_auth"],
        validity_period_hours=24,
        dns_names=["localhost"],
    )
    pulumi.export("cert", cert.cert_pem)
    pulumi.export("key", key.private_key_pem)


@pytest.fixture
def stack(project: Project, monkeypatch: pytest.MonkeyPatch) -> automation.Stack:
    # The Automation API looks for the command line on this process's PATH.
    monkeypatch.setenv("PATH", project.environ["PATH"])
    options = automation.LocalWorkspaceOptions(
        work_dir=str(project.folder), env_vars=dict(project.environ)
    )
    return automation.create_or_select_stack(
        stack_name="inline", project_name="sample", program=program, opts=options
    )


def test_an_inline_program_is_deployed_kept_and_destroyed(stack: automation.Stack) -> None:
    assert stack.preview().change_summary == {automation.OpType.CREATE: 3}
    outputs = stack.up().outputs
    assert outputs["key"].secret
    assert not outputs["cert"].secret
    assert outputs["cert"].value.startswith("-----BEGIN CERTIFICATE-----")
    again = stack.up(expect_no_changes=True)
    assert again.summary.resource_changes == {"same": 3}
    assert stack.refresh().summary.resource_changes == {"same": 3}
    assert stack.destroy().summary.resource_changes == {"delete": 3}
