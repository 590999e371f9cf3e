"""From a resource's inputs to its id and its computed outputs."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeVar

from cryptography import x509

from tools.standins.protocol.errors import ProviderError
from tools.standins.protocol.values import Properties, Secret, Value
from tools.standins.tls import keys, names, schema
from tools.standins.tls.certificates import Holder, Issued, Issuer, Terms, issue, key_id_of, request
from tools.standins.tls.renewal import rfc3339

_Extension = TypeVar("_Extension", bound=x509.ExtensionType)


@dataclass(frozen=True, kw_only=True)
class Made:
    """What a resource became.

    Attributes:
        id: The resource's id.
        outputs: The computed outputs.
        warning: What the user should know, empty for nothing.
    """

    id: str
    outputs: Properties
    warning: str = ""


def make(resource_type: str, inputs: Mapping[str, Value], *, now: datetime) -> Made:
    """Make a resource.

    Args:
        resource_type: The type token.
        inputs: Checked inputs with defaults, in clear.
        now: When a certificate's validity starts.

    Raises:
        ProviderError: An input can't be used; the message names it.
    """
    return _MAKERS[resource_type](inputs, now)


def _private_key(inputs: Mapping[str, Value], _now: datetime) -> Made:
    key = keys.generate(inputs["algorithm"], curve=inputs["ecdsaCurve"], bits=inputs["rsaBits"])
    public = key.public_key()
    md5, sha256 = keys.fingerprints(public)
    return Made(
        id=_digest(keys.public_der(public)),
        outputs={
            "privateKeyPem": Secret(keys.private_pem(key)),
            "privateKeyPemPkcs8": Secret(keys.private_pkcs8(key)),
            "privateKeyOpenssh": Secret(keys.private_openssh(key)),
            "publicKeyPem": keys.public_pem(public),
            "publicKeyOpenssh": keys.public_openssh(public),
            "publicKeyFingerprintMd5": md5,
            "publicKeyFingerprintSha256": sha256,
        },
    )


def _cert_request(inputs: Mapping[str, Value], _now: datetime) -> Made:
    key = keys.load(inputs["privateKeyPem"], name="privateKeyPem")
    pem = request(key=key, subject=_subject(inputs), alternatives=_alternatives(inputs))
    return Made(
        id=_digest(pem.encode()),
        outputs={"certRequestPem": pem, "keyAlgorithm": keys.algorithm_of(key)},
    )


def _self_signed_cert(inputs: Mapping[str, Value], now: datetime) -> Made:
    key = keys.load(inputs["privateKeyPem"], name="privateKeyPem")
    subject = _subject(inputs)
    holder = Holder(key=key.public_key(), subject=subject, alternatives=_alternatives(inputs))
    terms = _terms(inputs)
    key_id = key_id_of(holder, terms)
    if inputs["setAuthorityKeyId"] and key_id is None:
        msg = (
            "setAuthorityKeyId: a self-signed certificate without a subject key identifier has no "
            "authority key identifier either; set setSubjectKeyId too"
        )
        raise ProviderError(msg)
    issued = issue(
        holder=holder,
        issuer=Issuer(key=key, subject=subject, key_id=key_id),
        terms=terms,
        now=now,
        authority_key_id=key_id if inputs["setAuthorityKeyId"] else None,
    )
    return _made(issued, {"keyAlgorithm": keys.algorithm_of(key)})


def _locally_signed_cert(inputs: Mapping[str, Value], now: datetime) -> Made:
    signing_request = _load_request(inputs["certRequestPem"])
    key = keys.load(inputs["caPrivateKeyPem"], name="caPrivateKeyPem")
    authority = _load_certificate(inputs["caCertPem"])
    if authority.public_key() != key.public_key():
        msg = "caPrivateKeyPem: this key doesn't belong to the certificate in caCertPem"
        raise ProviderError(msg)
    issued = issue(
        holder=Holder(
            key=_public_key(signing_request),
            subject=signing_request.subject,
            alternatives=_extension(signing_request, x509.SubjectAlternativeName),
        ),
        issuer=Issuer(key=key, subject=authority.subject, key_id=_key_id(authority)),
        terms=_terms(inputs),
        now=now,
    )
    constraints = _extension(authority, x509.BasicConstraints)
    warning = (
        ""
        if constraints and constraints.ca
        else "caCertPem doesn't hold a certificate authority; clients may refuse what it signed"
    )
    return _made(issued, {"caKeyAlgorithm": keys.algorithm_of(key)}, warning)


_MAKERS: Final[Mapping[str, Callable[[Mapping[str, Value], datetime], Made]]] = {
    schema.PRIVATE_KEY: _private_key,
    schema.CERT_REQUEST: _cert_request,
    schema.SELF_SIGNED_CERT: _self_signed_cert,
    schema.LOCALLY_SIGNED_CERT: _locally_signed_cert,
}


def _made(issued: Issued, outputs: Properties, warning: str = "") -> Made:
    return Made(
        id=str(issued.certificate.serial_number),
        outputs={
            "certPem": issued.pem,
            "validityStartTime": rfc3339(issued.start),
            "validityEndTime": rfc3339(issued.end),
            **outputs,
        },
        warning=warning,
    )


def _digest(content: bytes) -> str:
    return hashlib.sha1(content.strip(), usedforsecurity=False).hexdigest()


def _subject(inputs: Mapping[str, Value]) -> x509.Name:
    return names.subject(inputs.get("subject") or {})


def _alternatives(inputs: Mapping[str, Value]) -> x509.SubjectAlternativeName | None:
    return names.alternatives(
        dns_names=inputs.get("dnsNames") or [],
        ip_addresses=inputs.get("ipAddresses") or [],
        uris=inputs.get("uris") or [],
    )


def _terms(inputs: Mapping[str, Value]) -> Terms:
    return Terms(
        validity=timedelta(hours=inputs["validityPeriodHours"]),
        uses=inputs["allowedUses"],
        is_ca=inputs["isCaCertificate"],
        max_path_length=inputs["maxPathLength"],
        subject_key_id=inputs["setSubjectKeyId"],
    )


def _load_request(pem: str) -> x509.CertificateSigningRequest:
    try:
        return x509.load_pem_x509_csr(pem.encode())
    except ValueError as error:
        msg = f"certRequestPem: no certificate request in PEM form could be read from it: {error}"
        raise ProviderError(msg) from error


def _load_certificate(pem: str) -> x509.Certificate:
    try:
        found = x509.load_pem_x509_certificates(pem.encode())
    except ValueError as error:
        msg = f"caCertPem: no certificate in PEM form could be read from it: {error}"
        raise ProviderError(msg) from error
    if len(found) != 1:
        msg = f"caCertPem: must hold one certificate, got {len(found)}"
        raise ProviderError(msg)
    return found[0]


def _public_key(signing_request: x509.CertificateSigningRequest) -> keys.PublicKey:
    key = signing_request.public_key()
    if not isinstance(key, keys.PublicKey):
        msg = f"certRequestPem: its key must be RSA, ECDSA or ED25519, got {type(key).__name__}"
        raise ProviderError(msg)
    return key


def _key_id(authority: x509.Certificate) -> bytes | None:
    identifier = _extension(authority, x509.SubjectKeyIdentifier)
    return None if identifier is None else identifier.digest


def _extension(
    source: x509.Certificate | x509.CertificateSigningRequest, kind: type[_Extension]
) -> _Extension | None:
    try:
        return source.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None
