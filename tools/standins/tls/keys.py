"""Private keys: made, written in every form that the resource offers, and read again."""

import base64
import hashlib
from typing import Final, TypeAlias

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from tools.standins.protocol.errors import ProviderError

PrivateKey: TypeAlias = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey
PublicKey: TypeAlias = rsa.RSAPublicKey | ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey

_CURVES: Final = {
    "P224": ec.SECP224R1(),
    "P256": ec.SECP256R1(),
    "P384": ec.SECP384R1(),
    "P521": ec.SECP521R1(),
}

_PUBLIC_EXPONENT: Final = 65537


def generate(algorithm: str, *, curve: str, bits: int) -> PrivateKey:
    """Make a key.

    Args:
        algorithm: RSA, ECDSA or ED25519.
        curve: For ECDSA.
        bits: For RSA.

    Raises:
        ProviderError: The size isn't possible.
    """
    match algorithm:
        case "RSA":
            try:
                return rsa.generate_private_key(_PUBLIC_EXPONENT, bits)
            except ValueError as error:
                msg = f"rsaBits: no RSA key can be made of {bits} bits: {error}"
                raise ProviderError(msg) from error
        case "ECDSA":
            return ec.generate_private_key(_CURVES[curve])
        case _:
            return ed25519.Ed25519PrivateKey.generate()


def algorithm_of(key: PrivateKey | PublicKey) -> str:
    """RSA, ECDSA or ED25519."""
    match key:
        case rsa.RSAPrivateKey() | rsa.RSAPublicKey():
            return "RSA"
        case ec.EllipticCurvePrivateKey() | ec.EllipticCurvePublicKey():
            return "ECDSA"
        case _:
            return "ED25519"


def load(pem: str, *, name: str) -> PrivateKey:
    """Read a private key.

    Args:
        pem: PKCS#1, SEC 1 or PKCS#8, without a password.
        name: The input that it comes from, for the message.

    Raises:
        ProviderError: It isn't such a key. The message doesn't hold it.
    """
    try:
        key = serialization.load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError) as error:
        msg = f"{name}: no unencrypted private key in PEM form could be read from it"
        raise ProviderError(msg) from error
    if not isinstance(
        key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey
    ):
        msg = f"{name}: the key must be RSA, ECDSA or ED25519, got {type(key).__name__}"
        raise ProviderError(msg)
    return key


def private_pem(key: PrivateKey) -> str:
    """PKCS#1 for RSA, SEC 1 for ECDSA, PKCS#8 for ED25519."""
    is_modern = isinstance(key, ed25519.Ed25519PrivateKey)
    formats = serialization.PrivateFormat
    return _private(key, formats.PKCS8 if is_modern else formats.TraditionalOpenSSL)


def private_pkcs8(key: PrivateKey) -> str:
    """PKCS#8, whatever the algorithm."""
    return _private(key, serialization.PrivateFormat.PKCS8)


def private_openssh(key: PrivateKey) -> str:
    """OpenSSH's own form; empty for P224, which OpenSSH doesn't know."""
    return "" if _is_p224(key) else _private(key, serialization.PrivateFormat.OpenSSH)


def public_pem(key: PublicKey) -> str:
    """SubjectPublicKeyInfo."""
    return key.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    ).decode()


def public_der(key: PublicKey) -> bytes:
    """SubjectPublicKeyInfo."""
    return key.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def public_openssh(key: PublicKey) -> str:
    """A line for `authorized_keys`; empty for P224."""
    if _is_p224(key):
        return ""
    line = key.public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
    return f"{line.decode()}\n"


def fingerprints(key: PublicKey) -> tuple[str, str]:
    """OpenSSH's fingerprints by MD5 and by SHA-256; empty for P224."""
    if _is_p224(key):
        return "", ""
    blob = base64.b64decode(public_openssh(key).split()[1])
    md5 = hashlib.md5(blob, usedforsecurity=False).hexdigest()
    sha256 = base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip("=")
    return ":".join(md5[i : i + 2] for i in range(0, len(md5), 2)), f"SHA256:{sha256}"


def identifier(key: PublicKey) -> bytes:
    """The subject key identifier: SHA-1 of the public key (RFC 5280, 4.2.1.2, method 1).

    Of an ED25519 key the official plug-in hashes the ASN.1 octet string instead of the bare bytes.
    """
    match key:
        case rsa.RSAPublicKey():
            content = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.PKCS1)
        case ec.EllipticCurvePublicKey():
            content = key.public_bytes(
                serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
            )
        case _:
            raw = key.public_bytes_raw()
            content = bytes([0x04, len(raw)]) + raw
    return hashlib.sha1(content, usedforsecurity=False).digest()


def signature_hash(key: PrivateKey) -> hashes.SHA256 | hashes.SHA384 | hashes.SHA512 | None:
    """The hash that Go's `crypto/x509` picks for a signing key."""
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return None
    if isinstance(key, ec.EllipticCurvePrivateKey):
        if isinstance(key.curve, ec.SECP384R1):
            return hashes.SHA384()
        if isinstance(key.curve, ec.SECP521R1):
            return hashes.SHA512()
    return hashes.SHA256()


def _private(key: PrivateKey, form: serialization.PrivateFormat) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM, form, serialization.NoEncryption()
    ).decode()


def _is_p224(key: PrivateKey | PublicKey) -> bool:
    match key:
        case ec.EllipticCurvePrivateKey() | ec.EllipticCurvePublicKey():
            return isinstance(key.curve, ec.SECP224R1)
        case _:
            return False
