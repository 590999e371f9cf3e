"""The stack's PKI: who signs, what is served, and who is told to trust it."""

from dataclasses import dataclass
from typing import Final

import pulumi

from components.certificate_authority import (
    CertificateAuthority,
    CertificateAuthorityArgs,
    common_name,
)
from components.issued_certificate import IssuedCertificate, IssuedCertificateArgs
from components.labels import common_labels
from components.names import Names
from components.served_secret import ServedSecret
from components.server_certificate import ServerCertificate, ServerCertificateArgs
from components.settings import TlsSettings
from components.settings.tls import FIRST_GENERATION
from components.trust_bundle import TrustBundle, TrustBundleArgs
from components.web_tls import ServingPair, WebTls, WebTlsArgs


@dataclass(frozen=True, kw_only=True)
class Pki:
    """What the PKI gives to the rest; nothing where TLS is off.

    Attributes:
        resources: What must exist before Prometheus can serve.
        ca_bundle_pem: Certificates of all CAs that clients are to trust.
        certificate_end: When the serving certificate ends, RFC 3339; `None` where somebody else renews it.
    """

    resources: tuple[pulumi.Resource, ...] = ()
    ca_bundle_pem: pulumi.Output[str] | None = None
    certificate_end: pulumi.Output[str] | None = None


def install_pki(
    tls: TlsSettings, names: Names, namespace: pulumi.Input[str], opts: pulumi.ResourceOptions
) -> Pki:
    """Makes or finds the serving certificate, and gives clients what they verify it with.

    Args:
        tls: The settings.
        names: Names of the installation.
        namespace: The monitoring namespace, once it exists.
        opts: Options of a top-level component.
    """
    if not tls.enabled:
        return Pki()
    labels = common_labels(names.release, "web-tls")
    certificate = _SOURCES[tls.source](tls, names, namespace, opts)
    web_tls = WebTls(
        "web-tls",
        WebTlsArgs(
            namespace=namespace,
            secret_name=names.web_tls_secret,
            config_map_name=names.web_ca_config_map,
            labels=labels,
            serving=certificate.serving,
            ca_bundle_pem=certificate.ca_bundle_pem,
            ca_generations=tls.ca_generations if certificate.serving else (),
        ),
        opts,
    )
    if tls.trust:
        TrustBundle(
            "trust",
            TrustBundleArgs(
                targets=tls.trust,
                name=names.web_ca_config_map,
                labels=labels,
                ca_bundle_pem=certificate.ca_bundle_pem,
            ),
            opts,
        )
    return Pki(
        resources=(*certificate.resources, web_tls),
        ca_bundle_pem=certificate.ca_bundle_pem,
        certificate_end=certificate.end,
    )


@dataclass(frozen=True, kw_only=True)
class _Certificate:
    """A serving certificate.

    Attributes:
        ca_bundle_pem: Certificates of all CAs that clients are to trust.
        serving: What we put into the Secret; `None` where somebody else makes it.
        end: When it ends; `None` where somebody else renews it, at any time.
        resources: What must exist before Prometheus can serve.
    """

    ca_bundle_pem: pulumi.Output[str]
    serving: ServingPair | None = None
    end: pulumi.Output[str] | None = None
    resources: tuple[pulumi.Resource, ...] = ()


def _generated(
    tls: TlsSettings, names: Names, _namespace: pulumi.Input[str], opts: pulumi.ResourceOptions
) -> _Certificate:
    authorities = [
        CertificateAuthority(
            authority_name(generation),
            CertificateAuthorityArgs(
                common_name=_common_name(names, generation),
                validity_hours=tls.ca_validity_hours,
                # The others come and go with a rotation.
                protect=tls.protect_ca and generation == tls.ca_generations[0],
            ),
            opts,
        )
        for generation in tls.ca_generations
    ]
    certificate = ServerCertificate(
        "server",
        ServerCertificateArgs(
            common_name=common_name(names.prometheus),
            dns_names=(*names.served_hosts, *tls.extra_dns_names),
            ip_addresses=(*names.served_addresses, *tls.extra_ip_addresses),
            validity_hours=tls.validity_hours,
            early_renewal_hours=tls.renewal_window_hours,
            rotation=tls.rotation,
            ca_private_key_pem=authorities[0].private_key_pem,
            ca_cert_pem=authorities[0].cert_pem,
        ),
        opts,
    )
    return _Certificate(
        ca_bundle_pem=pulumi.Output.concat(*(authority.cert_pem for authority in authorities)),
        serving=ServingPair(
            cert_pem=certificate.cert_pem, private_key_pem=certificate.private_key_pem
        ),
        end=certificate.end,
    )


def _existing(
    _tls: TlsSettings, names: Names, _namespace: pulumi.Input[str], opts: pulumi.ResourceOptions
) -> _Certificate:
    secret = ServedSecret("served", f"{names.namespace}/{names.web_tls_secret}", opts)
    return _Certificate(ca_bundle_pem=secret.ca_pem)


def _issued(
    tls: TlsSettings, names: Names, namespace: pulumi.Input[str], opts: pulumi.ResourceOptions
) -> _Certificate:
    issued = IssuedCertificate(
        "issued",
        IssuedCertificateArgs(
            namespace=namespace,
            secret_name=names.web_tls_secret,
            issuer_name=names.issuer,
            labels=common_labels(names.release, "web-tls"),
            common_name=_common_name(names, FIRST_GENERATION[0]),
            dns_names=(*names.served_hosts, *tls.extra_dns_names),
            ip_addresses=(*names.served_addresses, *tls.extra_ip_addresses),
            validity_hours=tls.validity_hours,
            early_renewal_hours=tls.renewal_window_hours,
            ca_validity_hours=tls.ca_validity_hours,
            issuer=tls.issuer,
        ),
        opts,
    )
    secret = ServedSecret("served", issued.secret, opts)
    return _Certificate(ca_bundle_pem=secret.ca_pem, resources=(issued,))


_SOURCES: Final = {"generated": _generated, "existingSecret": _existing, "certManager": _issued}


def authority_name(generation: int) -> str:
    """Returns the logical name of a CA; the first has none of its own, it is the one that most stacks keep."""
    return "ca" if generation == 1 else f"ca-{generation}"


def _common_name(names: Names, generation: int) -> str:
    number = "" if generation == 1 else f" {generation}"
    return common_name(f"llm-d monitoring CA{number} {names.namespace}/{names.release}")
