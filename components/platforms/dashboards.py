"""The dashboards of a stack, on any platform with a Grafana."""

import pulumi

from components.grafana_dashboards import GrafanaDashboards, GrafanaDashboardsArgs
from components.labels import common_labels
from components.names import Names
from components.settings import DashboardSettings


def install_dashboards(
    dashboards: DashboardSettings,
    names: Names,
    namespace: pulumi.Input[str],
    opts: pulumi.ResourceOptions,
) -> None:
    """Makes the dashboards, for this program's Grafana or another one that looks into the namespace."""
    if dashboards.include:
        GrafanaDashboards(
            "grafana-dashboards",
            GrafanaDashboardsArgs(
                namespace=namespace,
                names=names,
                labels=common_labels(names.release, "grafana-dashboards"),
                dashboards=dashboards.include,
                folder=dashboards.folder,
            ),
            opts,
        )
