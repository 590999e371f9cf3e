"""Google's rules that see the series of a whole cluster."""

from collections.abc import Sequence

import pulumi

from components.kubernetes_object import KubernetesObject
from components.monitors.manifest import Manifest
from components.object_metadata import object_metadata


class ClusterRules(pulumi.ComponentResource):
    """Rules under fixed names, updated in place.

    The names are the cluster's: a second stack on it is told that they are taken, where it would otherwise record
    the same series again.
    """

    def __init__(
        self, name: str, manifests: Sequence[Manifest], opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("llmd-monitoring:index:ClusterRules", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        for manifest in manifests:
            given = manifest["metadata"]
            metadata = object_metadata(name=given["name"], namespace=None, labels=given["labels"])
            KubernetesObject(f"{name}-{given['name']}", {**manifest, "metadata": metadata}, child)
        self.register_outputs({"rules": [manifest["metadata"]["name"] for manifest in manifests]})
