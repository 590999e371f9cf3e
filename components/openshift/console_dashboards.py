"""The llm-d dashboards in OpenShift's console, under Observe, Dashboards."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pulumi

from components.dashboard_files import OPENSHIFT_CONSOLE, compact_document, file_name
from components.kubernetes_object import KubernetesObject
from components.manifests import config_map
from components.names import Names
from components.object_metadata import object_metadata

CONSOLE_NAMESPACE: Final = "openshift-config-managed"
"""The one namespace that the console reads dashboards from."""

CONSOLE_LABELS: Final[Mapping[str, str]] = {
    "console.openshift.io/dashboard": "true",
    "console.openshift.io/odc-dashboard": "true",
}
"""Labels by which the console finds dashboards: for all projects, and within a project."""


@dataclass(frozen=True, kw_only=True)
class ConsoleDashboardsArgs:
    """Arguments of `ConsoleDashboards`.

    Attributes:
        names: Names of the installation.
        labels: Labels besides the console's own.
        dashboards: Which dashboards.
    """

    names: Names
    labels: Mapping[str, str]
    dashboards: Sequence[str]


class ConsoleDashboards(pulumi.ComponentResource):
    """A ConfigMap for each dashboard, in the console's own older format."""

    def __init__(
        self, name: str, args: ConsoleDashboardsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("llmd-monitoring:index:ConsoleDashboards", name, None, opts)
        for dashboard in args.dashboards:
            KubernetesObject(
                f"{name}-{dashboard}",
                config_map(
                    object_metadata(
                        name=args.names.console_dashboard(dashboard),
                        namespace=CONSOLE_NAMESPACE,
                        labels={**args.labels, **CONSOLE_LABELS},
                    ),
                    {file_name(dashboard): compact_document(OPENSHIFT_CONSOLE, dashboard)},
                ),
                pulumi.ResourceOptions(parent=self),
            )
        self.register_outputs({"namespace": CONSOLE_NAMESPACE})
