"""The cluster's own certificate authority, its certificates and the service-account key.

Each certificate lies in one PEM file together with its key, so that a pair is replaced in one step
and never mixed up. Go's and Python's TLS libraries both read such a file as certificate and as key.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tools.cluster.private_files import write_private

ADMINISTRATORS: Final = "system:masters"
"""The group that the API server grants everything, without any RBAC object."""

_KEY_BEGINS: Final = b"-----BEGIN EC PRIVATE KEY-----"

_VALIDITY: Final = timedelta(days=3650)
_RENEW_BEFORE: Final = timedelta(days=30)
_CLOCK_TOLERANCE: Final = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Profile:
    """Whom a certificate is for.

    Attributes:
        name: the file's name without `.pem`.
        user: the Kubernetes user, the subject's common name.
        groups: the Kubernetes groups, the subject's organizations.
        addresses: the names and IPv4 addresses that a server with this certificate has.
    """

    name: str
    user: str
    groups: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()


SERVER: Final = Profile(
    name="server",
    user="llmd-local-server",
    addresses=(
        "127.0.0.1",
        "localhost",
        "10.96.0.1",
        "kubernetes",
        "kubernetes.default",
        "kubernetes.default.svc",
        "kubernetes.default.svc.cluster.local",
    ),
)
ETCD: Final = Profile(name="etcd", user="etcd", addresses=("127.0.0.1", "localhost"))
ADMINISTRATOR: Final = Profile(name="administrator", user="llmd-local", groups=(ADMINISTRATORS,))
CONTROLLER_MANAGER: Final = Profile(
    name="kube-controller-manager",
    user="system:kube-controller-manager",
    groups=(ADMINISTRATORS,),
)
SCHEDULER: Final = Profile(name="kube-scheduler", user="system:kube-scheduler")
KWOK: Final = Profile(name="kwok", user="kwok", groups=(ADMINISTRATORS,))

PROFILES: Final = (SERVER, ETCD, ADMINISTRATOR, CONTROLLER_MANAGER, SCHEDULER, KWOK)


@dataclass(frozen=True, kw_only=True)
class Credentials:
    """Where the credentials lie."""

    folder: Path

    @property
    def authority(self) -> Path:
        """The certificate authority's certificate alone, for those who verify."""
        return self.folder / "ca.crt"

    @property
    def authority_pair(self) -> Path:
        """The certificate authority's certificate and key."""
        return self.folder / "ca.pem"

    @property
    def service_account_key(self) -> Path:
        """The key that signs the tokens of service accounts."""
        return self.folder / "service-account.pem"

    def pair(self, profile: Profile) -> Path:
        """The certificate and key of one profile."""
        return self.folder / f"{profile.name}.pem"


@dataclass(frozen=True, kw_only=True)
class _Pair:
    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    def pem(self) -> str:
        return self.certificate.public_bytes(Encoding.PEM).decode() + _key_pem(self.key)


def ensure_credentials(credentials: Credentials, *, now: datetime | None = None) -> None:
    """Make what is missing, damaged or about to expire; keep everything else.

    The service-account key outlives the certificates: tokens in the cluster's Secrets depend on it.

    Args:
        credentials: where they lie; the folder exists.
        now: the time, the current one if not given.
    """
    now = now or datetime.now(UTC)
    authority = _load(credentials.authority_pair)
    if authority is None or not _lasts(authority.certificate, now):
        authority = _new_authority(now)
        write_private(credentials.authority_pair, authority.pem())
    write_private(credentials.authority, authority.certificate.public_bytes(Encoding.PEM).decode())
    for profile in PROFILES:
        pair = _load(credentials.pair(profile))
        if pair is None or not _fits(pair.certificate, profile, authority.certificate, now):
            write_private(credentials.pair(profile), _issue(profile, authority, now).pem())
        else:
            credentials.pair(profile).chmod(0o600)
    if _load_key(credentials.service_account_key) is None:
        write_private(credentials.service_account_key, _key_pem(_new_key()))


def split_pair(pem: bytes) -> tuple[bytes, bytes]:
    """The certificate and the key of a file that holds both (PEM)."""
    certificate, begins, key = pem.partition(_KEY_BEGINS)
    return certificate, begins + key


def _load(path: Path) -> _Pair | None:
    key = _load_key(path)
    if key is None:
        return None
    try:
        certificate = x509.load_pem_x509_certificate(path.read_bytes())
    except ValueError:
        return None
    if certificate.public_key() != key.public_key():
        return None
    return _Pair(certificate=certificate, key=key)


def _load_key(path: Path) -> ec.EllipticCurvePrivateKey | None:
    if not path.is_file():
        return None
    _, text = split_pair(path.read_bytes())
    try:
        key = load_pem_private_key(text, password=None)
    except ValueError:
        return None
    return key if isinstance(key, ec.EllipticCurvePrivateKey) else None


def _lasts(certificate: x509.Certificate, now: datetime) -> bool:
    begins, ends = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    return begins <= now < ends - _RENEW_BEFORE


def _fits(
    certificate: x509.Certificate, profile: Profile, authority: x509.Certificate, now: datetime
) -> bool:
    try:
        certificate.verify_directly_issued_by(authority)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return (
        _lasts(certificate, now)
        and certificate.subject == _subject(profile)
        and _addresses(certificate) == frozenset(_general_names(profile))
    )


def _addresses(certificate: x509.Certificate) -> frozenset[x509.GeneralName]:
    try:
        extension = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        return frozenset()
    return frozenset(extension.value)


def _new_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def _key_pem(key: ec.EllipticCurvePrivateKey) -> str:
    # kube-apiserver derives the public key from this format only.
    encoded = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    return encoded.decode()


def _subject(profile: Profile) -> x509.Name:
    groups = [x509.NameAttribute(NameOID.ORGANIZATION_NAME, group) for group in profile.groups]
    return x509.Name([*groups, x509.NameAttribute(NameOID.COMMON_NAME, profile.user)])


def _general_names(profile: Profile) -> list[x509.GeneralName]:
    return [
        x509.IPAddress(IPv4Address(address))
        if address.replace(".", "").isdigit()
        else x509.DNSName(address)
        for address in profile.addresses
    ]


def _builder(
    subject: x509.Name, key: ec.EllipticCurvePrivateKey, now: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _CLOCK_TOLERANCE)
        .not_valid_after(now + _VALIDITY)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _new_authority(now: datetime) -> _Pair:
    key = _new_key()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "llmd-local-ca")])
    certificate = (
        _builder(name, key, now)
        .issuer_name(name)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .sign(key, hashes.SHA256())
    )
    return _Pair(certificate=certificate, key=key)


def _issue(profile: Profile, authority: _Pair, now: datetime) -> _Pair:
    key = _new_key()
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key())
    # etcd presents its server certificate as a client as well, so servers may be clients too.
    purposes = [ExtendedKeyUsageOID.CLIENT_AUTH]
    if profile.addresses:
        purposes.append(ExtendedKeyUsageOID.SERVER_AUTH)
    builder = (
        _builder(_subject(profile), key, now)
        .issuer_name(authority.certificate.subject)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage(purposes), critical=False)
        .add_extension(issuer, critical=False)
    )
    if profile.addresses:
        names = x509.SubjectAlternativeName(_general_names(profile))
        builder = builder.add_extension(names, critical=False)
    return _Pair(certificate=builder.sign(authority.key, hashes.SHA256()), key=key)
