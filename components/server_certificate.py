"""A serving (leaf) certificate that the stack's CA signs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pulumi
import pulumi_tls as tls

from components.certificate_authority import CURVE, KEY_ALGORITHM

_USES: Final = ("digital_signature", "server_auth")


@dataclass(frozen=True, kw_only=True)
class ServerCertificateArgs:
    """Arguments of `ServerCertificate`.

    Attributes:
        common_name: Subject's common name, at most 64 characters; clients look at the SANs only.
        dns_names: DNS names of the SANs.
        ip_addresses: IP addresses of the SANs.
        validity_hours: Lifetime in hours.
        early_renewal_hours: Hours before its end in which an update renews it.
        rotation: A changed number gives a new key and certificate.
        ca_private_key_pem: Key of the CA, secret.
        ca_cert_pem: Certificate of the CA.
    """

    common_name: str
    dns_names: Sequence[str]
    ip_addresses: Sequence[str]
    validity_hours: int
    early_renewal_hours: int
    rotation: int
    ca_private_key_pem: pulumi.Input[str]
    ca_cert_pem: pulumi.Input[str]


class ServerCertificate(pulumi.ComponentResource):
    """A key and its certificate; renewal keeps the key, rotation doesn't; the CA stays in both."""

    private_key_pem: pulumi.Output[str]
    """The serving key, secret."""

    cert_pem: pulumi.Output[str]
    """The certificate, public."""

    end: pulumi.Output[str]
    """When it ends, RFC 3339."""

    def __init__(
        self, name: str, args: ServerCertificateArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("llmd-monitoring:index:ServerCertificate", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        key = tls.PrivateKey(
            f"{name}-key",
            algorithm=KEY_ALGORITHM,
            ecdsa_curve=CURVE,
            opts=pulumi.ResourceOptions(parent=self, replacement_trigger=args.rotation),
        )
        request = tls.CertRequest(
            f"{name}-request",
            private_key_pem=key.private_key_pem,
            subject={"common_name": args.common_name},
            dns_names=list(args.dns_names),
            ip_addresses=list(args.ip_addresses),
            opts=child,
        )
        certificate = tls.LocallySignedCert(
            f"{name}-certificate",
            cert_request_pem=request.cert_request_pem,
            ca_private_key_pem=args.ca_private_key_pem,
            ca_cert_pem=args.ca_cert_pem,
            allowed_uses=list(_USES),
            validity_period_hours=args.validity_hours,
            early_renewal_hours=args.early_renewal_hours,
            set_subject_key_id=True,
            opts=child,
        )
        self.private_key_pem = pulumi.Output.secret(key.private_key_pem)
        self.cert_pem = certificate.cert_pem
        self.end = certificate.validity_end_time
        self.register_outputs({"certPem": self.cert_pem})
