"""Grafana by itself, on platforms that bring their own Prometheus."""

from collections.abc import Sequence

import pulumi

from components.chart_values import Values
from components.grafana_alone import grafana_alone_values
from components.kube_prometheus_stack import KubePrometheusStack, KubePrometheusStackArgs
from components.names import Names
from components.settings import Settings


def install_grafana_alone(
    settings: Settings,
    names: Names,
    namespace: pulumi.Input[str],
    opts: pulumi.ResourceOptions,
    *,
    additions: Values,
    requires: Sequence[pulumi.Resource],
) -> None:
    """Installs the chart with everything off except Grafana, and without the operator's CRDs.

    Args:
        settings: Chart, login and volume.
        names: Names of the installation.
        namespace: Its namespace.
        opts: Options of a top-level component.
        additions: What the platform adds to the chart's `grafana` group.
        requires: What Grafana needs to start and to query.
    """
    KubePrometheusStack(
        "kube-prometheus-stack",
        KubePrometheusStackArgs(
            namespace=namespace,
            release=names.release,
            chart=settings.chart,
            values=grafana_alone_values(settings.grafana, names, additions=additions),
            requires=tuple(requires),
            skip_crds=True,
        ),
        opts,
    )
