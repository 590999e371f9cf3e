"""A chart as a Helm release, and where Helm finds the chart."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_kubernetes as k8s


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


def origin_of(name: str, *, path: str | None, repository: str, version: str | None) -> ChartOrigin:
    """Returns Helm's way to a chart on disk, in a Helm repository, or in a folder of an OCI registry.

    Args:
        name: Name of the chart.
        path: Where it is on disk; `None` for the repository.
        repository: URL of the repository, or `oci://` and the registry's folder.
        version: Exact version there.
    """
    if path is not None:
        return ChartOrigin(chart=path, repository=None, version=None)
    if repository.startswith("oci://"):
        return ChartOrigin(
            chart=f"{repository.rstrip('/')}/{name}", repository=None, version=version
        )
    return ChartOrigin(chart=name, repository=repository, version=version)


def helm_release(
    name: str,
    origin: ChartOrigin,
    *,
    release: str,
    namespace: pulumi.Input[str],
    values: Mapping[str, Any],
    timeout_seconds: int,
    opts: pulumi.ResourceOptions,
    max_history: int | None = None,
    skip_crds: bool = False,
) -> k8s.helm.v3.Release:
    """Makes a release; a failed install or upgrade is rolled back (`atomic`), so that the next update can start.

    Args:
        name: Logical name.
        origin: Where Helm finds the chart.
        release: Name of the release; a generated one would change the names of the chart's objects.
        namespace: Namespace of the release.
        values: Helm values; no secrets, Helm keeps them in clear.
        timeout_seconds: How long an install or upgrade may take.
        opts: Options of the resource.
        max_history: How many revisions Helm keeps; `None` for Helm's default.
        skip_crds: Leave CRDs alone that somebody else brings.
    """
    repository = (
        None
        if origin.repository is None
        else k8s.helm.v3.RepositoryOptsArgs(repo=origin.repository)
    )
    return k8s.helm.v3.Release(
        name,
        name=release,
        namespace=namespace,
        chart=origin.chart,
        version=origin.version,
        repository_opts=repository,
        values=dict(values),
        atomic=True,
        cleanup_on_fail=True,
        skip_crds=True if skip_crds else None,
        timeout=timeout_seconds,
        max_history=max_history,
        opts=opts,
    )
