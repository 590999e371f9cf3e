"""The stack's own certificate authority."""

from dataclasses import dataclass
from typing import Final

import pulumi
import pulumi_tls as tls

COMMON_NAME_LIMIT: Final = 64
"""Upper bound of a certificate's common name (RFC 5280, `ub-common-name`)."""

# The provider's default curve, P224, is one that common TLS clients don't offer.
KEY_ALGORITHM: Final = "ECDSA"
CURVE: Final = "P256"

_USES: Final = ("cert_signing", "crl_signing", "digital_signature")


def common_name(text: str) -> str:
    """Returns a text cut to the length of a common name."""
    return text[:COMMON_NAME_LIMIT]


@dataclass(frozen=True, kw_only=True)
class CertificateAuthorityArgs:
    """Arguments of `CertificateAuthority`.

    Attributes:
        common_name: Subject's common name, at most 64 characters.
        validity_hours: Lifetime in hours.
        protect: Refuse to delete or replace key and certificate.
    """

    common_name: str
    validity_hours: int
    protect: bool


class CertificateAuthority(pulumi.ComponentResource):
    """A self-signed CA whose key stays in the stack's encrypted state, outside the cluster.

    It never renews by itself: every client holds its certificate.
    """

    private_key_pem: pulumi.Output[str]
    """The signing key, secret."""

    cert_pem: pulumi.Output[str]
    """The certificate, public."""

    def __init__(
        self, name: str, args: CertificateAuthorityArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("llmd-monitoring:index:CertificateAuthority", name, None, opts)
        child = pulumi.ResourceOptions(parent=self, protect=args.protect)
        key = tls.PrivateKey(
            f"{name}-key",
            algorithm=KEY_ALGORITHM,
            ecdsa_curve=CURVE,
            opts=child,
        )
        certificate = tls.SelfSignedCert(
            f"{name}-certificate",
            private_key_pem=key.private_key_pem,
            subject={"common_name": args.common_name},
            is_ca_certificate=True,
            set_subject_key_id=True,
            allowed_uses=list(_USES),
            validity_period_hours=args.validity_hours,
            opts=child,
        )
        self.private_key_pem = pulumi.Output.secret(key.private_key_pem)
        self.cert_pem = certificate.cert_pem
        self.register_outputs({"certPem": self.cert_pem})
