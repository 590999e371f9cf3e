"""OpenShift's user workload monitoring: switched on and configured in ConfigMaps that aren't ours."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi

from components.kubernetes_object import KubernetesObject
from components.object_metadata import FORCE_ANNOTATION
from components.openshift.monitoring_settings import (
    CLUSTER_MONITORING,
    CONFIG_KEY,
    USER_WORKLOAD,
    ConfigMapName,
    MonitoringSettings,
)


@dataclass(frozen=True, kw_only=True)
class UserWorkloadMonitoringArgs:
    """Arguments of `UserWorkloadMonitoring`.

    Attributes:
        settings: The whole new text of each ConfigMap, made from what the cluster holds.
    """

    settings: MonitoringSettings


class UserWorkloadMonitoring(pulumi.ComponentResource):
    """Patches of the administrator's ConfigMaps, kept after a destroy: other teams rely on them by then.

    Server-side apply knows one owner for the whole text under `config.yaml`. Somebody owns it already, so
    the patch takes it, with a text that holds everything they wrote.
    """

    def __init__(
        self,
        name: str,
        args: UserWorkloadMonitoringArgs,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("llmd-monitoring:index:UserWorkloadMonitoring", name, None, opts)
        enabled: list[pulumi.Resource] = []
        if args.settings.cluster is not None:
            enabled.append(
                _patch(f"{name}-cluster", CLUSTER_MONITORING, args.settings.cluster, self, ())
            )
        if args.settings.user_workload is not None:
            # Its namespace is made by OpenShift once the first patch is there; the provider tries until it is.
            _patch(f"{name}-prometheus", USER_WORKLOAD, args.settings.user_workload, self, enabled)
        self.register_outputs({})


def _patch(
    name: str,
    target: ConfigMapName,
    text: str,
    parent: pulumi.Resource,
    after: Sequence[pulumi.Resource],
) -> pulumi.Resource:
    return KubernetesObject(
        name,
        {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {
                "name": target.name,
                "namespace": target.namespace,
                "annotations": {FORCE_ANNOTATION: "true"},
            },
            "data": {CONFIG_KEY: text},
        },
        pulumi.ResourceOptions(parent=parent, depends_on=list(after), retain_on_delete=True),
        patch=True,
    )
