"""What the cluster gets of the PKI: the serving Secret and the CA's ConfigMap."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pulumi

from components.kubernetes_object import KubernetesObject
from components.manifests import config_map, opaque_secret
from components.object_metadata import object_metadata

GENERATIONS_ANNOTATION: Final = "llmd-monitoring/ca-generations"
"""Annotation of the CA's ConfigMap: numbers of the CAs in it, the signing one first."""


@dataclass(frozen=True, kw_only=True)
class ServingPair:
    """What Prometheus serves with.

    Attributes:
        cert_pem: Serving certificate.
        private_key_pem: Serving key, secret.
    """

    cert_pem: pulumi.Input[str]
    private_key_pem: pulumi.Input[str]


@dataclass(frozen=True, kw_only=True)
class WebTlsArgs:
    """Arguments of `WebTls`.

    Attributes:
        namespace: Namespace of both objects.
        secret_name: Name of the Secret: `tls.crt`, `tls.key`, `ca.crt`.
        config_map_name: Name of the ConfigMap: `ca.crt`.
        labels: Labels of both objects.
        serving: What is in the Secret; `None` where somebody else makes it.
        ca_bundle_pem: Certificates of all CAs to trust.
        ca_generations: Their numbers; none of CAs that aren't ours.
    """

    namespace: pulumi.Input[str]
    secret_name: str
    config_map_name: str
    labels: Mapping[str, str]
    serving: ServingPair | None
    ca_bundle_pem: pulumi.Input[str]
    ca_generations: Sequence[int]


class WebTls(pulumi.ComponentResource):
    """The Secret that Prometheus serves with, and the ConfigMap that clients verify it with.

    Both have fixed names and are updated in place; Prometheus reads the files anew at each connection,
    so that a renewed certificate needs no restart.
    """

    def __init__(
        self, name: str, args: WebTlsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("llmd-monitoring:index:WebTls", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        if args.serving is not None:
            KubernetesObject(
                f"{name}-secret",
                opaque_secret(
                    object_metadata(
                        name=args.secret_name, namespace=args.namespace, labels=args.labels
                    ),
                    {
                        "tls.crt": args.serving.cert_pem,
                        "tls.key": pulumi.Output.secret(args.serving.private_key_pem),
                        "ca.crt": args.ca_bundle_pem,
                    },
                ),
                child,
            )
        generations = ",".join(map(str, args.ca_generations))
        KubernetesObject(
            f"{name}-ca",
            config_map(
                object_metadata(
                    name=args.config_map_name,
                    namespace=args.namespace,
                    labels=args.labels,
                    annotations={GENERATIONS_ANNOTATION: generations} if generations else None,
                ),
                {"ca.crt": args.ca_bundle_pem},
            ),
            child,
        )
        self.register_outputs(
            {"secretName": args.secret_name, "configMapName": args.config_map_name}
        )
