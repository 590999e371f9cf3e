"""The CA of OpenShift's own services, in a ConfigMap of ours."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from components.kubernetes_object import KubernetesObject
from components.object_metadata import object_metadata


@dataclass(frozen=True, kw_only=True)
class ServiceCaArgs:
    """Arguments of `ServiceCa`.

    Attributes:
        namespace: Namespace of the ConfigMap.
        config_map_name: Name of the ConfigMap.
        labels: Labels of the ConfigMap.
    """

    namespace: pulumi.Input[str]
    config_map_name: str
    labels: Mapping[str, str]


class ServiceCa(pulumi.ComponentResource):
    """A ConfigMap that OpenShift puts the certificate into, and renews it there; its data is never ours."""

    def __init__(
        self, name: str, args: ServiceCaArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("llmd-monitoring:index:ServiceCa", name, None, opts)
        KubernetesObject(
            f"{name}-config-map",
            {
                "apiVersion": "v1",
                "kind": "ConfigMap",
                "metadata": object_metadata(
                    name=args.config_map_name,
                    namespace=args.namespace,
                    labels=args.labels,
                    annotations={"service.beta.openshift.io/inject-cabundle": "true"},
                ),
            },
            pulumi.ResourceOptions(parent=self, ignore_changes=["data"]),
        )
        self.register_outputs({"configMapName": args.config_map_name})
