"""Certificates for tests."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass(frozen=True, kw_only=True)
class Pair:
    """A certificate and its key, both PEM."""

    certificate: str
    key: str


def authority(name: str, *, by: Pair | None = None) -> Pair:
    """Returns a CA, its own or one that another signed."""
    extension = x509.BasicConstraints(ca=True, path_length=None)
    return _issue(name, extension, by, timedelta(), timedelta(days=365))


def leaf(*hosts: str, by: Pair, begins_in: int = -1, ends_in: int = 90) -> Pair:
    """Returns a serving certificate for names and addresses; times are days from now."""
    names = x509.SubjectAlternativeName([_name(host) for host in hosts])
    return _issue("leaf", names, by, timedelta(days=begins_in), timedelta(days=ends_in))


def _name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _issue(
    name: str,
    extension: x509.ExtensionType,
    by: Pair | None,
    begins_in: timedelta,
    ends_in: timedelta,
) -> Pair:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    issuer, signing = subject, key
    if by is not None:
        issuer = x509.load_pem_x509_certificate(by.certificate.encode()).subject
        loaded = serialization.load_pem_private_key(by.key.encode(), password=None)
        assert isinstance(loaded, ec.EllipticCurvePrivateKey)
        signing = loaded
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + begins_in)
        .not_valid_after(now + ends_in)
        .add_extension(extension, critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signing.public_key()),
            critical=False,
        )
        .sign(signing, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return Pair(certificate=certificate.public_bytes(pem).decode(), key=private.decode())
