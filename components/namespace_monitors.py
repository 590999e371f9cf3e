"""The monitors of one namespace, and the access that they need."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi

from components.kubernetes_object import KubernetesObject
from components.monitoring_namespace import labelled_namespace
from components.monitors.manifest import Manifest, Monitoring
from components.object_metadata import object_metadata


@dataclass(frozen=True, kw_only=True)
class NamespaceMonitorsArgs:
    """Arguments of `NamespaceMonitors`.

    Attributes:
        namespace: Namespace that is scraped.
        make_namespace: Make it where it is missing; otherwise it has to exist.
        namespace_labels: Labels that this program keeps on it, where it may make it.
        monitoring: What to make there.
        requires: What has to be there before a monitor can be made: the definitions of its kind.
    """

    namespace: str
    make_namespace: bool
    namespace_labels: Mapping[str, str]
    monitoring: Monitoring
    requires: Sequence[pulumi.Resource]


class NamespaceMonitors(pulumi.ComponentResource):
    """Monitors under fixed names, after the access that they need, in a namespace that is never deleted.

    A namespace that is missing is made, so that monitoring can be installed before what it watches.
    """

    def __init__(
        self, name: str, args: NamespaceMonitorsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("llmd-monitoring:index:NamespaceMonitors", name, None, opts)
        # Each waits for the one before; a dependency on all of them would only make the state larger.
        last: list[pulumi.Resource] = []
        if args.make_namespace:
            last = [
                KubernetesObject(
                    f"{name}-namespace",
                    labelled_namespace(args.namespace, args.namespace_labels),
                    pulumi.ResourceOptions(parent=self),
                    patch=True,
                )
            ]
        for manifest in args.monitoring.access:
            child = pulumi.ResourceOptions(parent=self, depends_on=last)
            last = [_register(name, manifest, child)]
        monitors = pulumi.ResourceOptions(parent=self, depends_on=[*last, *args.requires])
        for manifest in args.monitoring.monitors:
            _register(name, manifest, monitors)
        self.register_outputs({"namespace": args.namespace})


def logical_name(parent: str, manifest: Manifest) -> str:
    """Returns the name of an object's resource, e.g. `llm-d.monitors-pod-monitor-llmd-decode`.

    An object of the cluster has the namespace in its name, and its resource in the parent's.
    """
    kind = "".join(
        f"-{letter.lower()}" if letter.isupper() else letter for letter in manifest["kind"]
    )
    return f"{parent}{kind}-{manifest['metadata']['name'].rpartition(':')[2]}"


def _register(parent: str, manifest: Manifest, opts: pulumi.ResourceOptions) -> pulumi.Resource:
    name = logical_name(parent, manifest)
    given = manifest["metadata"]
    metadata = object_metadata(
        name=given["name"],
        namespace=given.get("namespace"),
        labels=given["labels"],
        annotations=given.get("annotations"),
    )
    return KubernetesObject(name, {**manifest, "metadata": metadata}, opts)
