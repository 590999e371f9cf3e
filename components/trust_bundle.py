"""The CA in the namespaces of clients."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi

from components.kubernetes_object import KubernetesObject
from components.manifests import config_map, opaque_secret
from components.object_metadata import object_metadata
from components.settings.tls import TrustSettings

CA_KEY = "ca.crt"


@dataclass(frozen=True, kw_only=True)
class TrustBundleArgs:
    """Arguments of `TrustBundle`.

    Attributes:
        targets: The namespaces.
        name: Name of the objects in each of them.
        labels: Labels of the objects.
        ca_bundle_pem: Certificates of all CAs to trust.
    """

    targets: Sequence[TrustSettings]
    name: str
    labels: Mapping[str, str]
    ca_bundle_pem: pulumi.Input[str]


class TrustBundle(pulumi.ComponentResource):
    """One ConfigMap, and where asked for one Secret, in each namespace; gone when it is dropped from the list.

    The namespaces are others'; they are neither made nor deleted.
    """

    def __init__(
        self, name: str, args: TrustBundleArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("llmd-monitoring:index:TrustBundle", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        for target in args.targets:
            metadata = object_metadata(
                name=args.name, namespace=target.namespace, labels=args.labels
            )
            KubernetesObject(
                f"{name}-{target.namespace}",
                config_map(metadata, {CA_KEY: args.ca_bundle_pem}),
                child,
            )
            if target.secret:
                KubernetesObject(
                    f"{name}-{target.namespace}-secret",
                    opaque_secret(metadata, {CA_KEY: args.ca_bundle_pem}),
                    child,
                )
        self.register_outputs({"name": args.name})
