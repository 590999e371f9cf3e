"""Certificates and requests: pure functions of keys, names and the present moment."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from tools.standins.protocol.errors import ProviderError
from tools.standins.tls import keys
from tools.standins.tls.keys import PrivateKey, PublicKey
from tools.standins.tls.uses import EXTENDED_KEY_USAGES, KEY_USAGES

_SERIAL_BITS: Final = 128


@dataclass(frozen=True, kw_only=True)
class Holder:
    """Whom a certificate is for."""

    key: PublicKey
    subject: x509.Name
    alternatives: x509.SubjectAlternativeName | None


@dataclass(frozen=True, kw_only=True)
class Issuer:
    """Who signs it.

    Attributes:
        key: The signing key.
        subject: Its name.
        key_id: Its own subject key identifier, None when it has none.
    """

    key: PrivateKey
    subject: x509.Name
    key_id: bytes | None


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What the certificate allows, and for how long.

    Attributes:
        validity: How long it is valid.
        uses: Names from `ALLOWED_USES`.
        is_ca: Whether it may sign others.
        max_path_length: How many authorities may follow; negative for any number.
        subject_key_id: Whether to name the key; an authority always does.
    """

    validity: timedelta
    uses: Sequence[str]
    is_ca: bool
    max_path_length: int
    subject_key_id: bool


@dataclass(frozen=True, kw_only=True)
class Issued:
    """A certificate and its dates, with the fraction of a second that a certificate can't hold."""

    certificate: x509.Certificate
    start: datetime
    end: datetime

    @property
    def pem(self) -> str:
        """The certificate in PEM form."""
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()


def key_id_of(holder: Holder, terms: Terms) -> bytes | None:
    """The subject key identifier that the certificate gets, None for none."""
    return keys.identifier(holder.key) if terms.is_ca or terms.subject_key_id else None


def issue(
    *,
    holder: Holder,
    issuer: Issuer,
    terms: Terms,
    now: datetime,
    authority_key_id: bytes | None = None,
) -> Issued:
    """Sign a certificate.

    Args:
        holder: Whom it is for.
        issuer: Who signs it.
        terms: What it allows.
        now: When its validity starts.
        authority_key_id: The issuer's key identifier for a self-signed certificate. For others
            the issuer's own one is taken.

    Raises:
        ProviderError: The inputs don't go together; the message says which.
    """
    if terms.is_ca and not list(holder.subject):
        msg = "subject: a certificate authority needs at least one part of a distinguished name"
        raise ProviderError(msg)
    try:
        end = now + terms.validity
    except OverflowError as error:
        msg = f"validityPeriodHours: {terms.validity.days} days are more than a date can hold"
        raise ProviderError(msg) from error
    builder = (
        x509.CertificateBuilder()
        .subject_name(holder.subject)
        .issuer_name(issuer.subject)
        .public_key(holder.key)
        .serial_number(1 + secrets.randbelow((1 << _SERIAL_BITS) - 1))
        .not_valid_before(now)
        .not_valid_after(end)
    )
    if issuer.subject != holder.subject and issuer.key_id:
        authority_key_id = issuer.key_id
    for extension, critical in _extensions(holder, terms, authority_key_id):
        builder = builder.add_extension(extension, critical=critical)
    certificate = builder.sign(issuer.key, keys.signature_hash(issuer.key))
    return Issued(certificate=certificate, start=now, end=end)


def request(
    *, key: PrivateKey, subject: x509.Name, alternatives: x509.SubjectAlternativeName | None
) -> str:
    """A signing request in PEM form."""
    builder = x509.CertificateSigningRequestBuilder().subject_name(subject)
    if alternatives is not None:
        builder = builder.add_extension(alternatives, critical=not list(subject))
    signed = builder.sign(key, keys.signature_hash(key))
    return signed.public_bytes(serialization.Encoding.PEM).decode()


def _extensions(
    holder: Holder, terms: Terms, authority_key_id: bytes | None
) -> list[tuple[x509.ExtensionType, bool]]:
    """The extensions with their criticality, in the order in which Go's `crypto/x509` writes."""
    extensions: list[tuple[x509.ExtensionType, bool]] = []
    usage = [KEY_USAGES[use] for use in terms.uses if use in KEY_USAGES]
    if usage:
        extensions.append((_key_usage(usage), True))
    extended = [EXTENDED_KEY_USAGES[use] for use in terms.uses if use in EXTENDED_KEY_USAGES]
    if extended:
        purposes = [x509.ObjectIdentifier(purpose) for purpose in extended]
        extensions.append((x509.ExtendedKeyUsage(purposes), False))
    length = terms.max_path_length if terms.is_ca and terms.max_path_length >= 0 else None
    extensions.append((x509.BasicConstraints(ca=terms.is_ca, path_length=length), True))
    key_id = key_id_of(holder, terms)
    if key_id:
        extensions.append((x509.SubjectKeyIdentifier(key_id), False))
    if authority_key_id:
        extensions.append((x509.AuthorityKeyIdentifier(authority_key_id, None, None), False))
    if holder.alternatives is not None:
        extensions.append((holder.alternatives, not list(holder.subject)))
    return extensions


def _key_usage(names: Sequence[str]) -> x509.KeyUsage:
    try:
        return x509.KeyUsage(**{name: name in names for name in KEY_USAGES.values()})
    except ValueError as error:
        msg = f"allowedUses: {error}"
        raise ProviderError(msg) from error
