"""What an autoscaler verifies Prometheus with and queries it as, in its own namespace."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from components.autoscalers.access import PrometheusAccess
from components.kubernetes_object import KubernetesObject
from components.manifests import config_map, opaque_secret
from components.object_metadata import object_metadata
from components.openshift.metrics_reader import MetricsReader, MetricsReaderArgs
from components.openshift.service_ca import ServiceCa, ServiceCaArgs


@dataclass(frozen=True, kw_only=True)
class AutoscalerTrustArgs:
    """Arguments of `AutoscalerTrust`.

    Attributes:
        namespace: The namespace, once it exists.
        namespace_name: Its name.
        access: The Prometheus API.
        labels: Labels of all objects.
        ca_cert_pem: This stack's CA; `None` where it isn't this stack's.
        secret: Put the CA into a Secret too.
        token: Make a token too, where queries need one.
    """

    namespace: pulumi.Input[str]
    namespace_name: str
    access: PrometheusAccess
    labels: Mapping[str, str]
    ca_cert_pem: pulumi.Input[str] | None
    secret: bool
    token: bool


class AutoscalerTrust(pulumi.ComponentResource):
    """CA and token in one namespace, which is another's; both are gone when no autoscaler is left there."""

    def __init__(
        self, name: str, args: AutoscalerTrustArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("llmd-monitoring:index:AutoscalerTrust", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        access = args.access
        if access.ca == "service-ca":
            ServiceCa(
                f"{name}-service-ca",
                ServiceCaArgs(
                    namespace=args.namespace, config_map_name=access.ca_object, labels=args.labels
                ),
                child,
            )
        if args.ca_cert_pem is not None:
            self._publish(name, args, args.ca_cert_pem)
        if access.token and args.token:
            MetricsReader(
                f"{name}-reader",
                MetricsReaderArgs(
                    namespace=args.namespace,
                    service_account=access.account,
                    token_secret=access.token_secret,
                    # Several may be bound in one cluster, or in the tenancy's namespace.
                    binding=f"{args.namespace_name}-{access.account}",
                    labels=args.labels,
                    tenancy_namespace=access.query_namespace,
                ),
                child,
            )
        self.register_outputs({"namespace": args.namespace_name})

    def _publish(
        self, name: str, args: AutoscalerTrustArgs, ca_cert_pem: pulumi.Input[str]
    ) -> None:
        child = pulumi.ResourceOptions(parent=self)
        metadata = object_metadata(
            name=args.access.ca_object, namespace=args.namespace, labels=args.labels
        )
        content = {args.access.ca_key: ca_cert_pem}
        KubernetesObject(f"{name}-ca", config_map(metadata, content), child)
        if args.secret:
            KubernetesObject(f"{name}-ca-secret", opaque_secret(metadata, content), child)
