import base64
import hashlib

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa

from tools.standins.protocol.errors import ProviderError
from tools.standins.tls import keys

KINDS = [
    ("RSA", "P224"),
    ("ECDSA", "P224"),
    ("ECDSA", "P256"),
    ("ECDSA", "P384"),
    ("ECDSA", "P521"),
    ("ED25519", "P224"),
]


def make(algorithm: str = "ECDSA", curve: str = "P256") -> keys.PrivateKey:
    return keys.generate(algorithm, curve=curve, bits=2048)


@pytest.mark.parametrize(("algorithm", "curve"), KINDS)
def test_a_key_has_the_algorithm_and_size_asked_for(algorithm: str, curve: str) -> None:
    match make(algorithm, curve):
        case rsa.RSAPrivateKey() as key:
            assert (algorithm, key.key_size) == ("RSA", 2048)
        case ec.EllipticCurvePrivateKey() as key:
            assert (algorithm, key.key_size) == ("ECDSA", int(curve[1:]))
        case ed25519.Ed25519PrivateKey():
            assert algorithm == "ED25519"


@pytest.mark.parametrize(("algorithm", "curve"), KINDS)
def test_every_form_of_a_key_reads_back_as_the_same_key(algorithm: str, curve: str) -> None:
    key = make(algorithm, curve)
    public = keys.public_pem(key.public_key())
    for pem in (keys.private_pem(key), keys.private_pkcs8(key)):
        assert pem.endswith("-----\n")
        loaded = keys.load(pem, name="x")
        assert keys.public_pem(loaded.public_key()) == public
        assert keys.algorithm_of(loaded) == algorithm
    openssh = keys.private_openssh(key)
    if curve != "P224" or algorithm != "ECDSA":
        private = serialization.load_ssh_private_key(openssh.encode(), password=None)
        assert isinstance(private, keys.PrivateKey)
        assert keys.public_pem(private.public_key()) == public


@pytest.mark.parametrize(
    ("algorithm", "header"),
    [("RSA", "RSA PRIVATE KEY"), ("ECDSA", "EC PRIVATE KEY"), ("ED25519", "PRIVATE KEY")],
)
def test_the_pem_form_is_the_customary_one_of_the_algorithm(algorithm: str, header: str) -> None:
    assert keys.private_pem(make(algorithm)).startswith(f"-----BEGIN {header}-----\n")
    assert keys.private_pkcs8(make(algorithm)).startswith("-----BEGIN PRIVATE KEY-----\n")


def test_p224_has_no_openssh_form() -> None:
    key = make("ECDSA", "P224")
    public = key.public_key()
    assert keys.private_openssh(key) == ""
    assert keys.public_openssh(public) == ""
    assert keys.fingerprints(public) == ("", "")


def test_fingerprints_are_those_of_openssh() -> None:
    public = make("ED25519").public_key()
    blob = base64.b64decode(keys.public_openssh(public).split()[1])
    md5, sha256 = keys.fingerprints(public)
    assert bytes.fromhex(md5.replace(":", "")) == hashlib.md5(blob).digest()  # noqa: S324
    assert base64.b64decode(sha256.removeprefix("SHA256:") + "=") == hashlib.sha256(blob).digest()


@pytest.mark.parametrize("algorithm", ["RSA", "ECDSA"])
def test_the_identifier_is_the_one_of_the_rfc(algorithm: str) -> None:
    public = make(algorithm).public_key()
    expected = x509.SubjectKeyIdentifier.from_public_key(public).digest
    assert keys.identifier(public) == expected


def test_the_identifier_of_ed25519_is_the_official_plugins() -> None:
    public = make("ED25519").public_key()
    assert isinstance(public, ed25519.Ed25519PublicKey)
    octets = b"\x04\x20" + public.public_bytes_raw()
    assert keys.identifier(public) == hashlib.sha1(octets).digest()  # noqa: S324


def test_an_impossible_rsa_size_is_refused() -> None:
    with pytest.raises(ProviderError, match="rsaBits: no RSA key can be made of 12 bits"):
        keys.generate("RSA", curve="P224", bits=12)


def test_what_is_no_key_is_refused_without_being_shown() -> None:
    with pytest.raises(
        ProviderError, match=r"^caPrivateKeyPem: no unencrypted private key"
    ) as found:
        keys.load("canary-4711", name="caPrivateKeyPem")
    assert "canary-4711" not in str(found.value)


def test_a_key_with_a_password_is_refused() -> None:
    pem = make().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(b"password"),
    )
    with pytest.raises(ProviderError, match="no unencrypted private key"):
        keys.load(pem.decode(), name="x")


def test_another_algorithm_is_refused() -> None:
    pem = dsa.generate_private_key(2048).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    with pytest.raises(ProviderError, match="must be RSA, ECDSA or ED25519"):
        keys.load(pem.decode(), name="x")
