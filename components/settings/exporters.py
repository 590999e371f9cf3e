"""Exporters of the cluster's own metrics."""

from components.settings.closed import Closed


class ExporterSettings(Closed):
    """Metrics of the cluster itself."""

    node: bool = True
    """Run node-exporter on every node; needs a namespace with the `privileged` pod-security level."""

    kube_state: bool = True
    """Run kube-state-metrics."""

    control_plane: bool = False
    """Scrape etcd, scheduler, controller manager and proxy; on managed clusters they can't be reached."""
