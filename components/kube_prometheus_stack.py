"""The kube-prometheus-stack chart, as a Helm release."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_kubernetes as k8s

from components.names import CHART_NAME
from components.settings.chart import DEFAULT_CHART_REPOSITORY, ChartSettings


@dataclass(frozen=True, kw_only=True)
class ChartOrigin:
    """Where Helm finds the chart.

    Attributes:
        chart: Path, `oci://` reference, or the chart's name in `repository`.
        repository: URL of a Helm repository, where `chart` is a name.
        version: Exact version; `None` for a chart on disk.
    """

    chart: str
    repository: str | None
    version: str | None


def chart_origin(chart: ChartSettings) -> ChartOrigin:
    """Returns Helm's way to the chart that the settings name."""
    if chart.path is not None:
        return ChartOrigin(chart=chart.path, repository=None, version=None)
    return repository_origin(
        CHART_NAME, chart.repository or DEFAULT_CHART_REPOSITORY, chart.pinned_version
    )


def repository_origin(name: str, repository: str, version: str | None) -> ChartOrigin:
    """Returns Helm's way to a chart in a Helm repository, or in a folder of an OCI registry."""
    if repository.startswith("oci://"):
        reference = f"{repository.rstrip('/')}/{name}"
        return ChartOrigin(chart=reference, repository=None, version=version)
    return ChartOrigin(chart=name, repository=repository, version=version)


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
        origin = chart_origin(args.chart)
        repository = (
            None
            if origin.repository is None
            else k8s.helm.v3.RepositoryOptsArgs(repo=origin.repository)
        )
        self.release = k8s.helm.v3.Release(
            f"{name}-release",
            # A generated name would change every Service name, and with them the certificate's.
            name=args.release,
            namespace=args.namespace,
            chart=origin.chart,
            version=origin.version,
            repository_opts=repository,
            values=dict(args.values),
            atomic=True,
            cleanup_on_fail=True,
            skip_crds=True if args.skip_crds else None,
            timeout=args.chart.timeout_seconds,
            max_history=args.chart.history_limit,
            opts=pulumi.ResourceOptions(parent=self, depends_on=list(args.requires)),
        )
        self.register_outputs({"release": args.release})
