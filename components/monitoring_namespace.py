"""The namespace of the monitoring stack."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

import pulumi

from components.kubernetes_object import KubernetesObject
from components.labels import common_labels
from components.settings import ExporterSettings

PodSecurityLevel = Literal["privileged", "baseline", "restricted"]

_POD_SECURITY: Final = "pod-security.kubernetes.io"


def pod_security_level(exporters: ExporterSettings) -> PodSecurityLevel:
    """Returns the strictest level that the chart's workloads are admitted at.

    node-exporter uses the host's network, processes and file system (`hostNetwork`, `hostPID`, `hostPath`),
    which only `privileged` admits. Everything else keeps to `baseline`.
    """
    return "privileged" if exporters.node else "baseline"


def namespace_labels(release: str, level: PodSecurityLevel) -> Mapping[str, str]:
    """Returns the namespace's labels, among them the pod-security level that it is held to."""
    return {**common_labels(release, "namespace"), f"{_POD_SECURITY}/enforce": level}


def labelled_namespace(name: str, labels: Mapping[str, str]) -> Mapping[str, Any]:
    """Returns a namespace that is nothing but its labels."""
    return {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {"name": name, "labels": dict(labels)},
    }


@dataclass(frozen=True, kw_only=True)
class MonitoringNamespaceArgs:
    """Arguments of `MonitoringNamespace`.

    Attributes:
        namespace: Name of the namespace.
        labels: Labels that this program keeps on it.
    """

    namespace: str
    labels: Mapping[str, str]


class MonitoringNamespace(pulumi.ComponentResource):
    """Makes the namespace, or joins it where it exists; never deletes it.

    Server-side apply creates a missing namespace and adds its labels to an existing one. On destroy
    the labels go and the namespace stays: deleting it would take along whatever else lives there.
    """

    namespace: pulumi.Output[str]
    """Name of the namespace, known once it exists."""

    def __init__(
        self, name: str, args: MonitoringNamespaceArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("llmd-monitoring:index:MonitoringNamespace", name, None, opts)
        resource = KubernetesObject(
            f"{name}-namespace",
            labelled_namespace(args.namespace, args.labels),
            pulumi.ResourceOptions(parent=self),
            patch=True,
        )
        # Of the resource's outputs the name alone is known at preview, and the Release can be checked then.
        self.namespace = resource.metadata.apply(
            lambda metadata: (metadata or {}).get("name") or args.namespace
        )
        self.register_outputs({"namespace": self.namespace})
