"""The kube-prometheus-stack chart, as a Helm release."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_kubernetes as k8s

from components.helm_release import ChartOrigin, helm_release, origin_of
from components.names import CHART_NAME
from components.settings.chart import DEFAULT_CHART_REPOSITORY, ChartSettings


def chart_origin(chart: ChartSettings) -> ChartOrigin:
    """Returns Helm's way to the chart that the settings name."""
    return origin_of(
        CHART_NAME,
        path=chart.path,
        repository=chart.repository or DEFAULT_CHART_REPOSITORY,
        version=chart.pinned_version,
    )


@dataclass(frozen=True, kw_only=True)
class KubePrometheusStackArgs:
    """Arguments of `KubePrometheusStack`.

    Attributes:
        namespace: Namespace of the release.
        release: Name of the release.
        chart: Origin and limits of the chart.
        values: Helm values; no secrets, Helm keeps them in clear.
        requires: Objects that the chart's pods mount or read, made before it.
        skip_crds: Leave CRDs alone that somebody else brings.
    """

    namespace: pulumi.Input[str]
    release: str
    chart: ChartSettings
    values: Mapping[str, Any]
    requires: Sequence[pulumi.Resource]
    skip_crds: bool = False


class KubePrometheusStack(pulumi.ComponentResource):
    """Operator, Prometheus, Alertmanager, Grafana and exporters.

    A failed install or upgrade is rolled back (`atomic`), so that the next update can start. Hooks run: the
    operator waits for a Secret that one of them makes.
    """

    release: k8s.helm.v3.Release
    """The Helm release; ready means that the chart's own Deployments and Jobs are."""

    def __init__(
        self,
        name: str,
        args: KubePrometheusStackArgs,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("llmd-monitoring:index:KubePrometheusStack", name, None, opts)
        self.release = helm_release(
            f"{name}-release",
            chart_origin(args.chart),
            release=args.release,
            namespace=args.namespace,
            values=args.values,
            timeout_seconds=args.chart.timeout_seconds,
            max_history=args.chart.history_limit,
            skip_crds=args.skip_crds,
            opts=pulumi.ResourceOptions(parent=self, depends_on=list(args.requires)),
        )
        self.register_outputs({"release": args.release})
