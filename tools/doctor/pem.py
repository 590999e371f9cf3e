"""What a certificate says, and whether another one signed it."""

from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization


@dataclass(frozen=True, kw_only=True)
class Served:
    """A serving certificate.

    Attributes:
        certificate: The certificate.
        names: DNS names and addresses of its SANs.
        end: When it ends, UTC.
    """

    certificate: x509.Certificate
    names: frozenset[str]
    end: datetime


def read_served(pem: str) -> Served | None:
    """Returns the first certificate of a PEM text; `None` where it holds none."""
    certificates = read_all(pem)
    if not certificates:
        return None
    first = certificates[0]
    try:
        sans = first.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        names = frozenset[str]()
    else:
        dns = sans.get_values_for_type(x509.DNSName)
        addresses = sans.get_values_for_type(x509.IPAddress)
        names = frozenset((*dns, *map(str, addresses)))
    return Served(certificate=first, names=names, end=first.not_valid_after_utc)


def read_all(pem: str) -> tuple[x509.Certificate, ...]:
    """Returns the certificates of a PEM text; none where it is damaged."""
    try:
        return tuple(x509.load_pem_x509_certificates(pem.encode()))
    except ValueError:
        return ()


def is_signed_by(certificate: x509.Certificate, authorities: tuple[x509.Certificate, ...]) -> bool:
    """Tells whether one of the authorities signed a certificate."""
    return any(_signed(certificate, authority) for authority in authorities)


def belongs(certificate: x509.Certificate, key_pem: str) -> bool:
    """Tells whether a private key is the certificate's."""
    try:
        key = serialization.load_pem_private_key(key_pem.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return False
    form = (
        serialization.Encoding.DER,
        serialization.PublicFormat.SubjectPublicKeyInfo,
    )
    return key.public_key().public_bytes(*form) == certificate.public_key().public_bytes(*form)


def _signed(certificate: x509.Certificate, authority: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(authority)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True
