"""What makes a deployment scraped on GKE: by monitors of ours, and by GKE itself."""

from components.gke.managed_prometheus import collector_namespace
from components.monitors.managed_prometheus import epp_monitoring, server_monitoring
from components.monitors.manifest import Labels, Monitoring
from components.settings.gke import GkeSettings, scraped_by_gke
from components.settings.models import ModelSettings


def model_monitoring(model: ModelSettings, labels: Labels, gke: GkeSettings) -> Monitoring:
    """Returns monitors and access of a deployment, without those of pods that GKE scrapes itself."""
    epps = epp_monitoring(model, labels, collector_namespace(gke))
    if scraped_by_gke(model, gke):
        return epps
    servers = server_monitoring(model, labels)
    return Monitoring(
        access=(*servers.access, *epps.access), monitors=(*servers.monitors, *epps.monitors)
    )
