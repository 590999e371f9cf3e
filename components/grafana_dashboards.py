"""The llm-d dashboards, where Grafana's sidecar finds them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pulumi

from components.chart_values import DASHBOARD_FOLDER_ANNOTATION
from components.dashboard_files import GRAFANA, compact_document, file_name
from components.kubernetes_object import KubernetesObject
from components.manifests import config_map
from components.names import Names
from components.object_metadata import object_metadata

SIDECAR_LABEL: Final[Mapping[str, str]] = {"grafana_dashboard": "1"}
"""Label by which Grafana's sidecar finds dashboards (chart key `grafana.sidecar.dashboards.label`)."""


@dataclass(frozen=True, kw_only=True)
class GrafanaDashboardsArgs:
    """Arguments of `GrafanaDashboards`.

    Attributes:
        namespace: Grafana's namespace, where every sidecar looks.
        names: Names of the installation.
        labels: Labels besides the sidecar's own.
        dashboards: Which dashboards.
        folder: Grafana's folder for them.
    """

    namespace: pulumi.Input[str]
    names: Names
    labels: Mapping[str, str]
    dashboards: Sequence[str]
    folder: str


class GrafanaDashboards(pulumi.ComponentResource):
    """A ConfigMap for each dashboard: far below the limit of its size, and updated alone."""

    def __init__(
        self, name: str, args: GrafanaDashboardsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("llmd-monitoring:index:GrafanaDashboards", name, None, opts)
        for dashboard in args.dashboards:
            KubernetesObject(
                f"{name}-{dashboard}",
                config_map(
                    object_metadata(
                        name=args.names.dashboard(dashboard),
                        namespace=args.namespace,
                        labels={**args.labels, **SIDECAR_LABEL},
                        annotations={DASHBOARD_FOLDER_ANNOTATION: args.folder},
                    ),
                    {file_name(dashboard): compact_document(GRAFANA, dashboard)},
                ),
                pulumi.ResourceOptions(parent=self),
            )
        self.register_outputs({"folder": args.folder})
