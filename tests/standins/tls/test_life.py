"""A small PKI from its creation to its end, with the real engine and its command line."""

import json
import ssl
from pathlib import Path
from typing import Any

import pytest

from tests.standins.language_python.project import Project

PKI = """
import pulumi
import pulumi_tls as tls

config = pulumi.Config()
ca_key = tls.PrivateKey("ca-key", algorithm="ECDSA", ecdsa_curve="P256")
ca = tls.SelfSignedCert(
    "ca",
    private_key_pem=ca_key.private_key_pem,
    subject={"common_name": "authority"},
    allowed_uses=["cert_signing", "crl_signing", "digital_signature"],
    is_ca_certificate=True,
    validity_period_hours=87600,
    early_renewal_hours=config.get_int("caEarly"),
)
key = tls.PrivateKey("key", algorithm="ECDSA", ecdsa_curve="P256")
request = tls.CertRequest(
    "request",
    private_key_pem=key.private_key_pem,
    subject={"common_name": "server"},
    dns_names=["localhost", config.get("name") or "a.example"],
    ip_addresses=["127.0.0.1"],
)
leaf = tls.LocallySignedCert(
    "leaf",
    ca_cert_pem=ca.cert_pem,
    ca_private_key_pem=ca_key.private_key_pem,
    cert_request_pem=request.cert_request_pem,
    allowed_uses=["digital_signature", "server_auth"],
    validity_period_hours=config.get_int("validity") or 24,
    early_renewal_hours=config.get_int("early"),
)
pulumi.export("ca", ca.cert_pem)
pulumi.export("leaf", leaf.cert_pem)
pulumi.export("key", key.private_key_pem)
pulumi.export("ready", leaf.ready_for_renewal)
"""

CHAIN = ("ca-key", "ca", "key", "request", "leaf")


@pytest.fixture
def pki(project: Project) -> Project:
    project.write(PKI)
    project.up()
    return project


def configure(project: Project, **values: str) -> None:
    for key, value in values.items():
        project.pulumi("config", "set", key, value)


def changed(project: Project) -> dict[str, str]:
    """The resources that a preview would touch, with the operation that the engine names first."""
    steps = project.operations()
    return {name: step for name, step in steps.items() if step != "same"}


def state(project: Project) -> dict[str, dict[str, Any]]:
    """The resources of the state, secrets as the state has them."""
    exported = json.loads(project.pulumi("stack", "export"))
    resources = exported["deployment"].get("resources", [])
    return {resource["urn"].rsplit("::", 1)[1]: resource for resource in resources}


def test_a_preview_of_the_whole_chain_works_before_anything_exists(project: Project) -> None:
    project.write(PKI)
    assert project.operations() == dict.fromkeys([*CHAIN, "sample-dev"], "create")


def test_what_is_made_serves_tls(pki: Project, tmp_path: Path) -> None:
    outputs = pki.outputs()
    chain = tmp_path / "chain.pem"
    chain.write_text(outputs["leaf"] + outputs["key"])
    ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(chain)
    ssl.create_default_context(cadata=outputs["ca"])
    assert outputs["ready"] is False


def test_nothing_changed_is_nothing_to_do(pki: Project) -> None:
    pki.up("--expect-no-changes")
    pki.pulumi("refresh", "--yes", "--expect-no-changes")
    assert changed(pki) == {}


def test_private_keys_are_encrypted_in_the_state(pki: Project) -> None:
    assert "PRIVATE KEY" not in pki.pulumi("stack", "export")
    resources = state(pki)
    for name, keys in {
        "key": ["privateKeyPem", "privateKeyPemPkcs8", "privateKeyOpenssh"],
        "request": ["privateKeyPem"],
        "ca": ["privateKeyPem"],
        "leaf": ["caPrivateKeyPem"],
    }.items():
        for key in keys:
            assert "ciphertext" in resources[name]["outputs"][key], (name, key)
    assert "PRIVATE KEY" in pki.outputs()["key"]


def test_private_keys_are_not_printed(project: Project) -> None:
    project.write(PKI)
    assert "PRIVATE KEY" not in project.pulumi("up", "--yes", "--diff")


def test_another_window_is_an_update_in_place(pki: Project) -> None:
    before = pki.outputs()
    configure(pki, early="2", caEarly="24")
    assert changed(pki) == {"leaf": "update", "ca": "update"}
    pki.up()
    assert pki.outputs() == before
    assert state(pki)["leaf"]["outputs"]["earlyRenewalHours"] == 2
    pki.up("--expect-no-changes")


def test_another_name_replaces_request_and_leaf_only(pki: Project) -> None:
    before = state(pki)
    configure(pki, name="b.example")
    assert changed(pki) == {"request": "replace", "leaf": "replace"}
    pki.up()
    after = state(pki)
    kept = {name for name in CHAIN if before[name]["id"] == after[name]["id"]}
    assert kept == {"ca-key", "ca", "key"}


def test_a_certificate_in_its_window_is_renewed_by_the_next_update(pki: Project) -> None:
    before = state(pki)
    configure(pki, early="24")
    assert changed(pki) == {"leaf": "replace"}
    printed = pki.pulumi("preview", "--diff")
    assert "readyForRenewal" in printed
    pki.up()
    after = state(pki)
    assert {name for name in CHAIN if before[name]["id"] != after[name]["id"]} == {"leaf"}


def test_a_window_of_the_whole_validity_renews_at_every_update(project: Project) -> None:
    project.write(PKI)
    configure(project, validity="1", early="1")
    project.up()
    first = project.outputs()
    assert first["ready"] is True
    assert changed(project) == {"leaf": "replace"}
    project.up()
    assert project.outputs()["leaf"] != first["leaf"]
    assert project.outputs()["ca"] == first["ca"]


def test_a_refresh_tells_that_a_certificate_is_due(pki: Project) -> None:
    configure(pki, early="2")
    pki.up()
    exported = json.loads(pki.pulumi("stack", "export"))
    for resource in exported["deployment"]["resources"]:
        if resource["urn"].endswith("::leaf"):
            resource["outputs"]["validityEndTime"] = "2020-01-01T00:00:00Z"
    edited = pki.folder / "edited.json"
    edited.write_text(json.dumps(exported))
    pki.pulumi("stack", "import", "--file", str(edited))
    pki.pulumi("refresh", "--yes")
    assert state(pki)["leaf"]["outputs"]["readyForRenewal"] is True
    pki.up()
    assert state(pki)["leaf"]["outputs"]["readyForRenewal"] is False
    pki.up("--expect-no-changes")


def test_destroying_leaves_nothing(pki: Project) -> None:
    pki.pulumi("destroy", "--yes")
    assert state(pki) == {}
