"""A serving certificate that cert-manager issues and renews."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pulumi

from components.kubernetes_object import KubernetesObject
from components.object_metadata import object_metadata
from components.settings.tls import IssuerSettings

API_VERSION: Final = "cert-manager.io/v1"

_KEY: Final = {"algorithm": "ECDSA", "size": 256}
_WAIT_FOR: Final = {"pulumi.com/waitFor": "condition=Ready"}


@dataclass(frozen=True, kw_only=True)
class IssuedCertificateArgs:
    """Arguments of `IssuedCertificate`.

    Attributes:
        namespace: Namespace of all objects.
        secret_name: Name of the Certificate, and of the Secret that cert-manager makes for it.
        issuer_name: Name of our own issuer, which the others begin with.
        labels: Labels of all objects.
        common_name: The CA's common name, at most 64 characters.
        dns_names: DNS names of the SANs.
        ip_addresses: IP addresses of the SANs.
        validity_hours: Lifetime in hours.
        early_renewal_hours: Hours before its end in which cert-manager renews it.
        ca_validity_hours: Lifetime of our own issuer's CA, in hours.
        issuer: An issuer that exists; `None` makes one.
    """

    namespace: pulumi.Input[str]
    secret_name: str
    issuer_name: str
    labels: Mapping[str, str]
    common_name: str
    dns_names: Sequence[str]
    ip_addresses: Sequence[str]
    validity_hours: int
    early_renewal_hours: int
    ca_validity_hours: int
    issuer: IssuerSettings | None


class IssuedCertificate(pulumi.ComponentResource):
    """A Certificate, and where none is given an issuer with a CA of its own: a self-signed one signs that CA."""

    secret: pulumi.Output[str]
    """`namespace/name` of the Secret, once the certificate is issued."""

    def __init__(
        self, name: str, args: IssuedCertificateArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("llmd-monitoring:index:IssuedCertificate", name, None, opts)
        made: list[pulumi.Resource] = []

        def add(kind: str, object_name: str, spec: Mapping[str, Any]) -> KubernetesObject:
            resource = KubernetesObject(
                f"{name}-{kind.lower()}-{object_name}",
                {
                    "apiVersion": API_VERSION,
                    "kind": kind,
                    "metadata": object_metadata(
                        name=object_name,
                        namespace=args.namespace,
                        labels=args.labels,
                        annotations=_WAIT_FOR,
                    ),
                    "spec": dict(spec),
                },
                pulumi.ResourceOptions(parent=self, depends_on=list(made)),
            )
            made.append(resource)
            return resource

        if args.issuer is None:
            for kind, object_name, spec in own_issuer(args):
                add(kind, object_name, spec)
        certificate = add("Certificate", args.secret_name, serving_certificate(args))
        self.secret = pulumi.Output.format(
            "{0}/{1}", args.namespace, certificate.id.apply(lambda _: args.secret_name)
        )
        self.register_outputs({"secret": self.secret})


def own_issuer(args: IssuedCertificateArgs) -> tuple[tuple[str, str, Mapping[str, Any]], ...]:
    """Returns kind, name and `spec` of what makes an issuer with a CA of its own, in the order of their need."""
    root, authority = f"{args.issuer_name}-root", f"{args.issuer_name}-ca"
    return (
        ("Issuer", root, {"selfSigned": {}}),
        (
            "Certificate",
            authority,
            {
                "isCA": True,
                "commonName": args.common_name,
                "secretName": authority,
                "duration": f"{args.ca_validity_hours}h",
                "privateKey": _KEY,
                "issuerRef": _reference("Issuer", root),
            },
        ),
        ("Issuer", args.issuer_name, {"ca": {"secretName": authority}}),
    )


def serving_certificate(args: IssuedCertificateArgs) -> Mapping[str, Any]:
    """Returns the `spec` of the serving Certificate."""
    issuer = args.issuer or IssuerSettings(name=args.issuer_name, kind="Issuer")
    return {
        "secretName": args.secret_name,
        "duration": f"{args.validity_hours}h",
        "renewBefore": f"{args.early_renewal_hours}h",
        "dnsNames": list(args.dns_names),
        "ipAddresses": list(args.ip_addresses),
        "privateKey": _KEY,
        "usages": ["digital signature", "server auth"],
        "issuerRef": _reference(issuer.kind, issuer.name),
    }


def _reference(kind: str, name: str) -> Mapping[str, str]:
    return {"group": API_VERSION.partition("/")[0], "kind": kind, "name": name}
