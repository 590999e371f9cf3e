"""The cluster that a stack is installed to."""

from typing import Annotated

from pydantic import Field

from components.settings.closed import Closed
from components.settings.values import ClusterDomain


class KubernetesSettings(Closed):
    """The cluster to install to."""

    context: Annotated[str, Field(min_length=1)] | None = None
    """Context of the kubeconfig; unset: its current one. Set it, so that a stack can't land on another cluster."""

    kubeconfig: Annotated[str, Field(min_length=1)] | None = None
    """Path of the kubeconfig file, relative to the project; unset: `$KUBECONFIG` or `~/.kube/config`."""

    cluster_domain: ClusterDomain = "cluster.local"
    """DNS domain of the cluster."""
