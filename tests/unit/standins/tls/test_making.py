"""Certificates, checked with an independent verifier and with real TLS handshakes."""

import hashlib
import ssl
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.x509 import verification
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tools.standins.protocol.errors import ProviderError
from tools.standins.protocol.values import reveal
from tools.standins.tls import schema
from tools.standins.tls.making import Made, make
from tools.standins.tls.renewal import parse_rfc3339
from tools.standins.tls.schema import RESOURCES, with_defaults
from tools.standins.tls.uses import ALLOWED_USES

NOW = datetime.now(UTC)
CA_USES = ["cert_signing", "crl_signing", "digital_signature"]


def made(token: str, inputs: Mapping[str, Any], now: datetime = NOW) -> Made:
    return make(token, reveal(with_defaults(RESOURCES[token], inputs)), now=now)


def private_key(algorithm: str = "ECDSA", curve: str = "P256") -> str:
    found = made(schema.PRIVATE_KEY, {"algorithm": algorithm, "ecdsaCurve": curve})
    return str(reveal(found.outputs["privateKeyPem"]))


def authority(key: str, **inputs: Any) -> str:  # noqa: ANN401
    defaults = {
        "privateKeyPem": key,
        "validityPeriodHours": 48,
        "allowedUses": CA_USES,
        "isCaCertificate": True,
        "subject": {"commonName": "authority"},
    }
    return str(made(schema.SELF_SIGNED_CERT, {**defaults, **inputs}).outputs["certPem"])


def request(key: str, **inputs: Any) -> str:  # noqa: ANN401
    found = made(schema.CERT_REQUEST, {"privateKeyPem": key, **inputs})
    return str(found.outputs["certRequestPem"])


def signed(ca: str, ca_key: str, csr: str, **inputs: Any) -> Made:  # noqa: ANN401
    defaults = {
        "caCertPem": ca,
        "caPrivateKeyPem": ca_key,
        "certRequestPem": csr,
        "validityPeriodHours": 24,
        "allowedUses": ["digital_signature", "server_auth"],
    }
    return made(schema.LOCALLY_SIGNED_CERT, {**defaults, **inputs})


def certificate(pem: str) -> x509.Certificate:
    return x509.load_pem_x509_certificate(pem.encode())


def verify(leaf: str, root: str, name: x509.GeneralName, *between: str) -> None:
    store = verification.Store([certificate(root)])
    builder = verification.PolicyBuilder().store(store).time(NOW + timedelta(hours=1))
    assert isinstance(name, x509.DNSName | x509.IPAddress)
    builder.build_server_verifier(name).verify(
        certificate(leaf), [certificate(pem) for pem in between]
    )


def handshake(chain: Path, root: str, host: str) -> str | None:
    """Connect a client that verifies with a server, in memory; the negotiated protocol."""
    client_context = ssl.create_default_context(cadata=root)
    server_context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_context.load_cert_chain(chain)
    to_client, to_server = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = client_context.wrap_bio(to_client, to_server, server_hostname=host)
    server = server_context.wrap_bio(to_server, to_client, server_side=True)
    for side in (client, server, client, server):
        try:
            side.do_handshake()
        except ssl.SSLWantReadError:
            continue
    return client.version()


@pytest.mark.parametrize("algorithm", ["RSA", "ECDSA", "ED25519"])
def test_a_client_verifies_every_name_of_the_server(tmp_path: Path, algorithm: str) -> None:
    ca_key, key = private_key(algorithm), private_key(algorithm)
    ca = authority(ca_key)
    csr = request(
        key,
        subject={"commonName": "a"},
        dnsNames=["a.example", "localhost"],
        ipAddresses=["127.0.0.1", "::1"],
    )
    leaf = str(signed(ca, ca_key, csr).outputs["certPem"])
    chain = tmp_path / "chain.pem"
    chain.write_text(leaf + key)
    for host in ("a.example", "localhost", "127.0.0.1", "::1"):
        assert handshake(chain, ca, host) == "TLSv1.3"
    with pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"):
        handshake(chain, ca, "b.example")


@pytest.mark.parametrize("curve", ["P256", "P384", "P521"])
def test_an_independent_verifier_accepts_the_chain(curve: str) -> None:
    ca_key, key = private_key(curve=curve), private_key(curve=curve)
    ca = authority(ca_key)
    csr = request(key, dnsNames=["a.example"], ipAddresses=["127.0.0.1"])
    leaf = str(signed(ca, ca_key, csr).outputs["certPem"])
    verify(leaf, ca, x509.DNSName("a.example"))
    verify(leaf, ca, x509.IPAddress(ip_address("127.0.0.1")))
    with pytest.raises(verification.VerificationError):
        verify(leaf, ca, x509.DNSName("b.example"))
    with pytest.raises(verification.VerificationError):
        verify(leaf, authority(private_key()), x509.DNSName("a.example"))


def test_a_path_length_bounds_the_chain() -> None:
    ca_key, middle_key, key = private_key(), private_key(), private_key()
    csr = request(key, dnsNames=["a.example"])
    middle_csr = request(middle_key, subject={"commonName": "middle"})
    for length, accepted in ((1, True), (0, False), (-1, True)):
        ca = authority(ca_key, maxPathLength=length)
        constraint = certificate(ca).extensions.get_extension_for_class(x509.BasicConstraints)
        assert constraint.critical
        assert constraint.value.path_length == (None if length < 0 else length)
        middle = signed(ca, ca_key, middle_csr, isCaCertificate=True, allowedUses=CA_USES)
        middle_pem = str(middle.outputs["certPem"])
        leaf = str(signed(middle_pem, middle_key, csr).outputs["certPem"])
        if accepted:
            verify(leaf, ca, x509.DNSName("a.example"), middle_pem)
        else:
            with pytest.raises(verification.VerificationError):
                verify(leaf, ca, x509.DNSName("a.example"), middle_pem)


def test_the_leafs_authority_key_follows_the_authoritys_subject_key() -> None:
    ca_key = private_key()
    ca = authority(ca_key)
    own = certificate(ca).extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
    leaf = certificate(str(signed(ca, ca_key, request(private_key())).outputs["certPem"]))
    issuer = leaf.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier)
    assert issuer.value.key_identifier == own.value.digest
    with pytest.raises(x509.ExtensionNotFound):
        leaf.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)


def test_the_subject_key_is_named_when_asked_for() -> None:
    ca_key = private_key()
    found = signed(authority(ca_key), ca_key, request(private_key()), setSubjectKeyId=True)
    leaf = certificate(str(found.outputs["certPem"]))
    named = leaf.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
    assert named.value == x509.SubjectKeyIdentifier.from_public_key(leaf.public_key())


def test_a_self_signed_certificate_names_its_authority_only_when_asked_to() -> None:
    key = private_key()
    with pytest.raises(x509.ExtensionNotFound):
        certificate(authority(key)).extensions.get_extension_for_class(x509.AuthorityKeyIdentifier)
    found = certificate(authority(key, setAuthorityKeyId=True)).extensions
    own = found.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    issuer = found.get_extension_for_class(x509.AuthorityKeyIdentifier).value.key_identifier
    assert issuer == own


def test_an_authority_key_without_a_subject_key_is_refused() -> None:
    with pytest.raises(ProviderError, match="set setSubjectKeyId too"):
        authority(private_key(), isCaCertificate=False, setAuthorityKeyId=True)


def test_an_authority_without_a_name_is_refused() -> None:
    for subject in ({}, {"commonName": ""}):
        with pytest.raises(ProviderError, match="at least one part of a distinguished name"):
            authority(private_key(), subject=subject)


def test_a_path_length_of_a_leaf_is_ignored() -> None:
    pem = authority(private_key(), isCaCertificate=False, maxPathLength=3)
    constraints = certificate(pem).extensions.get_extension_for_class(x509.BasicConstraints)
    assert constraints.value == x509.BasicConstraints(ca=False, path_length=None)


def test_uses_become_the_two_usage_extensions() -> None:
    uses = ["key_encipherment", "crl_signing", "client_auth", "any_extended"]
    found = certificate(authority(private_key(), allowedUses=uses)).extensions
    usage = found.get_extension_for_class(x509.KeyUsage)
    assert usage.critical
    assert (usage.value.key_encipherment, usage.value.crl_sign) == (True, True)
    assert (usage.value.digital_signature, usage.value.key_cert_sign) == (False, False)
    extended = found.get_extension_for_class(x509.ExtendedKeyUsage)
    assert not extended.critical
    assert list(extended.value) == [
        ExtendedKeyUsageOID.CLIENT_AUTH,
        ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,
    ]


def test_every_allowed_use_can_be_issued() -> None:
    found = certificate(authority(private_key(), allowedUses=list(ALLOWED_USES))).extensions
    assert len(list(found.get_extension_for_class(x509.ExtendedKeyUsage).value)) == 14


def test_no_uses_make_no_usage_extensions() -> None:
    found = certificate(authority(private_key(), allowedUses=[])).extensions
    for kind in (x509.KeyUsage, x509.ExtendedKeyUsage):
        with pytest.raises(x509.ExtensionNotFound):
            found.get_extension_for_class(kind)


def test_a_use_that_needs_another_one_is_refused() -> None:
    with pytest.raises(ProviderError, match=r"^allowedUses: .*key_agreement"):
        authority(private_key(), allowedUses=["encipher_only"])


def test_the_whole_subject_is_written() -> None:
    subject = {
        "commonName": "c",
        "country": "DE",
        "emailAddress": "a@b.example",
        "locality": "l",
        "organization": "o",
        "organizationalUnit": "u",
        "postalCode": "p",
        "province": "s",
        "serialNumber": "n",
        "streetAddresses": ["x", "y"],
    }
    found = certificate(authority(private_key(), subject=subject)).subject
    values = {
        NameOID.COMMON_NAME: ["c"],
        NameOID.COUNTRY_NAME: ["DE"],
        NameOID.EMAIL_ADDRESS: ["a@b.example"],
        NameOID.LOCALITY_NAME: ["l"],
        NameOID.ORGANIZATION_NAME: ["o"],
        NameOID.ORGANIZATIONAL_UNIT_NAME: ["u"],
        NameOID.POSTAL_CODE: ["p"],
        NameOID.STATE_OR_PROVINCE_NAME: ["s"],
        NameOID.SERIAL_NUMBER: ["n"],
        NameOID.STREET_ADDRESS: ["x", "y"],
    }
    assert {
        identifier: sorted(str(part.value) for part in found.get_attributes_for_oid(identifier))
        for identifier in values
    } == values


@pytest.mark.parametrize(
    "subject", [{"country": "Germany"}, {"commonName": "x" * 65}], ids=["country", "commonName"]
)
def test_an_impossible_part_of_the_subject_is_named(subject: dict[str, str]) -> None:
    with pytest.raises(ProviderError, match=f"^subject.{next(iter(subject))}: "):
        authority(private_key(), subject=subject)


def test_the_request_carries_subject_and_names() -> None:
    pem = request(
        private_key(),
        subject={"commonName": "c"},
        dnsNames=["a.example"],
        ipAddresses=["10.0.0.1"],
        uris=["spiffe://x"],
    )
    found = x509.load_pem_x509_csr(pem.encode())
    assert found.is_signature_valid
    names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    assert not names.critical
    assert list(names.value) == [
        x509.DNSName("a.example"),
        x509.IPAddress(ip_address("10.0.0.1")),
        x509.UniformResourceIdentifier("spiffe://x"),
    ]


def test_names_are_critical_where_there_is_no_subject() -> None:
    found = x509.load_pem_x509_csr(request(private_key(), dnsNames=["a.example"]).encode())
    assert found.extensions.get_extension_for_class(x509.SubjectAlternativeName).critical


def test_a_name_beyond_ascii_is_named() -> None:
    with pytest.raises(ProviderError, match=r"^dnsNames, ipAddresses or uris: "):
        request(private_key(), dnsNames=["bücher.example"])


def test_validity_starts_now_and_lasts_as_long_as_asked_for() -> None:
    ca_key = private_key()
    found = signed(authority(ca_key), ca_key, request(private_key()), validityPeriodHours=24)
    leaf = certificate(str(found.outputs["certPem"]))
    whole = NOW.replace(microsecond=0)
    assert (leaf.not_valid_before_utc, leaf.not_valid_after_utc) == (
        whole,
        whole + timedelta(hours=24),
    )
    assert parse_rfc3339(found.outputs["validityStartTime"]) == NOW
    assert parse_rfc3339(found.outputs["validityEndTime"]) == NOW + timedelta(hours=24)


def test_a_validity_beyond_all_dates_is_refused() -> None:
    with pytest.raises(ProviderError, match=r"^validityPeriodHours: "):
        authority(private_key(), validityPeriodHours=10**8)


def test_the_id_of_a_certificate_is_its_serial_number() -> None:
    key = private_key()
    inputs = {"privateKeyPem": key, "validityPeriodHours": 1, "allowedUses": []}
    first, second = (made(schema.SELF_SIGNED_CERT, inputs) for _ in range(2))
    assert first.id == str(certificate(first.outputs["certPem"]).serial_number)
    assert first.id != second.id
    assert int(first.id).bit_length() <= 128


def test_the_id_of_a_request_is_its_digest() -> None:
    found = made(schema.CERT_REQUEST, {"privateKeyPem": private_key()})
    text = str(found.outputs["certRequestPem"]).strip()
    assert found.id == hashlib.sha1(text.encode()).hexdigest()  # noqa: S324


def test_a_private_key_has_secret_and_public_outputs() -> None:
    found = made(schema.PRIVATE_KEY, {"algorithm": "ED25519"})
    assert set(found.outputs) == RESOURCES[schema.PRIVATE_KEY].computed
    hidden = {name for name in found.outputs if "PRIVATE" not in repr(found.outputs[name])}
    assert hidden == set(found.outputs)
    assert str(found.outputs["publicKeyPem"]).startswith("-----BEGIN PUBLIC KEY-----")


@pytest.mark.parametrize("token", [token for token in RESOURCES if token != schema.PRIVATE_KEY])
def test_every_computed_output_is_made(token: str) -> None:
    ca_key = private_key()
    found = made(
        token,
        {
            "privateKeyPem": ca_key,
            "caPrivateKeyPem": ca_key,
            "caCertPem": authority(ca_key),
            "certRequestPem": request(private_key()),
            "validityPeriodHours": 1,
            "allowedUses": [],
        },
    )
    assert set(found.outputs) == RESOURCES[token].computed


def test_a_key_of_another_authority_is_refused() -> None:
    with pytest.raises(ProviderError, match=r"^caPrivateKeyPem: this key doesn't belong to"):
        signed(authority(private_key()), private_key(), request(private_key()))


def test_a_signer_that_is_no_authority_is_warned_about() -> None:
    ca_key = private_key()
    ca = authority(ca_key, isCaCertificate=False)
    assert "certificate authority" in signed(ca, ca_key, request(private_key())).warning
    assert signed(authority(ca_key), ca_key, request(private_key())).warning == ""


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ({"certRequestPem": "x"}, "^certRequestPem: no certificate request in PEM form"),
        ({"caCertPem": "x"}, "^caCertPem: no certificate in PEM form"),
        ({"caPrivateKeyPem": "x"}, "^caPrivateKeyPem: no unencrypted private key"),
    ],
)
def test_what_cannot_be_read_is_named(inputs: dict[str, str], message: str) -> None:
    ca_key = private_key()
    with pytest.raises(ProviderError, match=message):
        signed(authority(ca_key), ca_key, request(private_key()), **inputs)


def test_a_bundle_is_no_authority() -> None:
    ca_key = private_key()
    bundle = authority(ca_key) + authority(ca_key)
    with pytest.raises(ProviderError, match=r"^caCertPem: must hold one certificate, got 2"):
        signed(bundle, ca_key, request(private_key()))
