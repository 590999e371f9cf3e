"""TriggerAuthentications, which KEDA's triggers refer to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi

from components.autoscalers.access import PrometheusAccess
from components.autoscalers.keda import trigger_authentication_spec
from components.kubernetes_object import KubernetesObject
from components.object_metadata import object_metadata


@dataclass(frozen=True, kw_only=True)
class TriggerAuthenticationsArgs:
    """Arguments of `TriggerAuthentications`.

    Attributes:
        namespaces: Namespaces of ScaledObjects by their name, once they exist.
        access: The Prometheus API.
        labels: Labels of all objects.
        requires: What brings the kind, and what the objects refer to.
    """

    namespaces: Mapping[str, pulumi.Input[str]]
    access: PrometheusAccess
    labels: Mapping[str, str]
    requires: Sequence[pulumi.Resource]


class TriggerAuthentications(pulumi.ComponentResource):
    """One in each namespace, under one name."""

    def __init__(
        self,
        name: str,
        args: TriggerAuthenticationsArgs,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("llmd-monitoring:index:TriggerAuthentications", name, None, opts)
        child = pulumi.ResourceOptions(parent=self, depends_on=list(args.requires))
        for namespace_name, namespace in args.namespaces.items():
            KubernetesObject(
                f"{name}-{namespace_name}",
                {
                    "apiVersion": "keda.sh/v1alpha1",
                    "kind": "TriggerAuthentication",
                    "metadata": object_metadata(
                        name=args.access.trigger_authentication,
                        namespace=namespace,
                        labels=args.labels,
                    ),
                    "spec": trigger_authentication_spec(args.access),
                },
                child,
            )
        self.register_outputs({"name": args.access.trigger_authentication})
