"""Whom a certificate is for: its subject and its alternative names."""

from collections.abc import Mapping, Sequence
from ipaddress import ip_address
from typing import Final

from cryptography import x509
from cryptography.x509.oid import NameOID

from tools.standins.protocol.errors import ProviderError
from tools.standins.protocol.values import Value
from tools.standins.tls.schema import STREETS

_ATTRIBUTES: Final = {
    "country": NameOID.COUNTRY_NAME,
    "organization": NameOID.ORGANIZATION_NAME,
    "organizationalUnit": NameOID.ORGANIZATIONAL_UNIT_NAME,
    "locality": NameOID.LOCALITY_NAME,
    "province": NameOID.STATE_OR_PROVINCE_NAME,
    STREETS: NameOID.STREET_ADDRESS,
    "postalCode": NameOID.POSTAL_CODE,
    "commonName": NameOID.COMMON_NAME,
    "serialNumber": NameOID.SERIAL_NUMBER,
    "emailAddress": NameOID.EMAIL_ADDRESS,
}
"""In the order in which Go's `crypto/x509/pkix` writes them."""


def subject(values: Mapping[str, Value]) -> x509.Name:
    """A distinguished name.

    Raises:
        ProviderError: A part has an impossible length.
    """
    parts = []
    for key, identifier in _ATTRIBUTES.items():
        given = values.get(key) or []
        texts = [text for text in ([given] if isinstance(given, str) else given) if text]
        try:
            attributes = [x509.NameAttribute(identifier, text) for text in texts]
        except ValueError as error:
            msg = f"subject.{key}: {error}"
            raise ProviderError(msg) from error
        if attributes:
            parts.append(x509.RelativeDistinguishedName(attributes))
    return x509.Name(parts)


def alternatives(
    *, dns_names: Sequence[str], ip_addresses: Sequence[str], uris: Sequence[str]
) -> x509.SubjectAlternativeName | None:
    """The alternative names, None when there are none.

    Raises:
        ProviderError: A name isn't written in ASCII.
    """
    try:
        names: list[x509.GeneralName] = [
            *(x509.DNSName(name) for name in dns_names),
            *(x509.IPAddress(ip_address(address)) for address in ip_addresses),
            *(x509.UniformResourceIdentifier(uri) for uri in uris),
        ]
    except ValueError as error:
        msg = f"dnsNames, ipAddresses or uris: {error}"
        raise ProviderError(msg) from error
    return x509.SubjectAlternativeName(names) if names else None
