"""What a certificate says, and whether others vouch for it."""

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
        beginning: When it begins, UTC.
        end: When it ends, UTC.
        intermediates: Certificates that are served with it.
    """

    certificate: x509.Certificate
    names: frozenset[str]
    beginning: datetime
    end: datetime
    intermediates: tuple[x509.Certificate, ...]

    def covers(self, host: str) -> bool:
        """Tells whether it is valid for a name or an address; `*` stands for one label."""
        return host in self.names or f"*.{host.partition('.')[2]}" in self.names


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
    return Served(
        certificate=first,
        names=names,
        beginning=first.not_valid_before_utc,
        end=first.not_valid_after_utc,
        intermediates=tuple(certificates[1:]),
    )


def read_all(pem: str) -> tuple[x509.Certificate, ...]:
    """Returns the certificates of a PEM text; none where it is damaged."""
    try:
        return tuple(x509.load_pem_x509_certificates(pem.encode()))
    except ValueError:
        return ()


def is_trusted(served: Served, authorities: tuple[x509.Certificate, ...]) -> bool:
    """Tells whether one of the authorities signed a certificate, or the last of its intermediates."""
    current = served.certificate
    for _ in range(len(served.intermediates) + 1):
        if any(_signed(current, authority) for authority in authorities):
            return True
        signers = (one for one in served.intermediates if one != current and _signed(current, one))
        following = next(signers, None)
        if following is None:
            return False
        current = following
    return False


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
